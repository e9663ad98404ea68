//! Which groups are held against each other.

use super::plan::{Task, is_same};
use super::watching::Watching;
use crate::args::Calibrate;
use openentropy_core::MinEntropy;
use openentropy_host::calibrate::CalibrateError;
use openentropy_host::calibrate::cross::{CrossPlan, Leader, Pair, cross, leaders};
use openentropy_host::claims::{Claims, ClaimsFile};
use openentropy_host::{FoundSource, detect_available_sources};

/// Every pair of groups that are credited, by the claims that hold already or by `draft`, the file that is about to be written.
pub(super) fn pairs(
    args: &Calibrate,
    tasks: &[Task],
    installed: &Claims,
    draft: ClaimsFile,
    watching: &Watching,
) -> Result<Vec<Pair>, CalibrateError> {
    let found = detect_available_sources();
    let is_new = |source: &&Task| found.iter().all(|other| !is_same(other, &source.found));
    let told = tasks.iter().filter(is_new).map(|task| task.found.clone());
    let claims = [Claims::of_files(Some(draft), None), installed.clone()];
    let leaders = leaders(found.iter().cloned().chain(told).filter_map(|found| credited(found, &claims)));
    watching.begin_cross(leaders.len());
    cross(&leaders, &CrossPlan::beside(args.limit), watching)
}

/// A source as the first of `claims` that credits it has it.
fn credited(found: FoundSource, claims: &[Claims; 2]) -> Option<Leader> {
    let (claims, min_entropy) = claims
        .iter()
        .map(|claims| (claims, claims.of(&found).min_entropy()))
        .find(|(_, min_entropy)| *min_entropy > MinEntropy::ZERO)?;
    Some(Leader { digitisation: claims.digitisation(&found)?, found, min_entropy })
}
