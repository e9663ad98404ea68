//! Everything about one series in time.

use super::*;
use crate::analysis::chaos::{Missing, keep};

/// Samples to a window of anomalies and shifts.
const WINDOW: usize = 256;

/// What [`analyse`] finds; a member is `None` where `missing` says why.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(missing_docs, reason = "each member is the result of the function of its name")]
pub struct Temporal {
    pub change_points: Option<ChangePoints>,
    pub anomalies: Option<Anomalies>,
    pub bursts: Option<Bursts>,
    pub shifts: Option<Shifts>,
    pub drift: Option<Drift>,
    pub missing: Vec<Missing>,
}

/// Computes every measure of this module but [`stability`], which takes several sessions: windows of 256 samples,
/// each measure at family-wise level `alpha`.
///
/// The measures' p-values are not corrected for each other: five measures at 1 % find something in up to 5 % of good
/// series.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let report = temporal::analyse(&[1, 2, 3], 0.01);
/// assert!(report.drift.is_none());
/// assert_eq!(report.missing[0].reason, "3 samples, needs at least 64");
/// ```
pub fn analyse(samples: &[u8], alpha: f64) -> Temporal {
    let mut missing = Vec::new();
    Temporal {
        change_points: keep("change_points", change_points(samples, alpha), &mut missing),
        anomalies: keep("anomalies", anomalies(samples, WINDOW, alpha), &mut missing),
        bursts: keep("bursts", bursts(samples), &mut missing),
        shifts: keep("shifts", shifts(samples, WINDOW, alpha), &mut missing),
        drift: keep("drift", drift(samples), &mut missing),
        missing,
    }
}
