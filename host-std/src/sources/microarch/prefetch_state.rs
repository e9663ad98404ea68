//! One load that the prefetcher may have foreseen.
//!
//! The physical effect: a prefetcher that has seen a stride fetches its next lines from memory by itself, and whether the line has come by the time
//! it is needed depends on the prefetcher's state, on the memory controller and on its traffic. What is read: ticks of one load, the next of a
//! stride that was shown in between jumps to other lines, all of them pushed out of the caches before. Mostly the same time or one of two; other
//! programs on the same core disturb the prefetcher, and those on other cores the memory.
//!
//! What can go wrong: a processor that lets no program push lines out (absent), no room for a page (I/O error at opening); a prefetcher that is off or
//! knows another stride leaves one value, which the health tests see.
//!
//! Reference: Intel 64 and IA-32 Architectures Optimization Reference Manual, "Data Prefetching".

use super::lines::{self, LINE, load};
use crate::sources::timed::{Timed, Work};
use crate::sys::{Mapping, cpu, page_size};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "prefetch_state",
    description: "ticks of a load whose line a prefetcher may have fetched",
    physics: "the prefetcher's state and the memory's traffic decide whether a line comes in time",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<PrefetchState>::KIND;

/// Lines that the stride shows before the load that is timed.
const SHOWN: usize = 6;
/// Distance of the stride's lines.
const STRIDE: usize = 2 * LINE;
/// Where the jumps land, one after each line of the stride: far from it and at no one distance from each other.
const JUMPS: [usize; SHOWN] = [29, 17, 43, 22, 59, 36];
/// Lines of the memory.
const LINES: usize = 64;

struct PrefetchState {
    memory: Mapping,
}

impl PrefetchState {
    fn stride(&self) -> impl Iterator<Item = &u8> {
        self.memory.bytes().iter().step_by(STRIDE)
    }

    fn jumps(&self) -> impl Iterator<Item = &u8> {
        JUMPS.iter().filter_map(|line| self.memory.bytes().get(line * LINE))
    }
}

impl Work for PrefetchState {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const ALIASES: &'static [&'static str] = &["prefetcher_state", "dmp_confusion"];

    fn find() -> Vec<Candidate> {
        vec![lines::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        lines::evictable()?;
        let mut memory = Mapping::new((LINES * LINE).next_multiple_of(page_size()))?;
        memory.populate();
        Ok(Self { memory })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        let mut counter = cpu::Counter;
        self.stride().take(SHOWN + 1).chain(self.jumps()).for_each(|line| counter.evict(line));
        for (next, jump) in self.stride().zip(self.jumps()) {
            load(next);
            load(jump);
        }
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.stride().nth(SHOWN).into_iter().for_each(load);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_meet_neither_the_stride_nor_each_other() {
        let last = SHOWN * STRIDE / LINE;
        for (at, line) in JUMPS.iter().enumerate() {
            assert!(*line > last && *line < LINES && !JUMPS[..at].contains(line), "{line}");
        }
    }
}
