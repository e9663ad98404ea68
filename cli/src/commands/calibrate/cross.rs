//! Which groups are held against each other.

use super::watching::Watching;
use crate::args::Calibrate;
use openentropy_core::MinEntropy;
use openentropy_host::calibrate::cross::{CrossPlan, Leader, Pair, cross, leaders};
use openentropy_host::calibrate::{CalibrateError, Calibration, Verdict};
use openentropy_host::claims::Claims;
use openentropy_host::{FoundSource, default_sources};

/// Every pair of groups that are credited, by what was just assessed or by the claims that hold already.
pub(super) fn pairs(
    args: &Calibrate,
    calibrations: &[Calibration],
    claims: &Claims,
    watching: &Watching,
) -> Result<Vec<Pair>, CalibrateError> {
    let assessed = calibrations.iter().map(|calibration| Leader {
        found: calibration.found.clone(),
        digitisation: calibration.digitisation,
        min_entropy: match calibration.verdict {
            Verdict::Claim { min_entropy, .. } => min_entropy,
            _ => MinEntropy::ZERO,
        },
    });
    let is_new = |found: &FoundSource| {
        calibrations.iter().all(|calibration| !super::plan::is_same(&calibration.found, found))
    };
    let others = default_sources(true).into_iter().filter(is_new).filter_map(|found| {
        let digitisation = claims.digitisation(&found)?;
        let min_entropy = claims.of(&found).min_entropy();
        Some(Leader { found, digitisation, min_entropy })
    });
    let leaders = leaders(assessed.chain(others));
    watching.begin_cross(leaders.len());
    cross(&leaders, &CrossPlan { limit: args.limit, ..CrossPlan::default() }, watching)
}
