//! What a calibration came to.

use openentropy_host::calibrate::Calibration;
use openentropy_host::calibrate::cross::Pair;
use openentropy_host::claims::ClaimsFile;
use std::path::Path;

/// All that is reported, as text or as JSON.
pub(super) struct Report<'r> {
    /// Where the claims were written.
    pub(super) path: &'r Path,
    pub(super) file: &'r ClaimsFile,
    pub(super) calibrations: &'r [Calibration],
    pub(super) pairs: &'r [Pair],
}
