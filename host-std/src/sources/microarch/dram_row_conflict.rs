//! Two loads that need two rows of one bank of memory.
//!
//! The physical effect: a bank of dynamic memory has one row open; the second of two loads from different rows waits until the first row is closed and
//! its own opened, and both wait for refresh and for the traffic of every other core and device. What is read: ticks of a pair of loads from two
//! lines that were pushed out of the caches. Whoever loads the memory influences it, other guests of the host included; they see their own
//! latencies, not these.
//!
//! Which addresses share a bank the processor does not say. So opening looks among 16,384 lines over 32 mebibytes for one that is slow
//! beside a first one: it times all of them, then the slowest again and oftener, and takes what in the end is a tenth slower than usual. Where none
//! is, it begins again from another line. A search takes 20 ms on a quiet machine, all of them 250 ms at most; the memory is held for the life of the
//! source.
//!
//! What can go wrong: on a loaded machine the searches may not end in their time, or find nothing where one found something before (not ready);
//! where no line ever stood out, as on an emulator, the source is absent.
//!
//! Reference: P. Pessl and others, "DRAMA: Exploiting DRAM Addressing for Cross-CPU Attacks", USENIX Security 2016, §4.

use super::lines::{self, LINE, load};
use crate::sources::timed::{Timed, Work};
use crate::sys::{Mapping, cpu, os, page_size};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "dram_row_conflict",
    description: "ticks of two loads from different rows of one bank of memory",
    physics: "a bank must close one row before it opens the next, between refresh and other traffic",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<DramRowConflict>::KIND;

/// Lines that are looked at.
const PARTNERS: usize = 16_384;
/// Distance of those lines, but for their offset within it.
const STRIDE: usize = 2048;
/// Searches, each from another first line.
const ATTEMPTS: usize = 4;
/// What the searches may take together.
const PATIENCE: Duration = Duration::from_millis(250);
/// Most times of one line in a round.
const MOST_LOOKS: usize = 65;
/// The rounds of a search: how often each line is timed, and how many of the slowest go on.
const ROUNDS: [(usize, usize); 4] = [(1, 2048), (3, 256), (9, 24), (MOST_LOOKS, 2)];

/// Whether a search ended well once: then rows are there, and stand out on a quieter machine.
static SEEN: AtomicBool = AtomicBool::new(false);

struct DramRowConflict {
    memory: Mapping,
    /// Where the two lines are.
    pair: [usize; 2],
}

impl Work for DramRowConflict {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const ALIASES: &'static [&'static str] =
        &["dram_row_buffer", "memory_timing", "lpddr5_row_conflict", "dc_civac_timing"];

    fn find() -> Vec<Candidate> {
        vec![lines::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        lines::evictable()?;
        let mut memory = Mapping::new(((PARTNERS + 1) * STRIDE).next_multiple_of(page_size()))?;
        os::memory::prefer_huge_pages(&mut memory);
        memory.populate();
        let mut conflict = Self { memory, pair: [0; 2] };
        let deadline = Instant::now() + PATIENCE;
        for first in 0..ATTEMPTS {
            // Any line will do to begin with; another one after a search that failed.
            if conflict.search(first * LINE, deadline)? {
                SEEN.store(true, Ordering::Relaxed);
                return Ok(conflict);
            }
        }
        match SEEN.load(Ordering::Relaxed) {
            true => Err(SourceError::NotReady), // what hides them is other traffic
            false => Err(SourceError::Absent),
        }
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        let mut counter = cpu::Counter;
        self.lines().for_each(|line| counter.evict(line));
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.lines().for_each(load);
        Ok(())
    }
}

impl DramRowConflict {
    fn lines(&self) -> impl Iterator<Item = &u8> {
        self.pair.iter().filter_map(|at| self.memory.bytes().get(*at))
    }

    /// Looks for a line in another row of the bank of the line at `first`; says whether one stands out, which is then the pair's second.
    fn search(&mut self, first: usize, deadline: Instant) -> Result<bool, SourceError> {
        // The offset within the stride changes too, since the bank is a function of low address bits as well.
        let mut partners: Vec<usize> =
            (1..=PARTNERS).map(|number| number * STRIDE + number * 13 % (STRIDE / LINE) * LINE).collect();
        let mut usual = 0;
        for (looks, kept) in ROUNDS {
            let timely = partners.iter().take_while(|_| Instant::now() < deadline);
            let mut timed: Vec<_> =
                timely.map(|at| (self.lower_quartile([first, *at], looks), *at)).collect();
            if timed.len() < partners.len() {
                return Err(SourceError::NotReady);
            }
            timed.sort_unstable_by(|one, other| other.cmp(one));
            if usual == 0 {
                usual = self.lower_quartile([first, timed[timed.len() / 2].1], MOST_LOOKS);
            }
            partners.clear();
            partners.extend(timed.iter().take(kept).map(|(_, at)| *at));
        }
        // Timed once more, since the slowest of many was also the unluckiest.
        Ok(partners.iter().any(|at| self.lower_quartile([first, *at], MOST_LOOKS) >= usual + usual / 10))
    }

    /// The lower quartile of `looks` times of `pair`, which is the pair from then on.
    fn lower_quartile(&mut self, pair: [usize; 2], looks: usize) -> u64 {
        let mut counter = cpu::Counter;
        let mut room = [0; MOST_LOOKS];
        let ticks = &mut room[..looks];
        self.pair = pair;
        for slot in &mut *ticks {
            self.lines().for_each(|line| counter.evict(line));
            let before = counter.now();
            self.lines().for_each(load);
            *slot = counter.now().wrapping_sub(before);
        }
        ticks.sort_unstable();
        ticks[looks / 4]
    }
}
