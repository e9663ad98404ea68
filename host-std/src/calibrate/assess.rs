//! From recordings to figures.

use super::figures::{RestartFigure, SequentialFigure};
use super::measure::{Shortfall, Stop};
use super::watch::AssessWatch;
use crate::recorder::Recording;
use openentropy_core::SourceError;
use openentropy_tests::sp800_90b::restart::{self, Shape};
use openentropy_tests::sp800_90b::{InputError, assess_with};

/// The lowest estimate over a sequential recording.
pub(super) fn sequential(recording: &Recording, watch: &AssessWatch<'_>) -> Result<SequentialFigure, Stop> {
    let header = recording.header();
    let assessment = assess_with(recording.samples(), u32::from(header.sample_bits), watch)?;
    Ok(SequentialFigure {
        samples: assessment.samples,
        min_entropy: assessment.min_entropy(),
        sha256: header.samples_sha256.clone(),
    })
}

/// The lowest estimates over rows and columns, and whether they stand beside `initial`, what the sequential recordings were assessed at.
pub(super) fn restart(
    recording: &Recording,
    initial: f64,
    watch: &AssessWatch<'_>,
) -> Result<RestartFigure, Stop> {
    let header = recording.header();
    let shape = Shape { rows: header.rows, columns: header.samples_per_row };
    let restart = restart::assess_with(recording.samples(), shape, u32::from(header.sample_bits), watch)?;
    Ok(RestartFigure {
        rows: restart.rows.min_entropy(),
        columns: restart.columns.min_entropy(),
        samples: recording.samples().len(),
        repeated_rows: restart.repeated_rows.len(),
        failure: restart.judge(initial).err(),
        sha256: header.samples_sha256.clone(),
    })
}

impl From<InputError> for Stop {
    /// Samples wider than the source says, or too few: the source does not keep its word.
    fn from(_: InputError) -> Self {
        Self::Short(Shortfall::Failed(SourceError::Protocol))
    }
}
