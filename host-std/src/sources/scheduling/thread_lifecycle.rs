//! How long a thread takes to come to life, and to be gone.
//!
//! The physical effect: none of its own. Starting a thread maps or reuses a stack, puts it on a run queue, perhaps of another processor that idles;
//! its end wakes the thread that joins it. Caches, the run queues and interrupts vary all of that. What is read: ticks from before the start to
//! the thread's first instruction, and from there to the return of the join. Everybody who loads the machine influences it: a view of the same
//! noise as `jitter_loop`, without claim.
//!
//! A reading packs both: the start in the low 32 bits, the end in the high 32, in ticks, each cut at 2^32 - 1. The sample is made of the start. The
//! thread does nothing but read the counter.
//!
//! What can go wrong: a limit of threads or memory is reached (an error, no reading). Where processors' counters differ, so do the two
//! parts, by a constant for each pair of processors. The join needs no bound: the thread waits for nothing.
//!
//! Reference: pthread_create(3), pthread_join(3).

use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sys::cpu;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::thread;

static INFO: SourceInfo = SourceInfo {
    name: "thread_lifecycle",
    description: "ticks until a new thread runs, and until it is joined",
    physics: "run queues, idle processors and interrupts vary when a new thread runs and when its end is seen",
    category: SourceCategory::Scheduling,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the ticks until the thread's first instruction, in steps.
const START: Digitisation = Digitisation { name: "start-low-bits", version: 1 };

/// Bytes of stack for a thread that reads a counter.
const STACK: usize = 64 * 1024;

pub(super) static KIND: &dyn SourceKind = &Metered::<ThreadLifecycle>::KIND;

const fn start_low_bits(reading: u64, step: u64) -> u8 {
    ((reading & u32::MAX as u64) / step) as u8
}

struct ThreadLifecycle {
    counter: cpu::Counter,
}

impl Meter for ThreadLifecycle {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const DIGITISER: Digitiser = Digitiser { digitisation: START, rule: start_low_bits };

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { counter: cpu::Counter })
    }
}

impl Measure for ThreadLifecycle {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        let before = self.counter.now();
        let thread = thread::Builder::new().stack_size(STACK).spawn(|| {
            let mut counter = cpu::Counter;
            counter.now()
        });
        let first = thread.map_err(|_| SourceError::Io)?.join().map_err(|_| SourceError::Panicked)?;
        let after = self.counter.now();
        Ok(cut(after.wrapping_sub(first)) << 32 | cut(first.wrapping_sub(before)))
    }
}

fn cut(ticks: u64) -> u64 {
    ticks.min(u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Machine;

    #[test]
    fn a_reading_holds_both_parts() {
        if Machine::this().timer.is_none() {
            return; // the process may not read it
        }
        let mut source = ThreadLifecycle { counter: cpu::Counter };
        let before = source.counter.now();
        let reading = source.measure().unwrap();
        let whole = source.counter.now().wrapping_sub(before);
        let (start, end) = (reading & u64::from(u32::MAX), reading >> 32);
        assert!(start > 0 && end > 0 && start + end <= whole, "{start} {end} {whole}");
        assert_eq!(start_low_bits(7 << 32 | 520, 26), 20);
    }
}
