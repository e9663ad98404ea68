//! The board's event timer (HPET) against the processor's counter.
//!
//! The physical effect: two counters that may run from two oscillators. On many boards one crystal feeds both, and then nothing but the bus between them is
//! seen; since no board says which, the source counts as one more view of the processor's timing. What is read: both counters in a row, and how far each has come since the last
//! time: ticks of the timer in the high 32 bits of a reading, ticks of the processor's counter in the low 32. The sample is made of the latter. Other
//! programs influence it by loading the machine; under a hypervisor the timer is a model, and the source is shown as emulated.
//!
//! What can go wrong: the kernel maps the timer for nobody (absent), no right to open it, another program holds its comparators (denied), the timer
//! stands still (stuck).
//!
//! Reference: IA-PC HPET Specification 1.0a; Linux, Documentation/timers/hpet.rst.

use crate::sources::errno::error_of;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{SYS, board, judged, or_none};
use crate::sys::linux::hpet::Hpet;
use crate::sys::{Machine, cpu};
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use rustix::io::Errno;
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "board_timer",
    description: "ticks of the board's event timer and of the processor's counter since the last reading",
    physics: "the timer's oscillator and the bus to it, where both are not the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<BoardTimer>::KIND;

/// Low eight bits of the processor's ticks, in steps.
const PROCESSOR: Digitiser = Digitiser {
    digitisation: Digitisation { name: "processor-low-bits", version: 1 },
    rule: |reading, step| ((reading & u64::from(u32::MAX)) / step) as u8,
};

/// Looks at a timer that has not moved, each some hundred nanoseconds, while the slowest one allowed moves in 100.
const LOOKS: u32 = 1000;

struct BoardTimer {
    timer: Hpet,
    counter: cpu::Counter,
    last: (u32, u64),
}

impl Meter for BoardTimer {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["dual_clock_domain"];
    const DIGITISER: Digitiser = PROCESSOR;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let device =
            open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(|errno| match errno {
                Errno::BUSY => SourceError::Denied,
                errno => error_of(errno),
            })?;
        let (timer, mut counter) = (Hpet::new(device)?, cpu::Counter);
        let last = (timer.count(), counter.now());
        Ok(Self { timer, counter, last })
    }
}

impl Measure for BoardTimer {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        for _ in 0..LOOKS {
            let now = (self.timer.count(), self.counter.now());
            if now.0 != self.last.0 {
                return Ok(advance(core::mem::replace(&mut self.last, now), now));
            }
        }
        Err(SourceError::Stuck)
    }
}

/// How far both have come, each cut at 32 bits.
const fn advance(before: (u32, u64), now: (u32, u64)) -> u64 {
    let timer = now.0.wrapping_sub(before.0) as u64;
    let processor = now.1.wrapping_sub(before.1);
    let most = u32::MAX as u64;
    timer << 32 | if processor < most { processor } else { most }
}

fn find_in(sys: &Path) -> Vec<Candidate> {
    let entry = sys.join("class/misc/hpet");
    let found = entry.exists().then(|| match Machine::this().timer {
        Some(_) => judged("/dev/hpet".into(), May::READ_OK, "root or a udev rule", board()),
        None => {
            let reason = "the process may not read the time-stamp counter (PR_SET_TSC)";
            Candidate::missing(Access::Denied, reason)
        }
    });
    or_none(found.into_iter().collect(), "the kernel shows no event timer (HPET)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    #[test]
    fn a_reading_says_how_far_both_have_come() {
        assert_eq!(advance((10, 1_000), (12, 1_900)), 2 << 32 | 900);
        assert_eq!(advance((u32::MAX, 0), (4, 7)), 5 << 32 | 7, "the timer's 32 bits wrap");
        assert_eq!(advance((0, 0), (1, u64::MAX)), 1 << 32 | 0xffff_ffff, "an hour without a reading");
        assert_eq!((PROCESSOR.rule)(9 << 32 | 0x1a4, 4), 0x69);
    }

    #[test]
    fn without_a_timer_there_is_none() {
        assert_eq!(find_in(Path::new("/proc/self/nothing"))[0].access, Access::Absent);
        let tree = Tree::new("hpet");
        tree.line("class/misc/hpet/dev", "10:228");
        let found = find_in(tree.root()).remove(0);
        let node = Path::new("/dev/hpet").exists();
        assert!(node || found.access == Access::Absent, "{found:?}");
        assert!(node || found.reason.starts_with("/dev/hpet"), "{found:?}");
    }
}
