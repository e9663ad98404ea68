//! Whether the wall clock was set.

use crate::sys::os;

/// How far the wall clock is ahead of one that nobody sets: in nanoseconds, from the least to the most that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead {
    least: i128,
    most: i128,
}

impl Lead {
    /// At this moment.
    pub(super) fn now() -> Self {
        let before = os::monotonic_ns();
        let wall = os::wall_ns();
        Self::of(before, wall, os::monotonic_ns())
    }

    /// Of a reading of the wall clock between two of the other.
    pub(super) fn of(before: u64, wall: u64, after: u64) -> Self {
        let [before, wall, after] = [before, wall, after].map(i128::from);
        Self { least: wall - after, most: wall - before }
    }

    /// Whether both may be the same: then the clock was not set in between, or by less than the brackets are wide.
    pub(super) const fn agrees_with(self, other: Self) -> bool {
        self.least <= other.most && other.least <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_told_from_one_that_runs() {
        let before = Lead::of(100, 5_000, 110);
        assert!(before.agrees_with(Lead::of(1_100, 6_003, 1_107)), "as far ahead as before");
        assert!(before.agrees_with(Lead::of(1_100, 6_500, 2_000)), "a reading that was held up says nothing");
        assert!(!before.agrees_with(Lead::of(1_100, 5_900, 1_110)), "set back");
        assert!(!before.agrees_with(Lead::of(1_100, 7_000, 1_110)), "set forward");
        assert!(!before.agrees_with(Lead::of(1_100, 0, 1_110)), "set to its beginning");
    }
}
