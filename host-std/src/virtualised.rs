//! Whose hardware a source reads, and what its samples are then samples of.

use crate::Class;

/// Whose hardware a source reads when the machine is a virtual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Virtualised {
    /// This machine's own.
    No,
    /// Real hardware, shared with other guests of the host.
    SharedHardware,
    /// A model in software: whatever it delivers, the hypervisor or the emulator made it.
    Emulated,
}

impl Virtualised {
    /// The word in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::No => "none",
            Self::SharedHardware => "shared-hardware",
            Self::Emulated => "emulated",
        }
    }

    /// What a source of this class then samples, in a phrase; empty where that is the hardware it names.
    ///
    /// ```
    /// use openentropy_host::{Class, Virtualised};
    /// assert_eq!(Virtualised::No.sampled(Class::Memory), "");
    /// assert!(Virtualised::SharedHardware.sampled(Class::Memory).contains("other guests"));
    /// ```
    #[must_use]
    pub const fn sampled(self, class: Class) -> &'static str {
        match self {
            Self::No => "",
            Self::SharedHardware => shared(class),
            Self::Emulated => emulated(class),
        }
    }
}

const fn shared(class: Class) -> &'static str {
    match class {
        Class::Processor => "the host's processor, whose noise other guests share and shape",
        Class::Memory => "the host's caches and memory, whose noise other guests share and shape",
        Class::Kernel => "this guest's kernel, and when the host lets it run beside other guests",
        Class::Counters => {
            "counters of this guest's kernel, moved by the host's schedule and by other guests' load"
        }
        Class::Network => "a path that begins in the host, whose switch other guests share",
        Class::Controller => "a device of the host, whose queue other guests may share",
        Class::Oscillator => "a clock of the host, read when the host lets this guest run",
        Class::Analogue | Class::Human => "a device of the host, handed to this guest",
        Class::Generator => "a generator of the host's hardware, which the host may answer for",
        Class::Uncredited => "software of this guest",
    }
}

const fn emulated(class: Class) -> &'static str {
    match class {
        Class::Processor | Class::Memory => "the pace of an emulator, which its author and its host decide",
        Class::Kernel => "the path through an emulator into the kernel below it",
        Class::Controller => "a model of a device, and whatever storage of the host lies behind it",
        Class::Counters => "counters that a hypervisor or an emulator keeps",
        Class::Network => "a model of a network card, and the host's network behind it",
        Class::Oscillator | Class::Analogue | Class::Human => {
            "a model of a device, whose noise is arithmetic"
        }
        Class::Generator => "a generator that the hypervisor or the emulator answers for",
        Class::Uncredited => "software of this guest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sampled_is_said_for_every_class_of_a_virtual_machine() {
        for class in Class::ALL {
            assert_eq!(Virtualised::No.sampled(class), "");
            let (shared, emulated) =
                (Virtualised::SharedHardware.sampled(class), Virtualised::Emulated.sampled(class));
            assert!(!shared.is_empty() && !emulated.is_empty(), "{}", class.name());
            assert_eq!(shared == emulated, class == Class::Uncredited, "{}", class.name());
        }
    }
}
