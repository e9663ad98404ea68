//! How many samples a source is asked for at once when they are shown.

use super::{BLOCK, REST, show};
use crate::HostSource;
use openentropy_core::SourceError;
use std::thread;
use zeroize::Zeroizing;

/// Single samples after which whole blocks are tried again.
const SINGLES: u32 = 64;

/// Whole blocks, as long as the source has them in time; else single samples, so that a slow source shows what it has.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    #[default]
    Blocks,
    /// For so many samples more.
    Singly(u32),
}

impl Pace {
    /// Takes what the source is asked for at once.
    ///
    /// # Errors
    /// Those of the source; after [`SourceError::NotReady`] it has rested, and less is asked for next.
    pub(super) fn take(&mut self, source: &mut dyn HostSource) -> Result<Zeroizing<Vec<u8>>, SourceError> {
        let taken = match self {
            Self::Blocks => show::<BLOCK>(source),
            Self::Singly(_) => show::<1>(source),
        };
        self.follow(taken.as_ref().err().copied());
        taken
    }

    /// Goes on after a call that ended so.
    pub(super) fn follow(&mut self, error: Option<SourceError>) {
        *self = match (*self, error) {
            (_, Some(SourceError::NotReady)) => {
                thread::sleep(REST);
                Self::Singly(SINGLES)
            }
            (Self::Singly(left @ 2..), _) => Self::Singly(left - 1),
            _ => Self::Blocks,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_not_ready_is_asked_for_less_until_it_keeps_up() {
        let mut pace = Pace::default();
        pace.follow(None);
        assert_eq!(pace, Pace::Blocks);
        pace.follow(Some(SourceError::NotReady));
        for left in (1..=SINGLES).rev() {
            assert_eq!(pace, Pace::Singly(left));
            pace.follow(None);
        }
        assert_eq!(pace, Pace::Blocks);
    }
}
