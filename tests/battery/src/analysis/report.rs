//! Several sources in one report.

use super::ALPHA;
use super::chaos::{self, Chaos};
use super::min_entropy::{MinEntropyReport, min_entropy_report};
use super::source_analysis::{SourceAnalysis, analyse};
use super::synchrony::{CrossCorrelationMatrix, cross_correlation_matrix};
use super::trials::{BITS_PER_TRIAL, TrialAnalysis, trial_analysis};
use crate::Reason;
use crate::sp800_90b::InputError;

#[cfg(feature = "serde")]
use super::significance::answer;

/// What a report is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AnalysisConfig {
    /// The analysis of each source.
    pub forensic: bool,
    /// The ten estimates of min-entropy; by far the longest part.
    pub entropy: bool,
    /// The exploratory measures of chaos.
    pub chaos: bool,
    /// Trials of that many bits; `None` for none.
    pub trials: Option<usize>,
    /// The correlation of every pair of sources, sample by sample.
    pub cross_correlation: bool,
}

impl Default for AnalysisConfig {
    fn default() -> Self {
        Self {
            forensic: true,
            entropy: true,
            chaos: false,
            trials: Some(BITS_PER_TRIAL),
            cross_correlation: true,
        }
    }
}

/// The analysis of several sources.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AnalysisReport {
    /// What it was to hold.
    pub config: AnalysisConfig,
    /// Family-wise level over all tests of all sources.
    pub alpha: f64,
    /// Each source, in order.
    pub sources: Vec<SourceReport>,
    /// The correlation of every pair, flagged at false discovery rate `alpha`; `None` where it was not asked for.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", serialize_with = "asked"))]
    pub cross_correlation: Option<Result<CrossCorrelationMatrix, Reason>>,
}

/// One source of a report; what was not asked for is `None`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SourceReport {
    /// The source's name.
    pub label: String,
    /// Number of bytes.
    pub size: usize,
    /// The analysis.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub forensic: Option<SourceAnalysis>,
    /// The ten estimates.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", serialize_with = "asked"))]
    pub entropy: Option<Result<MinEntropyReport, Reason>>,
    /// The exploratory measures.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub chaos: Option<Chaos>,
    /// The trials.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none", serialize_with = "asked"))]
    pub trials: Option<Result<TrialAnalysis, Reason>>,
}

#[cfg(feature = "serde")]
fn asked<T: serde::Serialize, S: serde::Serializer>(
    part: &Option<Result<T, Reason>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match part {
        Some(part) => answer(part, serializer),
        None => serializer.serialize_none(),
    }
}

/// Analyses sources, each a name and its bytes; total over every input.
///
/// Each of k sources is judged at level [`ALPHA`] / k, so that a report over perfect ones shows a failure with
/// probability at most [`ALPHA`], however many they are.
///
/// ```
/// use openentropy_tests::analysis::{AnalysisConfig, analyze};
///
/// let config = AnalysisConfig { entropy: false, ..AnalysisConfig::default() };
/// let report = analyze(&[("stuck", &[7; 500][..]), ("none", &[])], config);
/// assert_eq!((report.sources[0].size, report.sources[1].size), (500, 0));
/// assert!(report.sources[0].forensic.as_ref().is_some_and(|analysis| !analysis.verdicts.passes()));
/// ```
pub fn analyze(sources: &[(&str, &[u8])], config: AnalysisConfig) -> AnalysisReport {
    let alpha = ALPHA / sources.len().max(1) as f64;
    let source = |&(label, data): &(&str, &[u8])| {
        let entropy = config.entropy.then(|| assessed(data));
        let assessment = entropy.as_ref().and_then(|entropy| entropy.as_ref().ok());
        SourceReport {
            label: label.to_owned(),
            size: data.len(),
            forensic: config.forensic.then(|| analyse(data, label, assessment, alpha)),
            chaos: config.chaos.then(|| chaos::analyse(data)),
            trials: config.trials.map(|bits| trial_analysis(data, bits)),
            entropy,
        }
    };
    let streams = || sources.iter().map(|(_, data)| *data).collect::<Vec<_>>();
    AnalysisReport {
        config,
        alpha: ALPHA,
        sources: sources.iter().map(source).collect(),
        cross_correlation: config.cross_correlation.then(|| cross_correlation_matrix(&streams(), ALPHA)),
    }
}

fn assessed(data: &[u8]) -> Result<MinEntropyReport, Reason> {
    min_entropy_report(data).map_err(|error| match error {
        InputError::Length if data.len() < 2 => {
            Reason::TooFew { what: "bytes", have: data.len() as u64, need: 2 }
        }
        _ => Reason::Parameter("more than 2^29 - 1 bytes are not assessed at once"),
    })
}

#[cfg(test)]
mod tests {
    use super::{AnalysisConfig, analyze};
    use crate::test_streams::Good;

    #[test]
    fn more_sources_are_judged_more_strictly_each() {
        let streams = Good::ALL.map(|good| good.bytes(2, 2000));
        let sources: Vec<(&str, &[u8])> = streams.iter().map(|stream| ("good", &stream[..])).collect();
        let report = analyze(&sources, AnalysisConfig::default());
        for source in &report.sources {
            let verdicts = &source.forensic.as_ref().unwrap().verdicts;
            assert_eq!((verdicts.alpha, verdicts.passes()), (report.alpha / 3.0, true));
            assert_eq!(source.trials.as_ref().unwrap().as_ref().unwrap().num_trials, 80);
            assert!(source.entropy.as_ref().unwrap().is_ok());
        }
        let pairs = report.cross_correlation.unwrap().unwrap();
        assert_eq!((pairs.pairs.len(), pairs.flagged_count), (3, 0));
    }

    #[test]
    fn only_what_was_asked_for_is_there() {
        let config = AnalysisConfig { forensic: false, trials: None, ..AnalysisConfig::default() };
        let report = analyze(&[("empty", &[])], config);
        let source = &report.sources[0];
        assert!(source.forensic.is_none() && source.trials.is_none());
        assert!(source.entropy.as_ref().unwrap().is_err() && source.chaos.is_none());
        assert!(report.cross_correlation.unwrap().is_err(), "one source has no pair");
        assert!(analyze(&[], config).sources.is_empty());
    }
}
