//! Everything about one source in one report.

use super::autocorrelation::{Autocorrelation, autocorrelation_profile};
use super::bit_bias::{BitBias, bit_bias};
use super::distribution::{Distribution, distribution_stats};
use super::judgement::{Judged, judge};
use super::min_entropy::{MinEntropyReport, min_entropy_report};
use super::runs::{Runs, runs_analysis};
use super::spectrum::{Spectrum, spectral_analysis};
use super::stationarity::{Stationarity, stationarity_test};
use super::{ALPHA, quick_shannon};
use crate::Reason;

#[cfg(feature = "serde")]
use super::significance::answer;

/// The analysis of one source. A member that could not be computed says why.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SourceAnalysis {
    /// The source's name.
    pub source_name: String,
    /// Number of bytes.
    pub sample_size: usize,
    /// Shannon entropy of the histogram, which decides nothing.
    pub shannon_entropy: Option<f64>,
    /// The assessed min-entropy in bits per byte, the smallest of the ten estimates of SP 800-90B; `None` where there
    /// are fewer than two bytes, or a report was asked for without the estimates.
    pub min_entropy: Option<f64>,
    /// Lags 1 to 100, or to a tenth of the number of bytes.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub autocorrelation: Result<Autocorrelation, Reason>,
    /// The periodogram.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub spectral: Result<Spectrum, Reason>,
    /// Shares of ones.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub bit_bias: Result<BitBias, Reason>,
    /// Shares of values.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub distribution: Result<Distribution, Reason>,
    /// Ten windows.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub stationarity: Result<Stationarity, Reason>,
    /// Runs of equal bytes.
    #[cfg_attr(feature = "serde", serde(serialize_with = "answer"))]
    pub runs: Result<Runs, Reason>,
    /// What the tests of all members together say.
    pub verdicts: Verdicts,
}

/// The verdict on each member of a [`SourceAnalysis`], all tests corrected together.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdicts {
    /// Family-wise level: a perfect source fails anything at all with at most this probability.
    pub alpha: f64,
    /// Every test that gave a p-value.
    pub tests: Vec<Judged>,
    /// Ljung and Box's test, the largest lag.
    pub autocorrelation: Judgement,
    /// The highest peak, flatness.
    pub spectral: Judgement,
    /// The eight bits.
    pub bias: Judgement,
    /// Moments, histogram, Kolmogorov and Smirnov's test.
    pub distribution: Judgement,
    /// Means, spreads and shares of windows.
    pub stationarity: Judgement,
    /// The longest run and the number of runs.
    pub runs: Judgement,
}

/// What the tests of a member say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Judgement {
    /// None is rejected.
    Pass,
    /// At least one is rejected.
    Fail,
    /// There is no p-value: too few bytes, or constant ones.
    NotApplicable,
}

/// Analyses the bytes of one source; total over every input.
///
/// Verdicts depend on the number of bytes, since all tests are against the law of that many uniform bytes, and on the number
/// of tests, since their p-values are corrected together at family-wise level [`ALPHA`].
/// Raw noise is not uniform and fails honestly; its worth is its min-entropy.
/// Time and memory are those of [`assess`](crate::sp800_90b::assess).
///
/// ```
/// use openentropy_tests::analysis::{Judgement, full_analysis};
///
/// let ramp: Vec<u8> = (0u32..4096).map(|i| (i / 16) as u8).collect();
/// let analysis = full_analysis(&ramp, "ramp");
/// assert_eq!(analysis.verdicts.stationarity, Judgement::Fail);
/// assert_eq!(analysis.verdicts.bias, Judgement::Pass);
/// assert_eq!(full_analysis(&[], "nothing").verdicts.runs, Judgement::NotApplicable);
/// ```
pub fn full_analysis(data: &[u8], name: &str) -> SourceAnalysis {
    let entropy = min_entropy_report(data).ok();
    analyse(data, name, entropy.as_ref(), ALPHA)
}

/// The same with an assessment already made, at a level of choice.
pub(super) fn analyse(
    data: &[u8],
    name: &str,
    entropy: Option<&MinEntropyReport>,
    alpha: f64,
) -> SourceAnalysis {
    let autocorrelation = autocorrelation_profile(data, MAX_LAG);
    let spectral = spectral_analysis(data);
    let bit_bias = bit_bias(data);
    let distribution = distribution_stats(data);
    let stationarity = stationarity_test(data);
    let runs = runs_analysis(data);
    let mut tests = Vec::new();
    tests.extend(autocorrelation.as_ref().map(of_autocorrelation).into_iter().flatten());
    tests.extend(spectral.as_ref().map(of_spectrum).into_iter().flatten());
    tests.extend(bit_bias.as_ref().map(|bias| ("bias: bits", Some(bias.chi_square.p_value))));
    tests.extend(distribution.as_ref().map(of_distribution).into_iter().flatten());
    tests.extend(stationarity.as_ref().map(of_stationarity).into_iter().flatten());
    tests.extend(runs.as_ref().map(of_runs).into_iter().flatten());
    SourceAnalysis {
        source_name: name.to_owned(),
        sample_size: data.len(),
        shannon_entropy: quick_shannon(data),
        min_entropy: entropy.map(|report| report.min_entropy),
        autocorrelation,
        spectral,
        bit_bias,
        distribution,
        stationarity,
        runs,
        verdicts: Verdicts::over(judge(tests, alpha), alpha),
    }
}

/// Largest lag of the profile.
const MAX_LAG: usize = 100;

type Test = (&'static str, Option<f64>);

fn of_autocorrelation(profile: &Autocorrelation) -> [Test; 2] {
    [
        ("autocorrelation: all lags", Some(profile.ljung_box.p_value)),
        ("autocorrelation: largest lag", Some(profile.largest.p_value)),
    ]
}

fn of_spectrum(spectrum: &Spectrum) -> [Test; 2] {
    [
        ("spectral: highest peak", Some(spectrum.fisher.p_value)),
        ("spectral: flatness", Some(spectrum.flatness_test.p_value)),
    ]
}

fn of_distribution(distribution: &Distribution) -> [Test; 6] {
    [
        ("distribution: mean", Some(distribution.mean_test.p_value)),
        ("distribution: variance", Some(distribution.variance_test.p_value)),
        ("distribution: skewness", distribution.skewness_test.map(|test| test.p_value)),
        ("distribution: kurtosis", distribution.kurtosis_test.map(|test| test.p_value)),
        ("distribution: histogram", distribution.chi_square.map(|test| test.p_value)),
        ("distribution: kolmogorov-smirnov", distribution.ks_p_value),
    ]
}

fn of_stationarity(stationarity: &Stationarity) -> [Test; 3] {
    [
        ("stationarity: means", Some(stationarity.means.p_value)),
        ("stationarity: variances", Some(stationarity.variances.p_value)),
        ("stationarity: shares", Some(stationarity.shares.p_value)),
    ]
}

fn of_runs(runs: &Runs) -> [Test; 2] {
    [("runs: longest", Some(runs.longest_run_p_value)), ("runs: number", Some(runs.total_runs_p_value))]
}

impl Verdicts {
    fn over(tests: Vec<Judged>, alpha: f64) -> Self {
        let of = |member: &str| {
            let mut tests = tests.iter().filter(|test| test.test.starts_with(member)).peekable();
            match (tests.peek().is_some(), tests.any(|test| test.rejected)) {
                (false, _) => Judgement::NotApplicable,
                (true, false) => Judgement::Pass,
                (true, true) => Judgement::Fail,
            }
        };
        Self {
            alpha,
            autocorrelation: of("autocorrelation"),
            spectral: of("spectral"),
            bias: of("bias"),
            distribution: of("distribution"),
            stationarity: of("stationarity"),
            runs: of("runs"),
            tests,
        }
    }

    /// Whether nothing is rejected.
    pub fn passes(&self) -> bool {
        self.tests.iter().all(|test| !test.rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, full_analysis};
    use crate::Reason;
    use crate::test_streams::Good;

    #[test]
    fn a_good_stream_passes_every_member() {
        let analysis = full_analysis(&Good::ChaCha20.bytes(11, 20_000), "good");
        assert!(analysis.verdicts.passes(), "{:?}", analysis.verdicts);
        assert_eq!(analysis.verdicts.tests.len(), 16);
        assert_eq!((analysis.sample_size, analysis.source_name.as_str()), (20_000, "good"));
        assert!(analysis.min_entropy < analysis.shannon_entropy);
    }

    #[test]
    fn each_fault_fails_its_member() {
        let good = Good::ChaCha20.bytes(12, 20_000);
        let sine = |i: usize| (f64::from(i as u32) * 0.7).sin() * 20.0;
        let hum: Vec<u8> =
            good.iter().enumerate().map(|(i, &b)| (f64::from(b) * 0.8 + 25.0 + sine(i)) as u8).collect();
        let hum = full_analysis(&hum, "hum").verdicts;
        assert_eq!((hum.spectral, hum.autocorrelation), (Judgement::Fail, Judgement::Fail));
        let ones: Vec<u8> = good.windows(2).map(|pair| pair[0] | (pair[1] & 0x10)).collect();
        assert_eq!(full_analysis(&ones, "a bit").verdicts.bias, Judgement::Fail);
        let twice: Vec<u8> = good.iter().enumerate().map(|(i, &b)| if i % 50 == 0 { 9 } else { b }).collect();
        assert_eq!(full_analysis(&twice, "a value").verdicts.distribution, Judgement::Fail);
        let stutter: Vec<u8> = (0..good.len()).map(|i| good[i - usize::from(i % 40 == 1)]).collect();
        assert_eq!(full_analysis(&stutter, "stutter").verdicts.runs, Judgement::Fail);
    }

    #[test]
    fn what_is_not_there_says_why() {
        let stuck = full_analysis(&[5; 2000], "stuck");
        assert_eq!(stuck.autocorrelation, Err(Reason::Constant));
        assert_eq!(
            (stuck.verdicts.spectral, stuck.verdicts.bias),
            (Judgement::NotApplicable, Judgement::Fail)
        );
        assert_eq!(stuck.min_entropy, Some(0.0));
        let nothing = full_analysis(&[], "");
        assert_eq!((nothing.shannon_entropy, nothing.min_entropy), (None, None));
        assert!(nothing.verdicts.tests.is_empty());
    }
}
