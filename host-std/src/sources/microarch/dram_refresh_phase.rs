//! Loads that meet the refresh of memory.
//!
//! The physical effect: dynamic memory is refreshed every few microseconds, by a divider of the memory's own clock, and a load that comes at that
//! moment waits. What is read: loads of a line that is pushed out of the caches before each, until one takes one and a half times as long as the
//! median or longer; how many loads lie between two such, and the ticks of the delayed one. Other traffic on the memory delays loads too, so
//! whoever loads the memory influences it; loads of more than eight times the median are interrupts and are passed over.
//!
//! A reading packs both: the ticks in the low 32 bits, the loads since the last delayed one in the high 32. The sample is made of the ticks: where
//! in the refresh the load came. A reading takes at most 20 ms.
//!
//! What can go wrong: a machine without dynamic memory behind its addresses, as an emulator, delays nothing, and no block is ever ready.
//!
//! Reference: JEDEC JESD79-5 (tREFI, tRFC); JESD79-4.

use super::lines::{self, load};
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sys::{Mapping, cpu, page_size};
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "dram_refresh_phase",
    description: "ticks of the loads that refresh delays, and how many loads lie between them",
    physics: "refresh runs on a divider of the memory's clock, out of step with the loop that meets it",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

/// Low eight bits of the delayed load's ticks, in steps.
const DELAY: Digitisation = Digitisation { name: "delay-low-bits", version: 1 };

/// Loads of which the median is taken.
const CALM: usize = 1025;
/// What one reading may take.
const PATIENCE: Duration = Duration::from_millis(20);
/// Loads between two looks at the clock.
const LOADS_PER_LOOK: u32 = 256;

pub(super) static KIND: &dyn SourceKind = &Metered::<DramRefreshPhase>::KIND;

const fn delay_low_bits(reading: u64, step: u64) -> u8 {
    ((reading & u32::MAX as u64) / step) as u8
}

struct DramRefreshPhase {
    counter: cpu::Counter,
    memory: Mapping,
    /// Ticks from which a load is delayed, and from which it was interrupted.
    delayed: u64,
    interrupted: u64,
    loads: u32,
}

impl DramRefreshPhase {
    fn new(counter: cpu::Counter) -> Result<Self, SourceError> {
        let mut memory = Mapping::new(page_size())?;
        memory.populate();
        let mut refresh = Self { counter, memory, delayed: 0, interrupted: 0, loads: 0 };
        let mut calm = [0_u64; CALM];
        for ticks in &mut calm {
            *ticks = refresh.load();
        }
        calm.sort_unstable();
        match calm[CALM / 2] {
            0 => Err(SourceError::CoarseClock),
            median => Ok(Self {
                delayed: median.saturating_add(median / 2),
                interrupted: median.saturating_mul(8),
                ..refresh
            }),
        }
    }

    fn load(&mut self) -> u64 {
        let Some(line) = self.memory.bytes().first() else { return 0 };
        self.counter.evict(line);
        let before = self.counter.now();
        load(line);
        self.counter.now().wrapping_sub(before)
    }
}

impl Meter for DramRefreshPhase {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const DIGITISER: Digitiser = Digitiser { digitisation: DELAY, rule: delay_low_bits };

    fn find() -> Vec<Candidate> {
        vec![lines::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        lines::evictable()?;
        Self::new(cpu::Counter)
    }
}

impl Measure for DramRefreshPhase {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next delayed load.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when 20 ms bring none.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            for _ in 0..LOADS_PER_LOOK {
                let ticks = self.load();
                self.loads = self.loads.saturating_add(1);
                if (self.delayed..self.interrupted).contains(&ticks) {
                    let loads = u64::from(core::mem::take(&mut self.loads));
                    return Ok(loads << 32 | ticks.min(u64::from(u32::MAX)));
                }
            }
            if Instant::now() > deadline {
                return Err(SourceError::NotReady);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Machine;

    #[test]
    fn the_sample_is_made_of_the_delay_alone() {
        assert_eq!(delay_low_bits((7 << 32) + 26 * 300, 26), (300 % 256) as u8);
    }

    #[test]
    fn a_delay_is_within_its_bounds_and_the_loads_are_counted() {
        if Machine::this().timer.is_none() || !cpu::EVICTS {
            return;
        }
        let mut refresh = DramRefreshPhase::new(cpu::Counter).unwrap();
        for _ in 0..64 {
            if let Ok(reading) = refresh.measure() {
                let (loads, ticks) = (reading >> 32, reading & u64::from(u32::MAX));
                assert!(loads > 0 && (refresh.delayed..refresh.interrupted).contains(&ticks));
            }
        }
    }
}
