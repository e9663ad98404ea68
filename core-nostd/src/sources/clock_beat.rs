//! The beat of two clocks: how often a fast counter counts between two edges of a slow clock of another origin.
//!
//! The physical effect: the period of a resistor-capacitor or ring oscillator wanders by thermal and flicker noise against a crystal; the count
//! accumulates that over a whole slow period. Two crystals, or two dividers of one, beat regularly and hold next to nothing: only a recording
//! of the very pair says what it is worth. Temperature and supply shift the mean, and whoever controls those controls it.

use super::CycleCounter;
use crate::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

/// A slow clock that can be looked at.
///
/// Any `FnMut() -> u32` is one.
pub trait SlowClock {
    /// A value that changes at every edge: the count of a watchdog or real-time clock, or the level of a pin.
    fn ticks(&mut self) -> u32;
}

impl<F: FnMut() -> u32> SlowClock for F {
    fn ticks(&mut self) -> u32 {
        self()
    }
}

static INFO: SourceInfo = SourceInfo {
    name: "clock_beat",
    description: "count of a fast counter between two edges of a slow clock",
    physics: "phase noise of a free-running oscillator against a crystal, accumulated over a period",
    category: SourceCategory::Thermal,
    platform: Platform::Any,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::Oscillator),
};

/// The beat of a [`CycleCounter`] and a [`SlowClock`].
///
/// A reading is the count between two successive edges, modulo the counter's width, untouched.
///
/// ```
/// use openentropy_core::{Measure, sources::ClockBeat};
/// let mut cycles = 0;
/// let mut looks = 0_u32;
/// let mut beat = ClockBeat::new(
///     || { cycles += 10; cycles },           // read once an edge
///     || { looks += 1; looks / 8 },          // an edge every eighth look
///     1000,
/// );
/// assert_eq!(beat.measure(), Ok(10));
/// ```
pub struct ClockBeat<C, S> {
    counter: C,
    slow: S,
    max_looks: u32,
}

impl<C: CycleCounter, S: SlowClock> ClockBeat<C, S> {
    /// Pairs the clocks; a reading gives up after `max_looks` looks at the slow clock without an edge.
    ///
    /// The time of a look is the resolution of the edge: keep the closure short.
    #[must_use]
    pub const fn new(counter: C, slow: S, max_looks: u32) -> Self {
        Self { counter, slow, max_looks }
    }

    /// The counter at the next edge.
    fn edge(&mut self) -> Result<u64, SourceError> {
        let before = self.slow.ticks();
        for _ in 0..self.max_looks {
            if self.slow.ticks() != before {
                return Ok(self.counter.now());
            }
        }
        Err(SourceError::Timeout)
    }
}

impl<C: CycleCounter, S: SlowClock> Measure for ClockBeat<C, S> {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for two edges, each within the bound of looks.
    ///
    /// # Errors
    /// [`SourceError::Timeout`] when the slow clock stands still, [`SourceError::CoarseClock`] when the counter does.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let start = self.edge()?;
        let count = self.edge()?.wrapping_sub(start) & (u64::MAX >> (64 - self.counter.width().bits()));
        match count {
            0 => Err(SourceError::CoarseClock),
            _ => Ok(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    #[test]
    fn the_count_between_two_edges_is_the_reading() {
        let looks = Cell::new(0_u32);
        let mut beat = ClockBeat::new(
            || u64::from(looks.get()) * 3,
            || {
                looks.set(looks.get() + 1);
                looks.get() / 50
            },
            60,
        );
        // The second edge is found one look after the first: `edge` looks once more to learn the present value.
        assert_eq!(beat.measure(), Ok(150));
        assert_eq!(beat.measure(), Ok(150));
    }

    #[test]
    fn clocks_that_stand_still_are_told_apart() {
        let looks = Cell::new(0);
        let mut no_edge = ClockBeat::new(
            || 1,
            || {
                looks.set(looks.get() + 1);
                0
            },
            100,
        );
        assert_eq!(no_edge.measure(), Err(SourceError::Timeout));
        assert_eq!(looks.get(), 101);
        let mut level = 0;
        let mut dead = ClockBeat::new(
            || 9,
            || {
                level ^= 1;
                level
            },
            100,
        );
        assert_eq!(dead.measure(), Err(SourceError::CoarseClock));
    }
}
