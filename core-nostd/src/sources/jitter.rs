//! Execution-time jitter: how long a fixed piece of work takes, seen by a fine counter.
//!
//! The physical effect: caches, memory refresh and arbitration, interrupts and clock-domain crossings make the time of the very
//! same work vary from one run to the next. What is timed: a walk over the caller's memory and, in the heavy form, a pass of SHA-256 over
//! a time stamp. Other programs on the machine influence it; none of them sees the single reading. On a core without caches whose
//! counter runs from the core's own clock nothing varies: the start-up test then refuses, and an emulator's counter is refused or worthless.
//!
//! The construction follows S. Müller's jitterentropy (memory access and hash loop between two time stamps, stuck test on three
//! orders of differences, common divisor of the counter's increments, oversampling that only ever rises).

mod stuck;

use self::stuck::{StuckTest, gcd};
use super::{CounterFault, CycleCounter};
use crate::{
    Group, Independence, Measure, Platform, Requirement, Sha256, SourceCategory, SourceError, SourceInfo,
    Width,
};
use core::hint::black_box;

/// How much work one reading times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JitterWork {
    /// 128 memory accesses, four more to lines just evicted, and a pass of SHA-256 over 136 bytes, the block of jitterentropy's
    /// SHA3-256: no lighter than its work.
    Heavy,
    /// Two accesses to lines that were just evicted: worth something only where a recording says so.
    Fast,
}

impl JitterWork {
    /// Accesses to memory as the caches have it.
    const fn accesses(self) -> u32 {
        match self {
            Self::Heavy => 128,
            Self::Fast => 0,
        }
    }

    /// Accesses to lines that were just evicted.
    const fn evicted_accesses(self) -> u32 {
        match self {
            Self::Heavy => 4,
            Self::Fast => 2,
        }
    }
}

static INFO: SourceInfo = SourceInfo {
    name: "jitter_loop",
    description: "time that a fixed walk over memory and a hash take",
    physics: "memory refresh and arbitration, cache state, interrupts and clock-domain crossings vary the time of equal work",
    category: SourceCategory::Timing,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// A jitter loop over a [`CycleCounter`] and the caller's memory (an array, a `&mut [u8]`, a `Box<[u8]>`).
///
/// A reading is the time of the work, in the counter's ticks, untouched. Use [`LowBits`](crate::LowBits) with [`step`](Self::step) for samples.
/// Stuck readings are counted, not hidden: leaving them out would make the others look better than the source is.
///
/// One reading takes as long as [`oversampling`](Self::oversampling) pieces of the work, which the start-up test and later stuck windows
/// raise up to [`MAX_OVERSAMPLING`](Self::MAX_OVERSAMPLING) and never lower.
///
/// ```
/// use openentropy_core::sources::{CounterFault, JitterLoop, JitterWork};
/// let dead = JitterLoop::new(|| 0, [0; 4096], JitterWork::Heavy); // a cycle counter that nobody enabled
/// assert_eq!(dead.err(), Some(CounterFault::Dead));
/// ```
pub struct JitterLoop<C, M> {
    counter: C,
    memory: M,
    work: JitterWork,
    at: usize,
    stride: usize,
    hash: Sha256,
    step: u64,
    oversampling: u32,
    stuck: StuckTest,
    window: u32,
    window_stuck: u32,
    stuck_total: u64,
}

impl<C: CycleCounter, M: AsMut<[u8]>> JitterLoop<C, M> {
    /// The facts about it.
    pub const INFO: &'static SourceInfo = &INFO;
    /// The least memory, in bytes; a host gives several times its second-level cache, a microcontroller what it can spare.
    pub const MIN_MEMORY: usize = 256;
    /// The most pieces of work that one reading times.
    pub const MAX_OVERSAMPLING: u32 = 16;

    /// Readings of a start-up test and of a window of the stuck count.
    const WINDOW: u32 = 1024;
    /// Readings after which a start-up test without a single good one ends.
    const PROBE: u32 = 64;
    /// Stuck readings in a window above which the work is doubled: 90 %, jitterentropy's limit.
    const MAX_STUCK: u32 = Self::WINDOW / 10 * 9;
    /// Steps backwards that an adjusted counter may make in a start-up test, jitterentropy's limit.
    const MAX_BACKWARDS: u32 = 3;
    /// A counter that advances in steps this long is none.
    const MAX_STEP: u64 = 1 << 31;
    /// Bytes between two accesses: 127 lines, too far for a prefetcher.
    const STRIDE: usize = 127 * 64;

    /// Tests the counter against the work and finds its step.
    ///
    /// Takes at most 1,024 readings at each oversampling it tries, and 64 where none of them is any good.
    ///
    /// # Errors
    /// [`CounterFault`]: the counter is dead, runs backwards or is too coarse even for
    /// [`MAX_OVERSAMPLING`](Self::MAX_OVERSAMPLING), or the memory is too small.
    pub fn new(counter: C, mut memory: M, work: JitterWork) -> Result<Self, CounterFault> {
        let length = memory.as_mut().len();
        if length < Self::MIN_MEMORY {
            return Err(CounterFault::Memory);
        }
        let mut this = Self {
            counter,
            memory,
            work,
            at: 0,
            // odd, so that the walk meets every byte of a memory of 2^n bytes, and never the whole length
            stride: ((Self::STRIDE % length) | 1).min(length - 1),
            hash: Sha256::new(),
            step: 1,
            oversampling: 1,
            stuck: StuckTest::new(),
            window: 0,
            window_stuck: 0,
            stuck_total: 0,
        };
        loop {
            match this.survey() {
                Ok(step) => {
                    this.step = step;
                    return Ok(this);
                }
                Err(CounterFault::Backwards) => return Err(CounterFault::Backwards),
                Err(fault) if this.oversampling >= Self::MAX_OVERSAMPLING => return Err(fault),
                Err(_) => this.oversampling *= 2,
            }
        }
    }

    /// The counter's step in ticks: the greatest common divisor of the start-up readings.
    #[must_use]
    pub const fn step(&self) -> u64 {
        self.step
    }

    /// How many pieces of work one reading times now.
    #[must_use]
    pub const fn oversampling(&self) -> u32 {
        self.oversampling
    }

    /// How many readings were stuck: equal to the one before, or changing as the one before changed.
    #[must_use]
    pub const fn stuck_readings(&self) -> u64 {
        self.stuck_total
    }

    /// One start-up test at the present oversampling: the counter's step, or what is wrong.
    fn survey(&mut self) -> Result<u64, CounterFault> {
        let (mut step, mut good, mut moving, mut backwards) = (0, 0, 0, 0);
        self.stuck = StuckTest::new();
        for taken in 1..=Self::WINDOW {
            let ticks = self.time();
            if self.is_backwards(ticks) {
                backwards += 1;
                if backwards > Self::MAX_BACKWARDS {
                    return Err(CounterFault::Backwards);
                }
                continue;
            }
            step = gcd(step, ticks);
            moving += u32::from(ticks != 0);
            good += u32::from(!self.stuck.is_stuck(ticks));
            if taken == Self::PROBE && moving == 0 {
                return Err(CounterFault::Dead);
            }
            if taken == Self::PROBE && good == 0 {
                return Err(CounterFault::Coarse);
            }
        }
        if good < Self::WINDOW - Self::MAX_STUCK || step >= Self::MAX_STEP {
            return Err(CounterFault::Coarse);
        }
        Ok(step)
    }

    /// The ticks that the work takes, modulo the counter's width.
    fn time(&mut self) -> u64 {
        let start = self.counter.now();
        for _ in 0..self.oversampling {
            self.walk(self.work.accesses(), |_, _| {});
            self.walk(self.work.evicted_accesses(), C::evict);
            if self.work == JitterWork::Heavy {
                self.hash_pass(start);
            }
        }
        self.counter.now().wrapping_sub(start) & (u64::MAX >> (64 - self.counter.width().bits()))
    }

    /// A read and a write at each stop of a fixed walk, after `prepare`.
    fn walk(&mut self, stops: u32, prepare: impl Fn(&mut C, &u8)) {
        let memory = self.memory.as_mut();
        for _ in 0..stops {
            if let Some(byte) = memory.get_mut(self.at) {
                prepare(&mut self.counter, byte);
                *byte = black_box(black_box(*byte).wrapping_add(1));
            }
            self.at += self.stride;
            if self.at >= memory.len() {
                self.at -= memory.len();
            }
        }
    }

    /// A pass of SHA-256 over 136 bytes, the time stamp seventeen times.
    #[inline(never)]
    fn hash_pass(&mut self, stamp: u64) {
        let bytes = black_box(stamp).to_le_bytes();
        for _ in 0..17 {
            self.hash.update(&bytes);
        }
        black_box(&self.hash);
    }

    /// Half the counter's range and more ahead is a step back.
    fn is_backwards(&self, ticks: u64) -> bool {
        ticks >> (self.counter.width().bits() - 1) != 0
    }
}

impl<C: CycleCounter, M: AsMut<[u8]>> Measure for JitterLoop<C, M> {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Times the work once; bounded by [`oversampling`](Self::oversampling) pieces of it.
    ///
    /// # Errors
    /// [`SourceError::CoarseClock`] when the counter ran backwards; [`SourceError::Stuck`] when 90 % of a window of 1,024 readings were
    /// stuck though the work cannot be raised further.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let ticks = self.time();
        if self.is_backwards(ticks) {
            return Err(SourceError::CoarseClock);
        }
        let stuck = self.stuck.is_stuck(ticks);
        self.stuck_total = self.stuck_total.saturating_add(u64::from(stuck));
        self.window += 1;
        self.window_stuck += u32::from(stuck);
        if self.window == Self::WINDOW {
            let failed = self.window_stuck > Self::MAX_STUCK;
            (self.window, self.window_stuck) = (0, 0);
            if failed && self.oversampling >= Self::MAX_OVERSAMPLING {
                return Err(SourceError::Stuck);
            }
            self.oversampling <<= u32::from(failed);
        }
        Ok(ticks)
    }
}

#[cfg(test)]
mod tests;
