//! Is the source stuck?

use crate::health::{Level, Levels, Symbol};

/// The repetition-count test (SP 800-90B §4.4.1): one value too often in a row.
///
/// ```
/// use openentropy_core::health::{Level, Levels, RepetitionCount};
/// let mut test = RepetitionCount::<u8>::new(Levels { intermittent: 3, permanent: 5 });
/// assert_eq!(test.test(&[7, 7, 1, 1, 7]), None);
/// assert_eq!(test.test(&[7, 7]), Some(Level::Intermittent)); // a run goes on from block to block
/// assert_eq!(test.test(&[7, 7]), Some(Level::Permanent));
/// ```
pub struct RepetitionCount<T: Symbol = u8> {
    cutoffs: Levels,
    last: T,
    /// How often `last` has come in a row, by now; 0 before the first sample.
    count: u32,
}

impl<T: Symbol> RepetitionCount<T> {
    /// The test before its first sample.
    #[must_use]
    pub const fn new(cutoffs: Levels) -> Self {
        Self { cutoffs, last: T::ZERO, count: 0 }
    }

    /// Feeds consecutive samples and returns the gravest alarm that they raised; a run raises each level once.
    pub fn test(&mut self, samples: &[T]) -> Option<Level> {
        let intermittent = u32::from(self.cutoffs.intermittent);
        let permanent = u32::from(self.cutoffs.permanent);
        let (mut last, mut count) = (self.last, self.count);
        let (mut failed, mut failed_for_good) = (false, false);
        for &sample in samples {
            // No branch on the samples: they are unpredictable, that is the point of them.
            count = if sample == last { count.saturating_add(1) } else { 1 };
            last = sample;
            failed |= count == intermittent;
            failed_for_good |= count == permanent;
        }
        (self.last, self.count) = (last, count);
        match (failed, failed_for_good) {
            (_, true) => Some(Level::Permanent),
            (true, false) => Some(Level::Intermittent),
            (false, false) => None,
        }
    }

    /// Replaces the cutoffs; the run goes on.
    pub const fn set_cutoffs(&mut self, cutoffs: Levels) {
        self.cutoffs = cutoffs;
    }
}

impl<T: Symbol> Drop for RepetitionCount<T> {
    fn drop(&mut self) {
        self.last.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_saturates() {
        let mut test = RepetitionCount::<u8>::new(Levels { intermittent: 31, permanent: 61 });
        test.count = u32::MAX - 1;
        assert_eq!(test.test(&[0; 100]), None, "an alarm was raised long ago");
        assert_eq!(test.count, u32::MAX);
        assert_eq!(test.test(&[1; 30]), None);
        assert_eq!(test.test(&[1]), Some(Level::Intermittent), "and the next run is counted");
    }
}
