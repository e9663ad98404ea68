//! What an unsuccessful turn of a source means for it.

use super::line::Stage;
use openentropy_core::SourceError;
use openentropy_core::health::CollectError;

/// A failure: where it leaves the source, the word for it, and whether the source may stay open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) stage: Stage,
    pub(crate) error: &'static str,
    pub(crate) stays_open: bool,
}

impl Trouble {
    /// The source did not come back from a call, or was not ready for too long.
    pub(crate) const TIMEOUT: Self = Self::of(SourceError::Timeout);

    /// The operating system gave no thread for it.
    pub(crate) const NO_THREAD: Self = Self { stage: Stage::Failed, error: "no-thread", stays_open: false };

    const fn of(error: SourceError) -> Self {
        let stage = match error {
            SourceError::Absent | SourceError::Denied => Stage::Unavailable,
            _ => Stage::Failed,
        };
        Self { stage, error: error.name(), stays_open: false }
    }
}

impl From<CollectError> for Trouble {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Source(error) => Self::of(error),
            CollectError::Failed(test) => {
                Self { stage: Stage::Retesting, error: test.name(), stays_open: true }
            }
            CollectError::Latched(test) => {
                Self { stage: Stage::Latched, error: test.name(), stays_open: false }
            }
            CollectError::TooWide => Self { stage: Stage::Failed, error: "too-wide", stays_open: false },
            _ => Self::of(SourceError::Protocol),
        }
    }
}
