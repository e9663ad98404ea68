//! Runs of equal bytes.

use super::significance::at_least;
use crate::Reason;
use crate::special::binomial_at_least;

/// Runs of equal bytes, against uniform ones.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Runs {
    /// Length of the longest run.
    pub longest_run: usize,
    /// Its mean for that many uniform bytes.
    pub expected_longest_run: f64,
    /// P(the longest run of uniform bytes is at least as long), exact.
    pub longest_run_p_value: f64,
    /// Number of runs.
    pub total_runs: usize,
    /// Its mean for uniform bytes, `1 + (n - 1) 255 / 256`.
    pub expected_runs: f64,
    /// Two-sided p-value of the number of runs, twice the smaller exact tail.
    pub total_runs_p_value: f64,
}

/// Counts runs of equal bytes.
///
/// Whether a byte equals the one before it is, for uniform bytes, an independent event of probability 1/256. So the number
/// of runs less 1 is binomial (n - 1, 255/256), and the longest run is one more than the longest sequence of such
/// events, whose law is Feller's. Both p-values are exact, and as discrete ones at most as small as often as they say.
/// At least 2 bytes. It sees stuck values and too few or too many repetitions at distance 1.
///
/// Source: Feller, "An Introduction to Probability Theory", volume I, XIII.7.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::runs_analysis;
///
/// let runs = runs_analysis(&[1, 1, 1, 2, 3])?;
/// assert_eq!((runs.longest_run, runs.total_runs), (3, 3));
/// assert!(runs.longest_run_p_value < 5e-5);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn runs_analysis(data: &[u8]) -> Result<Runs, Reason> {
    at_least("bytes", data.len(), 2)?;
    let lengths = || data.chunk_by(|a, b| a == b).map(<[u8]>::len);
    let (longest_run, total_runs) = (lengths().max().unwrap_or(0), lengths().count());
    let pairs = data.len() as u64 - 1;
    let repeats = data.len() - total_runs;
    let more = binomial_at_least(repeats as u64, pairs, EQUAL);
    let fewer = 1.0 - binomial_at_least(repeats as u64 + 1, pairs, EQUAL);
    let exceeded = (2..=data.len()).map(|length| longest_at_least(length, pairs));
    Ok(Runs {
        longest_run,
        expected_longest_run: 1.0 + exceeded.take_while(|&p| p > 1e-12).sum::<f64>(),
        longest_run_p_value: longest_at_least(longest_run, pairs),
        total_runs,
        expected_runs: 1.0 + pairs as f64 * (1.0 - EQUAL),
        total_runs_p_value: (2.0 * more.min(fewer)).clamp(0.0, 1.0),
    })
}

/// Probability that two uniform bytes are equal.
const EQUAL: f64 = 1.0 / 256.0;

/// P(a run of at least `length` equal bytes among `pairs` + 1 uniform ones).
fn longest_at_least(length: usize, pairs: u64) -> f64 {
    let successes = length.saturating_sub(1);
    match successes {
        0 => 1.0,
        _ if successes as u64 > pairs => 0.0,
        _ if pairs <= SHORT => recursion(successes, pairs as usize),
        _ => dominant_root(successes as f64, pairs as f64),
    }
}

/// Number of trials up to which the recursion is run; beyond 20 the other roots are below 256^-20 already.
const SHORT: u64 = 64;

/// `g(N) = g(N - 1) + q p^k (1 - g(N - k - 1))` for the chance g of k successes in a row among N trials.
fn recursion(successes: usize, trials: usize) -> f64 {
    let all = EQUAL.powi(successes as i32);
    let mut chance = vec![0.0; trials + 1];
    chance[successes] = all;
    for n in successes + 1..=trials {
        chance[n] = chance[n - 1] + (1.0 - EQUAL) * all * (1.0 - chance[n - successes - 1]);
    }
    chance[trials]
}

/// Feller's formula: no such row has chance `(1 - p x) / ((k + 1 - k x) q) · x^-(N + 1)`, x = 1 + δ the root of
/// `x = 1 + q p^k x^(k + 1)` next to 1.
fn dominant_root(successes: f64, trials: f64) -> f64 {
    let rare = (1.0 - EQUAL) * EQUAL.powf(successes);
    let mut delta = rare;
    for _ in 0..20 {
        delta = rare * ((successes + 1.0) * delta.ln_1p()).exp();
    }
    let factor = (-EQUAL * delta / (1.0 - EQUAL)).ln_1p() - (-successes * delta).ln_1p();
    -(factor - (trials + 1.0) * delta.ln_1p()).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::{EQUAL, dominant_root, recursion, runs_analysis};

    /// By hand: two successes in a row among 3 trials: 2 p² - p³.
    #[test]
    fn rows_of_successes_have_a_closed_form() {
        assert!((recursion(2, 3) - (2.0 * EQUAL.powi(2) - EQUAL.powi(3))).abs() < 1e-18);
        assert_eq!(recursion(3, 3), EQUAL.powi(3));
    }

    #[test]
    fn the_root_agrees_with_the_recursion() {
        for successes in [1, 2, 3, 7] {
            for trials in [64, 500, 20_000] {
                let (exact, root) =
                    (recursion(successes, trials), dominant_root(successes as f64, trials as f64));
                assert!((root / exact - 1.0).abs() < 1e-9, "{successes} of {trials}: {root} against {exact}");
            }
        }
    }

    /// Exact binomial tails (`scipy.stats.binom`) of 39 repeats among 9,999 pairs, and of 60.
    #[test]
    fn numbers_of_runs_are_binomial() {
        let with_repeats = |repeats: u32| -> Vec<u8> {
            (0..10_000u32).map(|i| (i - i.min(repeats * 2) / 2) as u8).collect()
        };
        for (repeats, exact) in [(39, 1.0), (60, 0.002_171_821_395_240_033), (20, 0.001_174_677_667_579_94)] {
            let runs = runs_analysis(&with_repeats(repeats)).unwrap();
            assert_eq!(runs.total_runs, 10_000 - repeats as usize);
            assert!(
                (runs.total_runs_p_value / exact - 1.0).abs() < 1e-9,
                "{repeats}: {}",
                runs.total_runs_p_value
            );
        }
    }

    #[test]
    fn stuck_bytes_are_one_run() {
        let runs = runs_analysis(&[7; 1000]).unwrap();
        assert_eq!((runs.longest_run, runs.total_runs, runs.longest_run_p_value), (1000, 1, 0.0));
        assert!(runs.total_runs_p_value < 1e-300);
        assert!((runs.expected_longest_run - 2.0).abs() < 0.1, "{}", runs.expected_longest_run);
        assert!(runs_analysis(&[7]).is_err());
    }
}
