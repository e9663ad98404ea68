//! Runs of high values.

use super::hypergeometric::Hypergeometric;
use super::summary::mean;
use crate::Reason;
use crate::analysis::histogram;
use crate::special::ln_gamma;

/// At most this share of the samples lies above the threshold.
const SHARE: f64 = 0.05;
/// Fewest samples above the threshold.
const MIN_HIGH: u64 = 5;
/// Most bursts that are listed.
const MAX_LISTED: usize = 100;

/// A run of values above the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Burst {
    /// Its first sample.
    pub start: usize,
    /// The first sample after it.
    pub end: usize,
    /// Number of samples.
    pub length: usize,
    /// Mean of its samples.
    pub mean_value: f64,
}

/// What [`bursts`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Bursts {
    /// The longest bursts, at most 100 (the first of equal ones), in order of time.
    pub bursts: Vec<Burst>,
    /// Number of bursts, those of one sample included.
    pub n_bursts: u64,
    /// Number to expect of the same samples in any order.
    pub expected_bursts: f64,
    /// Length of the longest.
    pub max_burst_length: usize,
    /// Mean length.
    pub mean_burst_length: f64,
    /// Share of the samples that lie in bursts.
    pub total_burst_fraction: f64,
    /// The value above which a sample is high.
    pub threshold: u8,
    /// Two-sided p-value of the number of bursts: few long ones, or too many short ones.
    pub p_value: f64,
    /// p-value of the longest.
    pub longest_p_value: f64,
}

/// Runs of samples above the 95th percentile, with what chance makes of them.
///
/// The threshold is the smallest value with at most 5 % of the samples above it. A burst is a run of samples above
/// it.
///
/// Null: every order of the samples is as likely (independent ones are). With h high samples among n, the number of
/// bursts is then hypergeometric: n items, n − h + 1 of them marked, h drawn; its p-value is exact (twice the smaller
/// tail, so never below a uniform one). With λ = (n − h + 1) C(n − L, n − h) / C(n, n − h), the expected number of
/// gaps between low samples that hold at least L high ones, the longest burst has p-value 1 − exp(−λ), which is right
/// for small values.
///
/// At least 5 samples above the threshold, so about 100 samples, of more than two different values. Cost O(n).
///
/// Sources: Mood, Ann. Math. Stat. 11 (1940) 367 (runs); Arratia, Goldstein and Gordon, Stat. Sci. 5 (1990) 403
/// (longest).
///
/// # Errors
/// [`Reason::TooFew`] with fewer than 5 samples above the threshold.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let mut samples: Vec<u8> = (0..2000u32).map(|i| (i * i % 101) as u8).collect();
/// samples[700..730].fill(200);
/// let found = temporal::bursts(&samples)?;
/// assert_eq!((found.max_burst_length, found.longest_p_value < 1e-9), (30, true));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn bursts(samples: &[u8]) -> Result<Bursts, Reason> {
    let threshold = threshold(samples);
    let n = samples.len() as u64;
    let high = samples.iter().filter(|&&sample| sample > threshold).count() as u64;
    if high < MIN_HIGH {
        return Err(Reason::TooFew { what: "samples above the 95th percentile", have: high, need: MIN_HIGH });
    }
    let mut bursts = runs(samples, threshold);
    let count = bursts.len() as u64;
    let null = Hypergeometric { total: n, marked: n - high + 1, drawn: high };
    bursts.sort_by_key(|burst| core::cmp::Reverse(burst.length));
    let max_burst_length = bursts[0].length;
    bursts.truncate(MAX_LISTED);
    bursts.sort_by_key(|burst| burst.start);
    Ok(Bursts {
        bursts,
        n_bursts: count,
        expected_bursts: null.mean(),
        max_burst_length,
        mean_burst_length: high as f64 / count as f64,
        total_burst_fraction: high as f64 / n as f64,
        threshold,
        p_value: null.two_sided(count),
        longest_p_value: -(-expected_gaps(n, high, max_burst_length as u64)).exp_m1(),
    })
}

/// The smallest value with at most a twentieth of the samples above it.
fn threshold(samples: &[u8]) -> u8 {
    let counts = histogram::counts(samples);
    let mut above = 0;
    for value in (1..=u8::MAX).rev() {
        above += counts[usize::from(value)];
        if above as f64 > SHARE * samples.len() as f64 {
            return value;
        }
    }
    0
}

fn runs(samples: &[u8], threshold: u8) -> Vec<Burst> {
    let mut start = 0;
    let mut bursts = Vec::new();
    for run in samples.chunk_by(|a, b| (*a > threshold) == (*b > threshold)) {
        if run[0] > threshold {
            bursts.push(Burst { start, end: start + run.len(), length: run.len(), mean_value: mean(run) });
        }
        start += run.len();
    }
    bursts
}

/// Expected number of gaps between low samples with at least `length` of the `high` high ones among `n`, in any
/// order.
fn expected_gaps(n: u64, high: u64, length: u64) -> f64 {
    let low = n - high;
    let ln_choose = |n: u64| ln_gamma(n as f64 + 1.0) - ln_gamma((n - low) as f64 + 1.0);
    (low as f64 + 1.0) * (ln_choose(n - length) - ln_choose(n)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_no_smaller_than_uniform;
    use crate::test_streams::Good;

    #[test]
    fn bursts_by_hand() {
        let mut samples = [10u8; 100];
        samples[20..23].fill(90);
        samples[50] = 80;
        samples[99] = 70;
        let found = bursts(&samples).unwrap();
        assert_eq!((found.threshold, found.n_bursts, found.max_burst_length), (10, 3, 3));
        assert_eq!(found.bursts[1], Burst { start: 50, end: 51, length: 1, mean_value: 80.0 });
        assert!((found.expected_bursts - 5.0 * 96.0 / 100.0).abs() < 1e-12);
        assert!((found.total_burst_fraction - 0.05).abs() < 1e-12);
    }

    /// Two high among four, a gap with both: three of the six orders (HHLL, LHHL, LLHH).
    #[test]
    fn gaps_by_hand() {
        assert!((expected_gaps(4, 2, 2) - 0.5).abs() < 1e-12);
        // At least one: HHLL 1, HLHL 2, HLLH 2, LHHL 1, LHLH 2, LLHH 1, so 9 of 6.
        assert!((expected_gaps(4, 2, 1) - 1.5).abs() < 1e-12);
    }

    #[test]
    fn p_values_of_good_streams_are_valid() {
        let found: Vec<Bursts> =
            (0..600).map(|seed| bursts(&Good::ALL[seed as usize % 3].bytes(seed, 4096)).unwrap()).collect();
        assert_no_smaller_than_uniform(&found.iter().map(|found| found.p_value).collect::<Vec<_>>());
        assert_no_smaller_than_uniform(&found.iter().map(|found| found.longest_p_value).collect::<Vec<_>>());
        let mean =
            found.iter().map(|found| found.n_bursts as f64 - found.expected_bursts).sum::<f64>() / 600.0;
        // Standard deviation 3 of one, 0.12 of the mean.
        assert!(mean.abs() < 0.6, "{mean}");
    }

    #[test]
    fn alternation_and_clusters_are_rejected() {
        let apart: Vec<u8> = (0..2000).map(|i| if i % 20 == 0 { 9 } else { 0 }).collect();
        let found = bursts(&apart).unwrap();
        assert!(found.n_bursts == 100 && found.p_value < 0.05, "never two in a row: {found:?}");
        let together: Vec<u8> = (0..2000).map(|i| if i % 400 < 20 { 9 } else { 0 }).collect();
        assert!(bursts(&together).unwrap().p_value < 1e-9);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        for samples in [&[][..], &[1; 500], &[1, 2, 3]] {
            assert!(matches!(bursts(samples), Err(Reason::TooFew { .. })));
        }
    }
}
