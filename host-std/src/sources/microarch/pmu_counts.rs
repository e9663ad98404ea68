//! What the processor itself counts of a fixed piece of work.
//!
//! The physical effect: the same work in the same order takes the same instructions, and a number of cycles, misses and mispredictions that depends on what
//! caches and predictors hold, on who else uses them, and on interrupts. What is read: four counters of the processor before and after a walk
//! over 16 KiB with a branch at each step, in user mode only. Everybody who loads the machine influences it: a view of the same noise as
//! `jitter_loop`, without the clock of the counter in it.
//!
//! A reading packs four differences of 16 bits each, cut at 2^16 - 1: from the lowest, cycles, instructions, cache misses and branch misses. The sample is
//! made of the cycles. The counters are those of one thread: when another reads the source, it opens its own.
//!
//! What can go wrong: no event counters, or a hypervisor that hides them, as most do (absent); an administrator or a filter that forbids them
//! (denied); other users of the counters, so that they stood still for part of the work (no reading); counters that stand still for good (stuck).
//!
//! Reference: perf_event_open(2); Intel SDM vol. 3 §21; AMD64 manual vol. 2 §13.2.

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sys::Machine;
use crate::sys::os::perf::{Counts, EVENTS, Event, Group as Counters};
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::thread::{self, ThreadId};

static INFO: SourceInfo = SourceInfo {
    name: "pmu_counts",
    description: "cycles, instructions and misses that the processor counts of a fixed piece of work",
    physics: "caches, predictors and interrupts vary the cycles that the same instructions take",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::CpuFeature,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the cycles.
const CYCLES: Digitisation = Digitisation { name: "cycles-low-bits", version: 1 };

/// What is counted, from the lowest bits of a reading on.
const COUNTED: [Event; EVENTS] =
    [Event::CYCLES, Event::INSTRUCTIONS, Event::CACHE_MISSES, Event::BRANCH_MISSES];
/// Bits of each difference in a reading.
const BITS: u32 = u64::BITS / EVENTS as u32;

/// Bytes of a walk.
const MEMORY: usize = 16 << 10;
/// A step of the walk: two lines, so that the whole has 128 steps.
const STRIDE: usize = 128;

pub(super) static KIND: &dyn SourceKind = &Metered::<PmuCounts>::KIND;

const fn cycles_low_bits(reading: u64, _: u64) -> u8 {
    reading as u8
}

struct PmuCounts {
    counters: Counters,
    /// Whose doings they count.
    thread: ThreadId,
    memory: Box<[u8]>,
}

impl PmuCounts {
    fn new(events: [Event; EVENTS]) -> Result<Self, SourceError> {
        let counters = Counters::open(events).map_err(error_of)?;
        Ok(Self { counters, thread: thread::current().id(), memory: vec![1; MEMORY].into_boxed_slice() })
    }
}

impl Meter for PmuCounts {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const DIGITISER: Digitiser = Digitiser { digitisation: CYCLES, rule: cycles_low_bits };

    fn find() -> Vec<Candidate> {
        let ready = Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() };
        let facility =
            "the processor's event counters (perf_event_open(2)), which a virtual machine often lacks";
        let permission = "kernel.perf_event_paranoid is above 2 and the process has no CAP_PERFMON, or a seccomp filter forbids \
            perf_event_open(2)";
        asked(Counters::open(COUNTED), ready, facility, permission)
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new(COUNTED)
    }

    /// A count goes up by one.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl Measure for PmuCounts {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Counts one piece of work.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when the counters served somebody else meanwhile, [`SourceError::Stuck`] when they count nothing; what a call met.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let thread = thread::current().id();
        if thread != self.thread {
            self.counters = Counters::open(COUNTED).map_err(error_of)?;
            self.thread = thread;
        }
        let before = self.counters.read().map_err(error_of)?;
        work(&self.memory);
        let after = self.counters.read().map_err(error_of)?;
        packed(before, after)
    }
}

/// A walk with a branch at each step, which goes one way as often as the other.
fn work(memory: &[u8]) {
    let mut sum = 1_u32;
    for byte in memory.iter().step_by(STRIDE) {
        sum = sum.wrapping_mul(5).wrapping_add(u32::from(*black_box(byte)));
        if black_box(sum) & 1 << 16 != 0 {
            sum = black_box(sum) ^ 3;
        }
    }
    black_box(sum);
}

/// The differences of two looks at the counters as a reading.
///
/// # Errors
/// As [`Measure::measure`] of the source.
fn packed(before: Counts, after: Counts) -> Result<u64, SourceError> {
    let since = |now: u64, then: u64| now.wrapping_sub(then);
    if since(after.enabled, before.enabled) != since(after.running, before.running) {
        return Err(SourceError::NotReady);
    }
    if after.events[0] == before.events[0] {
        return Err(SourceError::Stuck);
    }
    let differences = (0..EVENTS).map(|event| since(after.events[event], before.events[event]));
    // The last event comes first, and stands highest in the end.
    Ok(differences.rev().fold(0, |reading, count| reading << BITS | count.min((1 << BITS) - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Counts = Counts { enabled: 100, running: 100, events: [1000, 2000, 3000, 4000] };

    #[test]
    fn a_reading_holds_four_differences_and_the_sample_is_made_of_the_cycles() {
        let after =
            Counts { enabled: 150, running: 150, events: [1000 + 0x1234, 2000 + 0x10000, 3002, 4000] };
        let reading = packed(BEFORE, after).unwrap();
        assert_eq!(reading, 0x0000_0002_ffff_1234);
        assert_eq!(cycles_low_bits(reading, 1), 0x34);
    }

    #[test]
    fn counters_that_served_others_give_no_reading_and_still_ones_are_stuck() {
        let shared = Counts { enabled: 200, running: 150, events: [2000; EVENTS] };
        assert_eq!(packed(BEFORE, shared), Err(SourceError::NotReady));
        let still = Counts { enabled: 200, running: 200, ..BEFORE };
        assert_eq!(packed(BEFORE, still), Err(SourceError::Stuck));
    }

    #[test]
    fn where_there_are_counters_they_count_the_work() {
        let Ok(mut counts) = PmuCounts::new(COUNTED) else { return };
        let readings: Vec<_> = (0..64).filter_map(|_| counts.measure().ok()).collect();
        assert!(readings.iter().all(|reading| reading & 0xffff > 0 && reading >> BITS & 0xffff > 0));
    }

    #[test]
    fn a_source_that_moves_to_another_thread_counts_that_one() {
        let Ok(mut counts) = PmuCounts::new(COUNTED) else { return };
        let here = counts.thread;
        let moved = thread::spawn(move || {
            let _either = counts.measure();
            counts.thread
        });
        assert_ne!(moved.join().unwrap(), here);
    }
}
