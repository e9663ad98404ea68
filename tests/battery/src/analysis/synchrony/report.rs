//! Everything about several streams.

use super::*;
use crate::analysis::chaos::{Missing, keep};

/// Most significant bits of a sample that make its bin of the mutual information.
const BITS: u32 = 4;
/// Largest lag of the cross-correlation.
const LAGS: usize = 10;
/// Samples to a window of global events.
const WINDOW: usize = 64;

/// What [`analyse`] finds; a member is `None` where `missing` says why.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Synchrony {
    /// Of the first two streams, in bins of 16 values.
    pub mutual_info: Option<MutualInformation>,
    /// Of the first two streams.
    pub phase_coherence: Option<PhaseCoherence>,
    /// Of the first two streams, at lags to 10.
    pub cross_sync: Option<CrossCorrelation>,
    /// Of all streams.
    pub cross_correlation: Option<CrossCorrelationMatrix>,
    /// Of all streams, in windows of 64 samples.
    pub global_events: Option<GlobalEvents>,
    /// What could not be computed, and why.
    pub missing: Vec<Missing>,
}

/// Computes every measure of this module: pairwise ones of the first two streams, the others of all, each at level
/// `alpha`.
///
/// The measures' p-values are not corrected for each other.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let report = synchrony::analyse(&[&[1, 2, 3]], 0.01);
/// assert_eq!(report.missing[0].reason, "1 streams, needs at least 2");
/// ```
pub fn analyse(streams: &[&[u8]], alpha: f64) -> Synchrony {
    let mut missing = Vec::new();
    let few = Reason::TooFew { what: "streams", have: streams.len() as u64, need: 2 };
    let two = match streams {
        [a, b, ..] => Ok((*a, *b)),
        _ => Err(few),
    };
    Synchrony {
        mutual_info: keep("mutual_info", two.and_then(|(a, b)| mutual_information(a, b, BITS)), &mut missing),
        phase_coherence: keep("phase_coherence", two.and_then(|(a, b)| phase_coherence(a, b)), &mut missing),
        cross_sync: keep("cross_sync", two.and_then(|(a, b)| cross_correlation(a, b, LAGS)), &mut missing),
        cross_correlation: keep("cross_correlation", cross_correlation_matrix(streams, alpha), &mut missing),
        global_events: keep("global_events", global_events(streams, WINDOW, alpha), &mut missing),
        missing,
    }
}
