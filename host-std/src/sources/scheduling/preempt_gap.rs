//! When something takes the processor away from a loop.
//!
//! The physical effect: device interrupts, timer interrupts, system-management mode and, in a virtual machine, the host stop a loop that does
//! nothing but read the counter. What is read: the length of such a gap and the time since the one before. Whoever can raise interrupts
//! (network peers, other guests) influences it, and the kernel's own tick is regular: a view of the same noise as `jitter_loop`, without claim.
//!
//! A reading packs both: the gap in the low 32 bits, the time since the last gap's end in the high 32, in ticks, each cut at 2^32 - 1. The sample
//! is made of the time. A reading takes at most 20 ms; a block needs as many gaps as it has samples, a few thousand a second on a busy machine
//! and a few hundred on an idle one.
//!
//! What can go wrong: a counter that stands still or is too coarse (said so at opening), or that the process may not read (denied); a machine so
//! quiet that 20 ms bring no gap (not ready).

use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sys::cpu;
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "preempt_gap",
    description: "length and arrival of the gaps that interrupts leave in a loop over the counter",
    physics: "devices, timers and the host interrupt the processor out of step with its clock",
    category: SourceCategory::Scheduling,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the time since the last gap, in steps.
const ARRIVAL: Digitisation = Digitisation { name: "arrival-low-bits", version: 1 };

/// A gap is this many times the median reading, or longer.
const GAP: u64 = 20;
/// Readings of which the median is taken.
const CALM: usize = 1025;
/// What one reading may take.
const PATIENCE: Duration = Duration::from_millis(20);
/// Looks at the counter between two looks at the clock.
const LOOKS: u32 = 4096;

pub(super) static KIND: &dyn SourceKind = &Metered::<PreemptGap>::KIND;

const fn arrival_low_bits(reading: u64, step: u64) -> u8 {
    ((reading >> 32) / step) as u8
}

struct PreemptGap {
    counter: cpu::Counter,
    threshold: u64,
    last_end: u64,
}

impl PreemptGap {
    fn new(mut counter: cpu::Counter) -> Result<Self, SourceError> {
        let mut last = counter.now();
        let mut calm = [0_u64; CALM];
        for ticks in &mut calm {
            let now = counter.now();
            *ticks = now.wrapping_sub(last);
            last = now;
        }
        let (_, median, _) = calm.select_nth_unstable(CALM / 2);
        match *median {
            0 => Err(SourceError::CoarseClock),
            median => Ok(Self { counter, threshold: median.saturating_mul(GAP), last_end: last }),
        }
    }
}

impl Meter for PreemptGap {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["preemption_boundary"];
    /// An idle machine interrupts a loop some hundred times a second: not soon enough.
    const FAST: bool = false;
    const DIGITISER: Digitiser = Digitiser { digitisation: ARRIVAL, rule: arrival_low_bits };

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new(cpu::Counter)
    }
}

impl Measure for PreemptGap {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next gap.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when 20 ms bring none.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut before = self.counter.now();
            for _ in 0..LOOKS {
                let now = self.counter.now();
                let gap = now.wrapping_sub(before);
                if gap >= self.threshold {
                    let arrival = before.wrapping_sub(self.last_end);
                    self.last_end = now;
                    return Ok(cut(arrival) << 32 | cut(gap));
                }
                before = now;
            }
            if Instant::now() > deadline {
                return Err(SourceError::NotReady);
            }
        }
    }
}

fn cut(ticks: u64) -> u64 {
    ticks.min(u64::from(u32::MAX))
}
