//! Why a tested source delivered nothing.

use crate::SourceError;

/// The test that a source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HealthTest {
    /// One value too often in a row (SP 800-90B §4.4.1).
    RepetitionCount,
    /// One value too often in a window (SP 800-90B §4.4.2).
    AdaptiveProportion,
    /// Earlier samples foretell later ones.
    Lag,
    /// Start-up failed for the third time (SP 800-90B §4.3).
    StartUp,
}

impl HealthTest {
    /// The word by which labels and reports name the test.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RepetitionCount => "repetition-count",
            Self::AdaptiveProportion => "adaptive-proportion",
            Self::Lag => "lag",
            Self::StartUp => "start-up",
        }
    }
}

/// Why [`Tested::collect`](crate::Tested::collect) delivered nothing; the samples, if there were any, are wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CollectError {
    /// The source delivered nothing.
    Source(SourceError),
    /// The samples were good and served the start-up; collect again.
    Starting {
        /// Samples that are still needed; at 0 the next block is delivered.
        remaining: u32,
    },
    /// A test reached its intermittent cutoff: the open window's credit is gone and start-up begins anew; collect again.
    Failed(HealthTest),
    /// A test reached its permanent cutoff, or start-up failed three times: off until an operator resets it.
    Latched(HealthTest),
    /// The source says that its samples are wider than eight bits, or wrote samples wider than it says.
    TooWide,
}

impl From<SourceError> for CollectError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl core::fmt::Display for CollectError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Starting { remaining } => {
                write!(f, "the source is starting up, {remaining} samples to go")
            }
            Self::Failed(test) => write!(f, "the source failed its {} test", test.name()),
            Self::Latched(test) => {
                write!(f, "the source is off until an operator resets it: it failed its {} test", test.name())
            }
            Self::TooWide => f.write_str("the source's samples are wider than eight bits or than it says"),
        }
    }
}

impl core::error::Error for CollectError {}
