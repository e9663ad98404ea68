//! The machine as `scan` shows it.

use core::fmt;
use openentropy_host::{ClockKind, Layer, Machine, Virtualised, platform_info};
use serde::Serialize;

/// The machine, in members for programs and in lines for people.
#[derive(Serialize)]
pub(super) struct MachineReport {
    system: &'static str,
    kernel: &'static str,
    architecture: &'static str,
    cpu: &'static str,
    microcode: &'static str,
    /// Whose processor it is, in the words of a source's `virtualised`.
    processor: &'static str,
    hypervisor: Option<&'static str>,
    emulator: Option<LayerReport>,
    container: Option<LayerReport>,
    counter: Option<CounterReport>,
    clock: ClockReport,
}

#[derive(Serialize)]
struct LayerReport {
    name: &'static str,
    evidence: &'static str,
}

/// The counter that times things.
#[derive(Serialize)]
struct CounterReport {
    name: &'static str,
    hertz: Option<u64>,
    kind: Option<&'static str>,
}

/// The clock source by which the kernel keeps time.
#[derive(Serialize)]
struct ClockReport {
    name: Option<&'static str>,
    kind: Option<&'static str>,
}

impl MachineReport {
    /// This machine.
    pub(super) fn this() -> Self {
        Self::of(Machine::this())
    }

    fn of(machine: &'static Machine) -> Self {
        let layer = |layer: &'static Layer| LayerReport { name: &layer.name, evidence: layer.evidence };
        Self {
            system: platform_info().system,
            kernel: &machine.kernel,
            architecture: machine.architecture,
            cpu: &machine.cpu,
            microcode: &machine.microcode,
            processor: machine.processor().name(),
            hypervisor: machine.hypervisor.as_deref(),
            emulator: machine.emulator.as_ref().map(layer),
            container: machine.container.as_ref().map(layer),
            counter: machine.timer.map(|timer| CounterReport {
                name: timer.class.name(),
                hertz: timer.hertz,
                kind: machine.counter_kind().map(ClockKind::name),
            }),
            clock: ClockReport {
                name: machine.clock_source.as_deref(),
                kind: machine.clock_kind().map(ClockKind::name),
            },
        }
    }
}

/// Three lines: what it is, what lies between it and its hardware, who keeps its clocks.
impl fmt::Display for MachineReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "machine: {} {}, {} {}", self.architecture, self.cpu, self.system, self.kernel)?;
        write!(f, "runs on: ")?;
        match (&self.emulator, self.hypervisor) {
            (Some(emulator), _) => write!(f, "an emulator, {} (by {})", emulator.name, emulator.evidence)?,
            (None, Some(hypervisor)) if self.processor == Virtualised::Emulated.name() => {
                write!(f, "an emulator, {hypervisor}")?;
            }
            (None, Some(hypervisor)) => write!(f, "hardware that it shares, under hypervisor {hypervisor}")?,
            (None, None) => write!(f, "its own hardware")?,
        }
        match &self.container {
            Some(container) => {
                writeln!(f, "; in a container, {} (by {})", container.name, container.evidence)?;
            }
            None => writeln!(f, "; in no container that shows")?,
        }
        match &self.counter {
            Some(counter) => write!(f, "clocks:  counter {}, {}", counter.name, kind(counter.kind))?,
            None => write!(f, "clocks:  no counter that this process may read")?,
        }
        writeln!(
            f,
            "; kernel's clock {}, {}",
            self.clock.name.unwrap_or("without a name"),
            kind(self.clock.kind)
        )
    }
}

fn kind(known: Option<&'static str>) -> &'static str {
    known.unwrap_or("of unknown kind")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> MachineReport {
        MachineReport {
            system: "linux",
            kernel: "6.12.0",
            architecture: "aarch64",
            cpu: "0x41-0xd49-0x0-0",
            microcode: "unknown",
            processor: "none",
            hypervisor: None,
            emulator: None,
            container: None,
            counter: Some(CounterReport {
                name: "arm-virtual-counter",
                hertz: Some(1_000_000_000),
                kind: Some("native"),
            }),
            clock: ClockReport { name: Some("arch_sys_counter"), kind: Some("native") },
        }
    }

    #[test]
    fn three_lines_say_what_lies_between_the_machine_and_its_hardware() {
        assert_eq!(
            report().to_string(),
            "machine: aarch64 0x41-0xd49-0x0-0, linux 6.12.0\n\
             runs on: its own hardware; in no container that shows\n\
             clocks:  counter arm-virtual-counter, native; kernel's clock arch_sys_counter, native\n"
        );
        let layer = |name, evidence| Some(LayerReport { name, evidence });
        let guest = MachineReport {
            processor: "shared-hardware",
            hypervisor: Some("KVMKVMKVM"),
            container: layer("docker", "/.dockerenv"),
            clock: ClockReport { name: Some("kvm-clock"), kind: Some("paravirtual") },
            ..report()
        };
        let text = guest.to_string();
        for part in [
            "hardware that it shares, under hypervisor KVMKVMKVM; in a container, docker (by /.dockerenv)\n",
            "; kernel's clock kvm-clock, paravirtual\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let emulated = MachineReport {
            processor: "emulated",
            emulator: layer("qemu-aarch64-static", "/proc/thread-self/exe"),
            counter: None,
            clock: ClockReport { name: None, kind: None },
            ..report()
        };
        let text = emulated.to_string();
        for part in [
            "an emulator, qemu-aarch64-static (by /proc/thread-self/exe)",
            "no counter that this process may read; kernel's clock without a name, of unknown kind",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
