//! Two sources compared.

mod aggregate;
mod homogeneity;
mod order;
mod two_sample;
mod windows;

pub use aggregate::{Aggregate, Difference, Summary};
pub use order::BitTransitions;
pub use two_sample::TwoSample;
pub use windows::{Anomaly, Temporal, Windows};

use super::ALPHA;
use super::judgement::{Judged, judge};
use super::significance::{Significance, at_least};
use crate::Reason;

/// A figure of each of the two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Both<T> {
    /// Of the first.
    pub a: T,
    /// Of the second.
    pub b: T,
}

/// The comparison of two sources.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Comparison {
    /// Names.
    pub label: Both<String>,
    /// Numbers of bytes.
    pub size: Both<usize>,
    /// Family-wise level of `tests`.
    pub alpha: f64,
    /// Every test that the two differ, corrected together (Holm).
    pub tests: Vec<Judged>,
    /// Figures and their differences.
    pub aggregate: Aggregate,
    /// Tests of the distributions.
    pub two_sample: TwoSample,
    /// Windows of 1024 bytes.
    pub temporal: Temporal,
    /// Pairs of bytes.
    pub digram: Digram,
    /// Transitions of each bit.
    pub markov: Both<BitTransitions>,
    /// Lags.
    pub multi_lag: MultiLag,
    /// Lengths of runs of equal bytes and how often they occur.
    pub run_lengths: Both<Vec<(usize, u64)>>,
}

/// Pairs of bytes, each source against uniform bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Digram {
    /// Good's serial statistic of overlapping pairs, 65,280 degrees of freedom; `None` below the minimum.
    pub chi2: Both<Option<Significance>>,
    /// Whether there are enough bytes.
    pub sufficient_data: Both<bool>,
    /// Fewest bytes.
    pub min_sample_bytes: usize,
}

/// Autocorrelation of both sources.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MultiLag {
    /// The lags.
    pub lags: Vec<usize>,
    /// The correlation at each; `None` for constant bytes, or a lag of more than a quarter of them.
    pub autocorr: Both<Vec<Option<f64>>>,
}

/// Compares the bytes of two sources.
///
/// Nine tests ask whether the two differ: means (Welch), spreads (Levene), distributions (Kolmogorov and Smirnov, chi-square,
/// Mann and Whitney), what follows what (high halves of bytes; each bit), lags, lengths of runs. Their p-values are
/// corrected together at family-wise level [`ALPHA`], so two samples of one source differ in anything at all
/// with at most that probability. All but the test of lags take the bytes of a source to be independent;
/// correlated ones make them reject too often. Tests are asymptotic: at least 100 bytes of each.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::comparison::compare;
///
/// let up: Vec<u8> = (0u32..5000).map(|i| i as u8).collect();
/// let down: Vec<u8> = up.iter().rev().copied().collect();
/// let comparison = compare(&up, &down)?;
/// let differ: Vec<_> = comparison.tests.iter().filter(|test| test.rejected).map(|test| test.test).collect();
/// assert_eq!(differ, ["transitions"]);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn compare(a: &[u8], b: &[u8]) -> Result<Comparison, Reason> {
    compare_named(("a", a), ("b", b))
}

/// The same with names.
///
/// # Errors
/// As [`compare`].
pub fn compare_named(a: (&str, &[u8]), b: (&str, &[u8])) -> Result<Comparison, Reason> {
    let label = Both { a: a.0.to_owned(), b: b.0.to_owned() };
    let (a, b) = (a.1, b.1);
    at_least("bytes", a.len().min(b.len()), 100)?;
    let aggregate = Aggregate::of(a, b)?;
    let two_sample = TwoSample::of(a, b);
    let markov = Both { a: order::bit_transitions(a), b: order::bit_transitions(b) };
    let run_lengths = Both { a: order::run_lengths(a), b: order::run_lengths(b) };
    let tests = [
        ("means", aggregate.means.map(|test| test.p_value)),
        ("spreads", aggregate.spreads.map(|test| test.p_value)),
        ("kolmogorov-smirnov", Some(two_sample.ks_p_value)),
        ("shares", two_sample.chi2_p_value),
        ("mann-whitney", two_sample.mann_whitney_p_value),
        ("transitions", order::transitions(a, b).p_value()),
        ("bit transitions", order::compare_bits(&markov.a, &markov.b)),
        ("lags", order::compare_lags(a, b)),
        ("run lengths", order::compare_runs(&run_lengths).p_value()),
    ];
    let enough = |data: &[u8]| data.len() >= order::DIGRAM_MINIMUM;
    Ok(Comparison {
        label,
        size: Both { a: a.len(), b: b.len() },
        alpha: ALPHA,
        tests: judge(tests, ALPHA),
        aggregate,
        two_sample,
        temporal: Temporal {
            window_size: windows::WINDOW,
            of: Both { a: Windows::of(a, windows::WINDOW), b: Windows::of(b, windows::WINDOW) },
        },
        digram: Digram {
            chi2: Both { a: order::digrams(a), b: order::digrams(b) },
            sufficient_data: Both { a: enough(a), b: enough(b) },
            min_sample_bytes: order::DIGRAM_MINIMUM,
        },
        markov,
        multi_lag: MultiLag {
            lags: order::LAGS.to_vec(),
            autocorr: Both { a: order::correlations(a).to_vec(), b: order::correlations(b).to_vec() },
        },
        run_lengths,
    })
}

impl Comparison {
    /// Whether any test rejects that the two are alike.
    pub fn differ(&self) -> bool {
        self.tests.iter().any(|test| test.rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::test_streams::Good;

    #[test]
    fn two_parts_of_one_stream_are_alike() {
        let data = Good::Sha256Counter.bytes(4, 40_000);
        let comparison = compare(&data[..10_000], &data[10_000..]).unwrap();
        assert!(!comparison.differ(), "{:?}", comparison.tests);
        assert_eq!(comparison.tests.len(), 9);
        let (low, high) = comparison.aggregate.min_entropy_difference.interval;
        assert!(low < 0.0 && high > 0.0);
    }

    #[test]
    fn each_difference_has_its_test() {
        let a = Good::ChaCha20.bytes(6, 20_000);
        let b = Good::ChaCha20.bytes(7, 20_000);
        let differs = |other: &[u8], test: &str| {
            let comparison = compare(&a, other).unwrap();
            comparison.tests.iter().any(|judged| judged.test == test && judged.rejected)
        };
        let shifted: Vec<u8> = b.iter().map(|&byte| byte.saturating_add(6)).collect();
        assert!(
            differs(&shifted, "means")
                && differs(&shifted, "mann-whitney")
                && differs(&shifted, "kolmogorov-smirnov")
        );
        let narrow: Vec<u8> = b.iter().map(|&byte| byte / 2 + 64).collect();
        assert!(differs(&narrow, "spreads") && differs(&narrow, "shares") && !differs(&narrow, "means"));
        let stutter: Vec<u8> = (0..b.len()).map(|i| b[i - usize::from(i % 20 == 1)]).collect();
        assert!(differs(&stutter, "run lengths") && differs(&stutter, "lags"));
        let sticky: Vec<u8> =
            (0..b.len()).map(|i| b[i] & 0xFE | b[i - usize::from(i % 4 == 1)] & 1).collect();
        assert!(differs(&sticky, "bit transitions"));
    }

    #[test]
    fn constant_and_short_bytes_are_answered() {
        assert!(compare(&[1; 99], &[1; 1000]).is_err());
        let same = compare(&[1; 100], &[1; 1000]).unwrap();
        assert!(!same.differ() && same.aggregate.cohens_d.is_none());
        assert!(compare(&[1; 100], &[2; 100]).unwrap().differ());
    }
}
