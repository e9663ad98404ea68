//! What takes the processor away below the kernel.
//!
//! The physical effect: system-management interrupts of the firmware and, in a virtual machine, the host stop a processor without the kernel's
//! knowledge. What is read: the kernel's osnoise tracer looks for gaps in time and says of each how long it was and how many interrupts and threads lie in
//! it; those with none are readings. Whoever can make the firmware or the host work influences it (thermal events, other guests), and every
//! program with the same rights can read the same: a view of the same noise as `jitter_loop`, without claim.
//!
//! A reading packs both: the gap in the low 32 bits, the time since the gap before began in the high 32, in nanoseconds, each cut at 2^32 - 1. The sample is
//! made of the gap. The kernel reports gaps from one or five microseconds on, as its release has it, and looks for a twentieth of the time, on one
//! processor; a machine whose firmware and host let it run in peace gives next to no readings. To be named, for it takes this share of
//! the processor from everybody, and the settings of a tracer of which the machine has only one.
//!
//! What can go wrong: a kernel without the tracer or before Linux 6.5, a namespace of process numbers, or tracefs not mounted (absent); no right to use it (denied); somebody else uses it, or nothing happens
//! within 20 ms (not ready); lines of another shape are passed over. What a killed program leaves is bounded as the module of the instance says.
//!
//! Reference: Linux, Documentation/trace/osnoise-tracer.rst.

use super::trace_instance::{TraceInstance, ends_by_itself};
use crate::sources::errno::io_error_of;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sys::Machine;
use crate::sys::os::affinity;
use crate::{Access, Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::fs::{File, read_to_string};
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "firmware_noise",
    description: "nanoseconds for which firmware or a host took the processor, as the kernel's osnoise tracer sees it",
    physics: "firmware and hosts stop the processor when devices, heat and other guests ask for it",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the gap in nanoseconds.
const GAP: Digitisation = Digitisation { name: "gap-low-bits", version: 1 };

/// Where tracefs is mounted.
const TRACEFS: &str = "/sys/kernel/tracing";
/// What one reading may take.
const PATIENCE: Duration = Duration::from_millis(20);

pub(super) static KIND: &dyn SourceKind = &Metered::<FirmwareNoise>::KIND;

const fn gap_low_bits(reading: u64, _: u64) -> u8 {
    reading as u8
}

struct FirmwareNoise {
    /// The tracer's words; closed before the instance is removed.
    events: BufReader<File>,
    instance: TraceInstance,
    /// What was read of a line.
    line: Vec<u8>,
    /// When the last gap began.
    last: Option<u64>,
}

impl Meter for FirmwareNoise {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const OPT_IN: bool = true;
    const FAST: bool = false;
    const DIGITISER: Digitiser = Digitiser { digitisation: GAP, rule: gap_low_bits };

    fn find() -> Vec<Candidate> {
        let (access, reason) = match read_to_string(Path::new(TRACEFS).join("available_tracers")) {
            Ok(tracers) if tracers.split_ascii_whitespace().any(|tracer| tracer == "osnoise") => {
                match ends_by_itself() {
                    Ok(()) => {
                        return vec![Candidate {
                            virtualised: Machine::this().processor(),
                            ..Candidate::ready()
                        }];
                    }
                    Err(reason) => (Access::Absent, String::from(reason)),
                }
            }
            Ok(_) => {
                (Access::Absent, String::from("the kernel has no osnoise tracer (CONFIG_OSNOISE_TRACER)"))
            }
            Err(error) => match io_error_of(&error) {
                SourceError::Absent => {
                    (Access::Absent, format!("no tracefs is mounted at {TRACEFS}: {error}"))
                }
                SourceError::Denied => (Access::Denied, format!("only root may trace ({TRACEFS}): {error}")),
                _ => (Access::Broken, format!("{TRACEFS}: {error}")),
            },
        };
        vec![Candidate::missing(access, reason)]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        ends_by_itself().map_err(|_| SourceError::Absent)?;
        let processor = *affinity::processors().last().ok_or(SourceError::Denied)?;
        let instance = TraceInstance::new(Path::new(TRACEFS), processor)?;
        let events = BufReader::new(instance.start()?);
        Ok(Self { events, instance, line: Vec::new(), last: None })
    }

    /// Gaps are told in nanoseconds.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl Measure for FirmwareNoise {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// The next gap in which the kernel did nothing.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when 20 ms bring none, [`SourceError::Disconnected`] in a forked child and when the instance was removed; what reading
    /// met.
    fn measure(&mut self) -> Result<u64, SourceError> {
        if !self.instance.is_ours() {
            return Err(SourceError::Disconnected);
        }
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.events.read_until(b'\n', &mut self.line) {
                Ok(0) => return Err(SourceError::Disconnected),
                Ok(_) => {
                    let gap = core::str::from_utf8(&self.line).ok().and_then(gap);
                    self.line.clear();
                    let Some(Gap { start, ns, interference: 0 }) = gap else { continue };
                    let Some(last) = self.last.replace(start) else { continue };
                    return Ok(cut(start.wrapping_sub(last)) << 32 | cut(ns));
                }
                // What was read of a line stays.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(deadline.saturating_duration_since(Instant::now()));
                }
                Err(error) => return Err(io_error_of(&error)),
            }
        }
        Err(SourceError::NotReady)
    }
}

/// One gap in time.
#[derive(Debug, PartialEq, Eq)]
struct Gap {
    /// When it began, in nanoseconds of the tracer's clock.
    start: u64,
    /// How long it was.
    ns: u64,
    /// How many interrupts and threads the kernel saw in it.
    interference: u64,
}

/// The gap that a line of trace_pipe tells of, if it is of that event.
fn gap(line: &str) -> Option<Gap> {
    let (_, told) = line.split_once(": sample_threshold: start ")?;
    let words: Vec<&str> = told.split_ascii_whitespace().collect();
    let [start, "duration", ns, "ns", "interference", interference] = words[..] else { return None };
    let (seconds, fraction) = start.split_once('.')?;
    if fraction.len() != 9 {
        return None;
    }
    let seconds: u64 = seconds.parse().ok()?;
    let start = seconds.checked_mul(1_000_000_000)?.checked_add(fraction.parse().ok()?)?;
    Some(Gap { start, ns: ns.parse().ok()?, interference: interference.parse().ok()? })
}

fn cut(ns: u64) -> u64 {
    ns.min(u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_when_how_long_and_what_the_kernel_did() {
        let line = "       osnoise/0-114     [000] ....1     4.325443: sample_threshold: start 4.024521692 duration 917511 ns interference 2\n";
        assert_eq!(gap(line), Some(Gap { start: 4_024_521_692, ns: 917_511, interference: 2 }));
        let line = "osnoise/1-9 [001] d..h. 1.5: sample_threshold: start 0.000000007 duration 1000 ns interference 0";
        assert_eq!(gap(line), Some(Gap { start: 7, ns: 1000, interference: 0 }));
    }

    #[test]
    fn other_lines_tell_nothing() {
        for line in [
            "",
            "CPU:0 [LOST 12 EVENTS]",
            "osnoise/0-7 [000] .... 81.637220: 1000 190 81.00 88 2 0 10 0 1",
            "x: sample_threshold: start 4.325 duration 5 ns interference 0",
            "x: sample_threshold: start 4.000000001 duration 5 us interference 0",
            "x: sample_threshold: start 4.000000001 duration -5 ns interference 0",
            "x: sample_threshold: start 99999999999.000000001 duration 5 ns interference 0",
            "x: sample_threshold: start 4.000000001 duration 5 ns",
        ] {
            assert_eq!(gap(line), None, "{line}");
        }
    }

    #[test]
    fn the_sample_is_made_of_the_gap_alone() {
        assert_eq!(gap_low_bits(7 << 32 | 0x1234, 1), 0x34);
    }
}
