//! Figures of two sources side by side, and how far apart they are.

use super::Both;
use crate::analysis::significance::Significance;
use crate::analysis::statistics::levene_test;
use crate::analysis::{ALPHA, bit_bias, histogram, kolmogorov, quick_shannon};
use crate::special::{normal_quantile_upper, normal_two_sided};

/// Figures of one source.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Summary {
    /// Shannon entropy of the histogram.
    pub shannon: f64,
    /// Min-entropy by the most common value alone (SP 800-90B §6.3.1): an upper limit of the assessed figure.
    pub min_entropy: f64,
    /// Between which figures the true `-log2 max p` lies, for independent bytes, with confidence 1 - [`ALPHA`] / 2.
    pub min_entropy_interval: (f64, f64),
    /// Mean.
    pub mean: f64,
    /// Variance, with n - 1.
    pub variance: f64,
    /// Mean distance of the bits' shares of ones from one half.
    pub bit_bias: f64,
    /// Share of ones of bit i, of value 2^i, less one half.
    pub per_bit_bias: [f64; 8],
    /// Pearson's statistic of the histogram against equal shares.
    pub chi_squared: f64,
    /// Kolmogorov and Smirnov's D against 256 equal steps.
    pub ks_statistic: f64,
}

/// The difference of a figure, a less b, with its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Difference {
    /// Figure of a less that of b.
    pub value: f64,
    /// Between which the true difference lies with confidence 1 - [`ALPHA`], for independent bytes.
    pub interval: (f64, f64),
}

/// Figures of two sources and their differences.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Aggregate {
    /// The figures.
    pub of: Both<Summary>,
    /// Difference of the means over the pooled standard deviation; `None` where nothing varies.
    pub cohens_d: Option<f64>,
    /// Difference of the means (Welch).
    pub mean_difference: Difference,
    /// Difference of the min-entropies, its interval from those of both.
    pub min_entropy_difference: Difference,
    /// Welch's z of the means; `None` where nothing varies.
    pub means: Option<Significance>,
    /// Levene's test of the spreads, about the medians; `None` where nothing varies.
    pub spreads: Option<Significance>,
}

impl Aggregate {
    /// Compares at least 100 bytes of each.
    pub(super) fn of(a: &[u8], b: &[u8]) -> Result<Self, crate::Reason> {
        let of = Both { a: Summary::of(a)?, b: Summary::of(b)? };
        let (n_a, n_b) = (a.len() as f64, b.len() as f64);
        let difference = of.a.mean - of.b.mean;
        let error = (of.a.variance / n_a + of.b.variance / n_b).sqrt();
        let pooled = ((n_a - 1.0) * of.a.variance + (n_b - 1.0) * of.b.variance) / (n_a + n_b - 2.0);
        let reach = normal_quantile_upper(ALPHA / 2.0) * error;
        let (low, high) = (of.a.min_entropy_interval, of.b.min_entropy_interval);
        let z = (error > 0.0).then(|| difference / error);
        let spreads = levene_test(&[a, b]).ok();
        Ok(Self {
            cohens_d: (pooled > 0.0).then(|| difference / pooled.sqrt()),
            mean_difference: Difference {
                value: difference,
                interval: (difference - reach, difference + reach),
            },
            min_entropy_difference: Difference {
                value: of.a.min_entropy - of.b.min_entropy,
                interval: (low.0 - high.1, low.1 - high.0),
            },
            means: z.map(|z| Significance::new(z, normal_two_sided(z))),
            spreads: spreads.map(|levene| Significance::new(levene.w_statistic, levene.p_value)),
            of,
        })
    }
}

impl Summary {
    fn of(data: &[u8]) -> Result<Self, crate::Reason> {
        let bits = bit_bias(data)?;
        let counts = histogram::counts(data);
        let (mean, squares) = histogram::mean_and_squares(&counts);
        let n = data.len() as f64;
        let most = counts.iter().max().map_or(0.0, |&count| count as f64);
        Ok(Self {
            shannon: quick_shannon(data).unwrap_or(0.0),
            min_entropy: most_common_value(most / n, n),
            min_entropy_interval: min_entropy_interval(most, n),
            mean,
            variance: squares / (n - 1.0),
            bit_bias: bits.overall_bias,
            per_bit_bias: bits.bit_probabilities.map(|p| p - 0.5),
            chi_squared: histogram::chi_square_uniform(&counts, data.len() as u64),
            ks_statistic: kolmogorov::against_equal_shares(&counts).statistic,
        })
    }
}

/// SP 800-90B §6.3.1.
fn most_common_value(share: f64, n: f64) -> f64 {
    let z = normal_quantile_upper(0.005);
    0.0 - (share + z * (share * (1.0 - share) / (n - 1.0)).sqrt()).min(1.0).log2()
}

/// Wilson's bounds of a share, wide enough for all 256 values at once: the likeliest value need not be
/// the one seen most often.
fn min_entropy_interval(most: f64, n: f64) -> (f64, f64) {
    let z = normal_quantile_upper(ALPHA / 4.0 / 256.0);
    let share = most / n;
    let centre = share + z * z / (2.0 * n);
    let reach = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    let (low, high) = ((centre - reach) / scale, (centre + reach) / scale);
    // No 256 shares are all below 1/256.
    (0.0 - high.min(1.0).log2(), 0.0 - low.clamp(1.0 / 256.0, 1.0).log2())
}

#[cfg(test)]
mod tests {
    use super::{Aggregate, min_entropy_interval, most_common_value};
    use crate::test_streams::Good;

    /// By hand: 0 and 2 against 1 and 3, 60 times: variances 120/119, d = -1 / sqrt(120/119).
    #[test]
    fn distances_follow_their_formulas() {
        let (a, b) = ([0, 2].repeat(60), [1, 3].repeat(60));
        let aggregate = Aggregate::of(&a, &b).unwrap();
        let variance: f64 = 120.0 / 119.0;
        assert!((aggregate.cohens_d.unwrap() + 1.0 / variance.sqrt()).abs() < 1e-14);
        let z = aggregate.means.unwrap().statistic;
        assert!((z + 1.0 / (2.0 * variance / 120.0).sqrt()).abs() < 1e-12);
        let (low, high) = aggregate.mean_difference.interval;
        assert!(((high - low) / 2.0 - 2.575_829_303_548_9 / -z).abs() < 1e-12);
        assert_eq!(aggregate.spreads, None, "all are equally far from their median");
    }

    /// §6.3.1 for one half of 401: p = 1/2 + Z / 40; an interval around the true figure of known shares.
    #[test]
    fn min_entropies_lie_within_their_intervals() {
        assert!((most_common_value(0.5, 401.0) + (0.5 + 2.575_829_303_548_9 / 40.0f64).log2()).abs() < 1e-12);
        let mut inside = 0;
        for seed in 0..100 {
            let data = Good::ChaCha20.bytes(seed, 2000);
            let most = data.iter().filter(|&&byte| byte < 128).count() as f64;
            let (low, high) = min_entropy_interval(most, 2000.0);
            inside += u32::from((low..=high).contains(&1.0));
        }
        assert_eq!(inside, 100);
        assert_eq!(min_entropy_interval(100.0, 100.0).0, 0.0);
    }

    #[test]
    fn what_does_not_vary_has_no_distance() {
        let aggregate = Aggregate::of(&[5; 100], &[6; 100]).unwrap();
        assert_eq!((aggregate.cohens_d, aggregate.means, aggregate.spreads), (None, None, None));
        assert_eq!(aggregate.mean_difference.interval, (-1.0, -1.0));
    }
}
