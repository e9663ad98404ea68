//! When an entry of a claims file no longer speaks of the machine that it is read on.

use super::entry::ClaimEntry;
use super::file::{ClaimsFile, RecordedMachine, TOOL};

const DAY: u64 = 24 * 60 * 60;
/// For how long an assessment is believed, in seconds.
const LIFETIME: u64 = 180 * DAY;
/// How far a date may lie in the future, for clocks that differ.
const TOLERANCE: u64 = DAY;

/// Why an entry of a claims file raises nothing any more; a new calibration mends all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stale {
    /// It is about another architecture.
    Architecture,
    /// It is about another model of processor.
    Cpu,
    /// The microcode has changed.
    Microcode,
    /// The kernel is of another series.
    Kernel,
    /// Things are timed by another kind of counter, or the kernel keeps time by another.
    Timer,
    /// There is another hypervisor or container, or one where there was none, or none any more.
    Virtualisation,
    /// Another device stands in the place of the one that was recorded.
    Device,
    /// The source makes its samples by another rule now, or another version of it.
    Digitisation,
    /// It was written by another series of this program.
    Tool,
    /// It is older than 180 days.
    Age,
    /// It is dated more than a day in the future.
    Future,
}

impl Stale {
    /// The first reason why `entry` of `file` says nothing of `machine` at `now`, in seconds since 1970, if there is one.
    pub(super) fn of(
        file: &ClaimsFile,
        entry: &ClaimEntry,
        machine: &RecordedMachine,
        now: u64,
    ) -> Option<Self> {
        let then = &file.machine;
        [
            (then.architecture != machine.architecture, Self::Architecture),
            (then.cpu != machine.cpu, Self::Cpu),
            (then.microcode != machine.microcode, Self::Microcode),
            (series(&then.kernel) != series(&machine.kernel), Self::Kernel),
            (then.timer != machine.timer, Self::Timer),
            (then.clock_source != machine.clock_source, Self::Timer),
            (then.hypervisor != machine.hypervisor, Self::Virtualisation),
            (then.container != machine.container, Self::Virtualisation),
            (entry.is_replaced(), Self::Device),
            (series(&file.tool) != series(TOOL), Self::Tool),
            (now.saturating_sub(entry.dated_unix) > LIFETIME, Self::Age),
            (entry.dated_unix.saturating_sub(now) > TOLERANCE, Self::Future),
        ]
        .into_iter()
        .find_map(|(is_so, reason)| is_so.then_some(reason))
    }

    /// What has changed, in words.
    const fn what(self) -> &'static str {
        match self {
            Self::Architecture => "it is about another architecture",
            Self::Cpu => "it is about another processor model",
            Self::Microcode => "the microcode has changed",
            Self::Kernel => "the kernel is of another series",
            Self::Timer => "another kind of counter times things now",
            Self::Virtualisation => "the hypervisor or the container has changed",
            Self::Device => "another device is in the place of its own",
            Self::Digitisation => "the source makes its samples by another rule now",
            Self::Tool => "another series of this program wrote it",
            Self::Age => "it is older than 180 days",
            Self::Future => "it is dated in the future, so set the clock, or",
        }
    }
}

impl core::fmt::Display for Stale {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Future => write!(f, "{} calibrate again", self.what()),
            _ => write!(f, "{}: calibrate again", self.what()),
        }
    }
}

/// What comes before the second full stop of a version, without what distributions add to the number: "6.12.48-cloud" is of series 6.12.
fn series(version: &str) -> (&str, &str) {
    let (major, rest) = version.split_once('.').unwrap_or((version, ""));
    let end = rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len());
    (major, &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::super::entry::Basis;
    use super::*;
    use crate::Machine;
    use openentropy_core::MinEntropy;

    const NOW: u64 = 1_790_000_000;

    fn entry(dated_unix: u64) -> ClaimEntry {
        ClaimEntry {
            source: "jitter_loop".to_owned(),
            instance: 0,
            path: None,
            device: None,
            digitisation: "fast-low-bits".to_owned(),
            digitisation_version: 1,
            min_entropy: MinEntropy::FLOOR,
            basis: Basis::Trusted,
            dated_unix,
        }
    }

    fn machine() -> RecordedMachine {
        RecordedMachine {
            architecture: "x86_64".to_owned(),
            cpu: "AuthenticAMD 26/2/1".to_owned(),
            microcode: "0xb002116".to_owned(),
            kernel: "6.12.48".to_owned(),
            timer: "invariant-tsc".to_owned(),
            clock_source: Some("tsc".to_owned()),
            hypervisor: Some("KVMKVMKVM".to_owned()),
            container: None,
        }
    }

    fn file() -> ClaimsFile {
        ClaimsFile { machine: machine(), ..ClaimsFile::new(Machine::this(), "none") }
    }

    #[test]
    fn what_is_of_today_and_of_this_machine_holds() {
        assert_eq!(Stale::of(&file(), &entry(NOW), &machine(), NOW), None);
        for kernel in ["6.12.49", "6.12", "6.12.0-rc1", "6.12-custom"] {
            let changed = RecordedMachine { kernel: kernel.to_owned(), ..machine() };
            assert_eq!(Stale::of(&file(), &entry(NOW), &changed, NOW), None, "{kernel}");
        }
    }

    /// What is changed on a machine, and why an entry then no longer holds.
    type Change = (fn(&mut RecordedMachine), Stale);

    #[test]
    fn every_change_of_the_machine_ends_a_claim() {
        let changes: [Change; 12] = [
            (|machine| machine.architecture = "aarch64".to_owned(), Stale::Architecture),
            (|machine| machine.cpu = "GenuineIntel 6/143/8".to_owned(), Stale::Cpu),
            (|machine| machine.microcode = "0xb002151".to_owned(), Stale::Microcode),
            (|machine| machine.kernel = "6.13.48".to_owned(), Stale::Kernel),
            (|machine| machine.kernel = "6.1.48".to_owned(), Stale::Kernel),
            (|machine| machine.kernel = "7.12.48".to_owned(), Stale::Kernel),
            (|machine| machine.timer = "variable-tsc".to_owned(), Stale::Timer),
            (|machine| machine.clock_source = Some("hpet".to_owned()), Stale::Timer),
            (|machine| machine.clock_source = None, Stale::Timer),
            (|machine| machine.hypervisor = None, Stale::Virtualisation),
            (|machine| machine.container = Some("docker".to_owned()), Stale::Virtualisation),
            (|machine| machine.hypervisor = Some("XenVMMXenVMM".to_owned()), Stale::Virtualisation),
        ];
        for (change, reason) in changes {
            let mut changed = machine();
            change(&mut changed);
            assert_eq!(Stale::of(&file(), &entry(NOW), &changed, NOW), Some(reason), "{changed:?}");
        }
    }

    #[test]
    fn another_device_ends_a_claim() {
        let replaced =
            ClaimEntry { path: Some("/dev/null".into()), device: Some("0".repeat(16)), ..entry(NOW) };
        assert_eq!(Stale::of(&file(), &replaced, &machine(), NOW), Some(Stale::Device));
    }

    #[test]
    fn another_series_of_the_program_ends_a_claim() {
        for (tool, is_stale) in [
            (TOOL, false),
            (
                concat!(
                    "openentropy ",
                    env!("CARGO_PKG_VERSION_MAJOR"),
                    ".",
                    env!("CARGO_PKG_VERSION_MINOR"),
                    ".999"
                ),
                false,
            ),
            ("openentropy 999.0.0", true),
            ("openentropy 0.999.0", true),
            ("another 0.1.0", true),
            ("", true),
        ] {
            let file = ClaimsFile { tool: tool.to_owned(), ..file() };
            let stale = Stale::of(&file, &entry(NOW), &machine(), NOW);
            assert_eq!(stale, is_stale.then_some(Stale::Tool), "{tool}");
        }
    }

    #[test]
    fn a_claim_lasts_180_days_and_begins_today() {
        for (dated, stale) in [
            (NOW - LIFETIME, None),
            (NOW - LIFETIME - 1, Some(Stale::Age)),
            (0, Some(Stale::Age)),
            (NOW + DAY, None),
            (NOW + DAY + 1, Some(Stale::Future)),
            (u64::MAX, Some(Stale::Future)),
        ] {
            assert_eq!(Stale::of(&file(), &entry(dated), &machine(), NOW), stale, "{dated}");
        }
        // A machine that does not know the time believes nothing of what it once knew.
        assert_eq!(Stale::of(&file(), &entry(NOW), &machine(), 0), Some(Stale::Future));
    }
}
