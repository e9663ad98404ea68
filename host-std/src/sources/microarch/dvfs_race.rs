//! Two processors count against each other.
//!
//! The physical effect: each core's clock follows its own voltage, temperature and load, and a hypervisor takes a core away when it likes. What is read: how
//! far this thread and a partner on another processor count in about 20 microseconds of the counter. On machines whose cores share one clock the
//! counts differ by what interrupts and memory take. Whoever loads either processor influences it: a view of the same noise as `jitter_loop`.
//!
//! A reading packs both: the partner's count in the low 32 bits, this thread's in the high 32. The sample is made of the partner's, which the moment
//! of two readings cuts out of its run.
//!
//! What can go wrong: one processor only (absent); a partner that does not run in the window gives no reading.
//!
//! Reference: Linux, Documentation/admin-guide/pm/cpufreq.rst.

use super::helper::{self, Helper};
use crate::sources::measured::{Digitiser, step_of};
use crate::sources::metered::{Meter, Metered, counter_step};
use crate::sys::cpu;
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::sync::Arc;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "dvfs_race",
    description: "how far two processors count in the same time",
    physics: "each core's clock follows its own voltage, temperature and load",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the partner's count.
const COUNT: Digitisation = Digitisation { name: "partner-low-bits", version: 1 };

/// How long a race is, about.
const RACE: Duration = Duration::from_micros(20);
/// Races in the time in which the counter's rate is measured.
const RACES_PER_RATE: u32 = 100;

pub(super) static KIND: &dyn SourceKind = &Metered::<DvfsRace>::KIND;

const fn partner_low_bits(reading: u64, _: u64) -> u8 {
    reading as u8
}

/// A count that shares its cache line, and the line that is fetched beside it, with nothing.
#[repr(align(128))]
#[derive(Default)]
struct Count(AtomicU64);

struct DvfsRace {
    counter: cpu::Counter,
    /// Ticks of a race.
    race: u64,
    theirs: Arc<Count>,
    helper: Helper,
}

impl DvfsRace {
    fn new() -> Result<Self, SourceError> {
        let mut counter = cpu::Counter;
        let theirs = Arc::new(Count::default());
        let (shared, mut count) = (Arc::clone(&theirs), 0_u64);
        let helper = Helper::start(INFO.name, move || {
            count = count.wrapping_add(1);
            shared.0.store(count, Ordering::Relaxed);
        })?;
        let (began, before) = (Instant::now(), counter.now());
        while began.elapsed() < RACE * RACES_PER_RATE {}
        let race = counter.now().wrapping_sub(before) / u64::from(RACES_PER_RATE);
        match race > step_of(|| counter.now()) {
            true => Ok(Self { counter, race, theirs, helper }),
            false => Err(SourceError::CoarseClock),
        }
    }
}

impl Meter for DvfsRace {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const DIGITISER: Digitiser = Digitiser { digitisation: COUNT, rule: partner_low_bits };

    fn find() -> Vec<Candidate> {
        vec![helper::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new()
    }

    /// A count goes up by one; the counter says when a race is over.
    fn step() -> Result<u64, SourceError> {
        counter_step().map(|_| 1)
    }
}

impl Measure for DvfsRace {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Runs one race.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when the partner did not run in it; otherwise what waiting for it met.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.helper.join_in()?;
        let before = self.theirs.0.load(Ordering::Relaxed);
        let end = self.counter.now().wrapping_add(self.race);
        let mut mine = 0_u64;
        while self.counter.now() < end {
            mine = black_box(mine + 1);
        }
        let theirs = self.theirs.0.load(Ordering::Relaxed).wrapping_sub(before);
        match theirs {
            0 => Err(SourceError::NotReady),
            _ => Ok(cut(mine) << 32 | cut(theirs)),
        }
    }
}

fn cut(count: u64) -> u64 {
    count.min(u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Access;

    #[test]
    fn both_count() {
        if helper::here().access != Access::Ready {
            return; // one processor, or no counter
        }
        let mut race = DvfsRace::new().unwrap();
        // One of them may have had no processor in the 20 microseconds, which is a reading as well.
        let both = |reading: u64| reading >> 32 > 0 && reading & u64::from(u32::MAX) > 0;
        assert!((0..1000).filter_map(|_| race.measure().ok()).any(both));
    }
}
