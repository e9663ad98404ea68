//! The machine as assessments know it.

use super::once::Once;
use super::{ClockKind, Layer, cpu, os};
use crate::Virtualised;
use openentropy_core::sources::CycleCounter as _;

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
    /// What carries out instructions in place of a processor, if something does and can be told.
    pub emulator: Option<Layer>,
    /// The container around this process, if one shows.
    pub container: Option<Layer>,
    /// The clock source by which the kernel keeps time, where it has a name.
    pub clock_source: Option<String>,
    /// Whether a reading of the counter takes so long that somebody must have answered it in place of the processor.
    pub counter_traps: bool,
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
        THIS.get_or_publish(|| {
            let timer = cpu::timer();
            Self {
                architecture: std::env::consts::ARCH,
                cpu: cpu::cpu_model(),
                microcode: os::microcode(),
                kernel: os::kernel(),
                timer,
                hypervisor: cpu::hypervisor(),
                emulator: os::emulator().or_else(cpu::emulator),
                container: os::container(),
                clock_source: os::clock_source(),
                counter_traps: timer.is_some() && nanoseconds_of_a_reading() >= TRAP_NS,
            }
        })
    }

    /// Whose processor it is that programs here run on.
    #[must_use]
    pub fn processor(&self) -> Virtualised {
        /// Signatures of emulators that translate instructions instead of running them.
        const EMULATORS: [&str; 2] = ["TCGTCGTCGTCG", "QEMU Virtual Machine"];
        match &self.hypervisor {
            _ if self.emulator.is_some() => Virtualised::Emulated,
            None => Virtualised::No,
            Some(name) if EMULATORS.contains(&name.as_str()) => Virtualised::Emulated,
            Some(_) => Virtualised::SharedHardware,
        }
    }

    /// Who keeps the counter that times things, or `None` where there is none.
    #[must_use]
    pub fn counter_kind(&self) -> Option<ClockKind> {
        let timer = self.timer?;
        match (self.processor(), timer.class) {
            (Virtualised::Emulated, _) => Some(ClockKind::Emulated),
            (_, TimerClass::OsClock) => self.clock_kind(),
            _ if self.counter_traps => Some(ClockKind::Emulated),
            _ => Some(ClockKind::Native),
        }
    }

    /// Who keeps the kernel's clock, as far as the name of its source tells.
    #[must_use]
    pub fn clock_kind(&self) -> Option<ClockKind> {
        match self.processor() {
            Virtualised::No => Some(ClockKind::Native),
            Virtualised::SharedHardware => ClockKind::of_guest(self.clock_source.as_deref()?),
            Virtualised::Emulated => Some(ClockKind::Emulated),
        }
    }
}

/// Nanoseconds from which a reading is not the processor's own: one takes 10 to 60, a way into a hypervisor and back 400 and more.
const TRAP_NS: u64 = 250;

/// The least that a reading of the counter takes, of eight tries; so short ones that no interruption spoils all.
fn nanoseconds_of_a_reading() -> u64 {
    const TRIES: usize = 8;
    const READINGS: u64 = 32;
    let mut counter = cpu::Counter;
    let tries = core::iter::repeat_with(|| {
        let began = os::steady_ns();
        for _ in 0..READINGS {
            core::hint::black_box(counter.now());
        }
        os::steady_ns().saturating_sub(began) / READINGS
    });
    tries.take(TRIES).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{CEILINGS, built_in};
    use openentropy_core::Claim;

    #[test]
    fn the_machine_is_looked_at_once_and_known() {
        let machine = Machine::this();
        assert!(core::ptr::eq(machine, Machine::this()));
        assert!(!machine.cpu.is_empty() && !machine.kernel.is_empty() && !machine.architecture.is_empty());
        let own = machine.hypervisor.is_none() && machine.emulator.is_none();
        assert_eq!(machine.processor() == Virtualised::No, own);
    }

    #[test]
    fn an_emulator_is_no_hardware() {
        for name in ["TCGTCGTCGTCG", "QEMU Virtual Machine"] {
            let machine = Machine { hypervisor: Some(name.to_owned()), ..Machine::this().clone() };
            assert_eq!(machine.processor(), Virtualised::Emulated);
        }
        let machine =
            Machine { emulator: Some(Layer::new("qemu-aarch64", "/proc/thread-self/exe")), ..metal() };
        assert_eq!(machine.processor(), Virtualised::Emulated);
        assert_eq!(
            (machine.counter_kind(), machine.clock_kind()),
            (Some(ClockKind::Emulated), Some(ClockKind::Emulated))
        );
    }

    #[test]
    fn an_emulator_has_no_claim_that_comes_with_a_source() {
        for row in CEILINGS {
            let recorded = Machine {
                architecture: row.architecture,
                timer: Some(Timer { class: row.timer, hertz: None }),
                hypervisor: row.hypervisor.map(str::to_owned),
                ..metal()
            };
            let claim = |machine: &Machine| built_in(row.source, row.digitisation, machine);
            assert_eq!(claim(&recorded), Claim::BuiltIn(row.min_entropy));
            let emulator = Some(Layer::new("qemu-x86_64", "/proc/thread-self/exe"));
            assert_eq!(claim(&Machine { emulator, ..recorded }), Claim::None);
        }
    }

    /// This machine as if nothing lay between it and us.
    fn metal() -> Machine {
        Machine {
            timer: Some(Timer { class: TimerClass::InvariantTsc, hertz: None }),
            hypervisor: None,
            emulator: None,
            container: None,
            clock_source: Some(String::from("hpet")),
            counter_traps: false,
            ..Machine::this().clone()
        }
    }

    #[test]
    fn clocks_are_native_paravirtual_or_emulated_as_far_as_known() {
        use ClockKind::{Emulated, Native, Paravirtual};
        assert_eq!((metal().counter_kind(), metal().clock_kind()), (Some(Native), Some(Native)));
        for (source, clock) in [
            (Some("tsc"), Some(Native)),
            (Some("kvm-clock"), Some(Paravirtual)),
            (Some("acpi_pm"), Some(Emulated)),
            (Some("of another kernel"), None),
            (None, None),
        ] {
            let guest = Machine {
                hypervisor: Some(String::from("KVMKVMKVM")),
                clock_source: source.map(str::to_owned),
                ..metal()
            };
            assert_eq!((guest.counter_kind(), guest.clock_kind()), (Some(Native), clock), "{source:?}");
            let trapped = Machine { counter_traps: true, ..guest.clone() };
            assert_eq!((trapped.counter_kind(), trapped.clock_kind()), (Some(Emulated), clock), "{source:?}");
            let coarse = Timer { class: TimerClass::OsClock, hertz: Some(1_000_000_000) };
            assert_eq!(Machine { timer: Some(coarse), ..guest.clone() }.counter_kind(), clock, "{source:?}");
            assert_eq!(Machine { timer: None, ..guest }.counter_kind(), None);
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
