//! What was measured of a source.

use openentropy_tests::sp800_90b::restart;

/// What the recordings of a source show, as far as they were taken.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Figures {
    /// Samples per second on the idle machine, estimated before the recordings.
    pub samples_per_second: Option<f64>,
    /// Consecutive samples on the idle machine.
    pub idle: Option<SequentialFigure>,
    /// Consecutive samples under load.
    pub load: Option<SequentialFigure>,
    /// Samples after restarts.
    pub restart: Option<RestartFigure>,
}

impl Figures {
    /// The lowest assessed min-entropy of all three recordings in bits per sample; `None` unless all are there.
    #[must_use]
    pub fn lowest(&self) -> Option<f64> {
        let sequential = self.sequential()?;
        let restart = self.restart.as_ref()?;
        Some(sequential.min(restart.rows).min(restart.columns))
    }

    /// The lower one of the two sequential recordings.
    pub(super) fn sequential(&self) -> Option<f64> {
        Some(self.idle.as_ref()?.min_entropy.min(self.load.as_ref()?.min_entropy))
    }
}

/// A sequential recording, assessed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SequentialFigure {
    /// How many samples.
    pub samples: usize,
    /// The lowest estimate over symbols and bits, in bits per sample.
    pub min_entropy: f64,
    /// SHA-256 of the samples, in hexadecimal digits.
    pub sha256: String,
}

/// A restart recording, assessed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RestartFigure {
    /// The lowest estimate over the rows, in bits per sample.
    pub rows: f64,
    /// The same over the columns.
    pub columns: f64,
    /// How many samples, of all rows.
    pub samples: usize,
    /// Rows that repeat an earlier one.
    pub repeated_rows: usize,
    /// Whether it fails the restart tests, held against the sequential recordings.
    pub failure: Option<restart::Failure>,
    /// SHA-256 of the samples, in hexadecimal digits.
    pub sha256: String,
}
