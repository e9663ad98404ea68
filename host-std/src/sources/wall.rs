//! Whether the wall clock was set, and the times between events that it stamps.

use crate::sys::os;
use openentropy_core::SourceError;

/// How far the wall clock is ahead of one that nobody sets: in nanoseconds, from the least to the most that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lead {
    least: i128,
    most: i128,
}

impl Lead {
    /// At this moment.
    pub(crate) fn now() -> Self {
        let before = os::monotonic_ns();
        let wall = os::wall_ns();
        Self::of(before, wall, os::monotonic_ns())
    }

    /// Of a reading of the wall clock between two of the other.
    pub(crate) fn of(before: u64, wall: u64, after: u64) -> Self {
        let [before, wall, after] = [before, wall, after].map(i128::from);
        Self { least: wall - after, most: wall - before }
    }

    /// Whether both may be the same: then the clock was not set in between, or by less than the brackets are wide.
    pub(crate) const fn agrees_with(self, other: Self) -> bool {
        self.least <= other.most && other.least <= self.most
    }
}

/// The event before, and how far the wall clock, which stamps events, was ahead then.
pub(crate) struct Gaps {
    last: Option<u64>,
    lead: Lead,
}

impl Gaps {
    /// Before the first event.
    pub(crate) fn new() -> Self {
        Self { last: None, lead: Lead::now() }
    }

    /// The time since the event before, of one that was stamped a moment ago.
    ///
    /// # Errors
    /// As [`until_with`](Self::until_with).
    pub(crate) fn until(&mut self, stamp: u64) -> Result<u64, SourceError> {
        self.until_with(stamp, Lead::now())
    }

    /// Forgets the event before: what comes next is the first.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }

    /// The time since the event before, of one after whose stamp the wall clock was so far ahead.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] for the first; [`SourceError::ClockError`] when the wall clock was set since the one before: what comes next
    /// is then the first.
    fn until_with(&mut self, stamp: u64, lead: Lead) -> Result<u64, SourceError> {
        let before = core::mem::replace(&mut self.lead, lead);
        let last = self.last.replace(stamp).ok_or(SourceError::NotReady)?;
        let gap = stamp.checked_sub(last).filter(|_| before.agrees_with(lead));
        if gap.is_none() {
            self.last = None; // stamped before the clock was set, or after: nobody knows
        }
        gap.ok_or(SourceError::ClockError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_gap_spans_a_moment_at_which_the_clock_was_set() {
        let lead = |ahead: u64| Lead::of(1_000, 1_005 + ahead, 1_010);
        let mut gaps = Gaps { last: None, lead: lead(0) };
        let script = [
            (500, 0, Err(SourceError::NotReady)),
            (700, 0, Ok(200)),
            (9_700, 9_000, Err(SourceError::ClockError)), // set forward
            (9_800, 9_000, Err(SourceError::NotReady)),
            (9_900, 9_000, Ok(100)),
            (950, 0, Err(SourceError::ClockError)), // set back
            (960, 0, Err(SourceError::NotReady)),
            (955, 0, Err(SourceError::ClockError)), // set back by less than a bracket
            (960, 0, Err(SourceError::NotReady)),
            (980, 0, Ok(20)),
        ];
        for (stamp, ahead, expected) in script {
            assert_eq!(gaps.until_with(stamp, lead(ahead)), expected, "{stamp}");
        }
        gaps.forget();
        assert_eq!(gaps.until_with(990, lead(0)), Err(SourceError::NotReady), "the first again");
    }

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
