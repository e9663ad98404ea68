//! The machine as assessments know it.

use super::once::Once;
use super::{cpu, os};
use crate::Virtualised;

/// What kind of counter times things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimerClass {
    /// x86's time-stamp counter, at one rate whatever the processor does.
    InvariantTsc,
    /// x86's time-stamp counter of older processors, at the processor's own rate.
    VariableTsc,
    /// AArch64's virtual counter.
    ArmVirtualCounter,
    /// A clock of the operating system.
    OsClock,
}

impl TimerClass {
    /// The word in recordings and claims.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvariantTsc => "invariant-tsc",
            Self::VariableTsc => "variable-tsc",
            Self::ArmVirtualCounter => "arm-virtual-counter",
            Self::OsClock => "os-clock",
        }
    }
}

/// The counter that times things here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Its kind.
    pub class: TimerClass,
    /// Its nominal rate, where the processor says.
    pub hertz: Option<u64>,
}

/// The machine as assessments know it: a claim holds on machines like the one that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machine {
    /// The architecture's name.
    pub architecture: &'static str,
    /// Vendor, family, model and stepping of the processor.
    pub cpu: String,
    /// The microcode's revision, or `unknown`.
    pub microcode: String,
    /// The kernel's release.
    pub kernel: String,
    /// The counter, or `None` where a program may not read it.
    pub timer: Option<Timer>,
    /// The hypervisor's signature, if there is one.
    pub hypervisor: Option<String>,
}

impl Machine {
    /// This machine, looked at once.
    ///
    /// ```
    /// let machine = openentropy_host::Machine::this();
    /// println!("{} {} on {:?}", machine.architecture, machine.cpu, machine.hypervisor);
    /// ```
    pub fn this() -> &'static Self {
        static THIS: Once<Machine> = Once::new();
        THIS.get_or_publish(|| Self {
            architecture: std::env::consts::ARCH,
            cpu: cpu::cpu_model(),
            microcode: os::microcode(),
            kernel: os::kernel(),
            timer: cpu::timer(),
            hypervisor: cpu::hypervisor(),
        })
    }

    /// Whose processor it is that programs here run on.
    #[must_use]
    pub fn processor(&self) -> Virtualised {
        /// Signatures of emulators that translate instructions instead of running them.
        const EMULATORS: [&str; 2] = ["TCGTCGTCGTCG", "QEMU Virtual Machine"];
        match &self.hypervisor {
            None => Virtualised::No,
            Some(name) if EMULATORS.contains(&name.as_str()) => Virtualised::Emulated,
            Some(_) => Virtualised::SharedHardware,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openentropy_core::sources::CycleCounter;

    #[test]
    fn the_machine_is_looked_at_once_and_known() {
        let machine = Machine::this();
        assert!(core::ptr::eq(machine, Machine::this()));
        assert!(!machine.cpu.is_empty() && !machine.kernel.is_empty() && !machine.architecture.is_empty());
        assert_eq!(machine.processor() == Virtualised::No, machine.hypervisor.is_none());
    }

    #[test]
    fn an_emulator_is_no_hardware() {
        for name in ["TCGTCGTCGTCG", "QEMU Virtual Machine"] {
            let machine = Machine { hypervisor: Some(name.to_owned()), ..Machine::this().clone() };
            assert_eq!(machine.processor(), Virtualised::Emulated);
        }
    }

    #[test]
    fn the_counter_goes_up_and_eviction_changes_no_byte() {
        if Machine::this().timer.is_none() {
            return; // the process may not read it
        }
        let mut counter = cpu::Counter;
        let bytes = [0xa5_u8; 256];
        let mut last = counter.now();
        for byte in &bytes {
            counter.evict(byte);
            let now = counter.now();
            assert!(now >= last);
            last = now;
        }
        assert_eq!(bytes, [0xa5; 256]);
    }
}
