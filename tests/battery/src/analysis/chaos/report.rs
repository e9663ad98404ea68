//! All measures of one series.

use super::*;

/// Samples to a window of the rolling exponent, and from one to the next.
const ROLLING: (usize, usize) = (512, 64);

/// A measure that could not be computed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Missing {
    /// The measure: the member that is empty.
    pub measure: &'static str,
    /// Why.
    pub reason: String,
}

/// What [`analyse`] finds; a member is `None` where `missing` says why.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(missing_docs, reason = "each member is the result of the function of its name")]
pub struct Chaos {
    pub hurst: Option<Hurst>,
    pub bootstrap_hurst: Option<BootstrapHurst>,
    pub rolling_hurst: Option<RollingHurst>,
    pub dfa: Option<Dfa>,
    pub lyapunov: Option<Lyapunov>,
    pub correlation_dimension: Option<CorrelationDimension>,
    pub bientropy: Option<BiEntropy>,
    pub epiplexity: Option<Epiplexity>,
    pub sample_entropy: Option<SampleEntropy>,
    pub approximate_entropy: Option<ApproximateEntropy>,
    pub permutation_entropy: Option<PermutationEntropy>,
    pub rqa: Option<Rqa>,
    pub missing: Vec<Missing>,
}

/// Computes every measure of this module: rolling exponents over 512 samples every 64, order patterns of 3 samples in
/// a row. Exploratory: no evidence for or against entropy.
///
/// Several p-values stand in the report: correct them together ([`Correction`](crate::Correction)) before any is
/// called small.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let report = chaos::analyse(&[1, 2, 3]);
/// assert!(report.hurst.is_none());
/// assert_eq!(report.missing[0].reason, "3 samples, needs at least 128");
/// ```
pub fn analyse(samples: &[u8]) -> Chaos {
    let mut missing = Vec::new();
    Chaos {
        hurst: keep("hurst", hurst(samples), &mut missing),
        bootstrap_hurst: keep("bootstrap_hurst", bootstrap_hurst(samples), &mut missing),
        rolling_hurst: keep("rolling_hurst", rolling_hurst(samples, ROLLING.0, ROLLING.1), &mut missing),
        dfa: keep("dfa", dfa(samples), &mut missing),
        lyapunov: keep("lyapunov", lyapunov(samples), &mut missing),
        correlation_dimension: keep("correlation_dimension", correlation_dimension(samples), &mut missing),
        bientropy: keep("bientropy", bientropy(samples), &mut missing),
        epiplexity: keep("epiplexity", epiplexity(samples), &mut missing),
        sample_entropy: keep("sample_entropy", sample_entropy(samples), &mut missing),
        approximate_entropy: keep("approximate_entropy", approximate_entropy(samples), &mut missing),
        permutation_entropy: keep("permutation_entropy", permutation_entropy(samples, 3, 1), &mut missing),
        rqa: keep("rqa", rqa(samples), &mut missing),
        missing,
    }
}

/// The result, or `None` and a line in `missing`.
pub(in crate::analysis) fn keep<T>(
    measure: &'static str,
    result: Result<T, Reason>,
    missing: &mut Vec<Missing>,
) -> Option<T> {
    result.map_err(|reason| missing.push(Missing { measure, reason: reason.to_string() })).ok()
}
