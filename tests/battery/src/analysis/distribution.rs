//! How the byte values are distributed, against equal shares.

use super::significance::{Significance, at_least};
use super::{histogram, kolmogorov};
use crate::Reason;
use crate::special::{chi_square_upper, normal_two_sided};

/// Moments and histogram of bytes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Distribution {
    /// Mean; 127.5 for uniform bytes.
    pub mean: f64,
    /// Variance about the mean, divided by n; 5461.25 for uniform bytes.
    pub variance: f64,
    /// Its square root.
    pub std_dev: f64,
    /// Third standardised moment; `None` for constant bytes.
    pub skewness: Option<f64>,
    /// Fourth standardised moment less 3; about -1.2 for uniform bytes; `None` for constant bytes.
    pub kurtosis: Option<f64>,
    /// How often each of the 256 values occurs.
    pub histogram: Vec<u64>,
    /// z of the mean.
    pub mean_test: Significance,
    /// z of the mean square about 127.5.
    pub variance_test: Significance,
    /// z of the skewness; `None` below 1000 bytes, where it is not normal enough, or for constant bytes.
    pub skewness_test: Option<Significance>,
    /// z of the kurtosis; `None` as there.
    pub kurtosis_test: Option<Significance>,
    /// Pearson's statistic of the histogram, 255 degrees of freedom; `None` below 1280 bytes, five to each value.
    pub chi_square: Option<Significance>,
    /// Kolmogorov and Smirnov's D against 256 equal steps.
    pub ks_statistic: f64,
    /// Its p-value by the law on 256 steps; `None` below 1000 bytes.
    pub ks_p_value: Option<f64>,
}

/// Describes the byte values and tests them against uniform ones.
///
/// With σ² = 5461.25 the mean has z = (m - 127.5) √(n / σ²); the mean square about 127.5 has variance
/// (μ₄ - σ⁴) / n; skewness and kurtosis have variances (β₆ - 6 β₄ + 9) / n and
/// (β₈ - 4 β₄ β₆ + 4 β₄³ - β₄²) / n, β_r the standardised moments of the 256 values. All are normal in the limit. At least
/// 100 bytes. It sees wrong shares of values; no order.
///
/// Source: Cramér, "Mathematical Methods of Statistics", §27–28; steps of D: Chernoff 1965, Siegmund 1979.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::distribution_stats;
///
/// let every: Vec<u8> = (0u32..2560).map(|i| i as u8).collect();
/// let stats = distribution_stats(&every)?;
/// assert_eq!((stats.mean, stats.variance, stats.ks_statistic), (127.5, 5461.25, 0.0));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn distribution_stats(data: &[u8]) -> Result<Distribution, Reason> {
    at_least("bytes", data.len(), 100)?;
    let n = data.len() as f64;
    let counts = histogram::counts(data);
    let (mean, squares) = histogram::mean_and_squares(&counts);
    let variance = squares / n;
    let std_dev = variance.sqrt();
    let standardised = |power| {
        (squares > 0.0).then(|| histogram::weighted(&counts, |x| ((x - mean) / std_dev).powi(power)) / n)
    };
    let (skewness, kurtosis) = (standardised(3), standardised(4).map(|moment| moment - 3.0));
    let ks = kolmogorov::against_equal_shares(&counts);
    let about_centre = histogram::weighted(&counts, |x| (x - CENTRE).powi(2)) / n;
    let [beta4, beta6, beta8] = [4, 6, 8].map(beta);
    let long = |value: Option<f64>| value.filter(|_| data.len() >= 1000);
    let skewness_variance = beta6 - 6.0 * beta4 + 9.0;
    let kurtosis_variance = beta8 - 4.0 * beta4 * beta6 + 4.0 * beta4.powi(3) - beta4 * beta4;
    let chi_square = || {
        let statistic = histogram::chi_square_uniform(&counts, data.len() as u64);
        Significance::new(statistic, chi_square_upper(statistic, 255.0))
    };
    Ok(Distribution {
        mean,
        variance,
        std_dev,
        skewness,
        kurtosis,
        mean_test: z_test(mean - CENTRE, VARIANCE / n),
        variance_test: z_test(about_centre - VARIANCE, (beta4 - 1.0) * VARIANCE * VARIANCE / n),
        skewness_test: long(skewness).map(|value| z_test(value, skewness_variance / n)),
        kurtosis_test: long(kurtosis).map(|value| z_test(value + 3.0 - beta4, kurtosis_variance / n)),
        chi_square: (data.len() >= 1280).then(chi_square),
        ks_statistic: ks.statistic,
        ks_p_value: (data.len() >= 1000).then_some(ks.p_value),
        histogram: counts.to_vec(),
    })
}

/// Mean of the values 0 to 255.
pub(crate) const CENTRE: f64 = 127.5;

/// Their variance, (256² - 1) / 12.
pub(crate) const VARIANCE: f64 = 5461.25;

/// Standardised moment of the values 0 to 255.
fn beta(power: i32) -> f64 {
    (0..256u32).map(|value| (f64::from(value) - CENTRE).powi(power)).sum::<f64>()
        / 256.0
        / VARIANCE.powf(f64::from(power) / 2.0)
}

fn z_test(difference: f64, variance: f64) -> Significance {
    let z = difference / variance.sqrt();
    Significance::new(z, normal_two_sided(z))
}

#[cfg(test)]
mod tests {
    use super::{beta, distribution_stats};

    /// scipy 1.17: `skew`, `kurtosis`, `chisquare` of x = i² mod 251, i < 2000.
    #[test]
    fn agrees_with_an_independent_program() {
        let data: Vec<u8> = (0..2000u32).map(|i| (i * i % 251) as u8).collect();
        let stats = distribution_stats(&data).unwrap();
        for (ours, exact) in [
            (stats.mean, MEAN),
            (stats.variance, VAR),
            (stats.skewness.unwrap(), SKEW),
            (stats.kurtosis.unwrap(), KURT),
            (stats.chi_square.unwrap().statistic, CHI),
            (stats.ks_statistic, D),
        ] {
            assert!((ours - exact).abs() < 1e-10 * exact.abs(), "{ours} against {exact}");
        }
    }

    const MEAN: f64 = 118.37;
    const VAR: f64 = 5_178.629_1;
    const SKEW: f64 = 0.113_460_405_740_260_62;
    const KURT: f64 = -1.175_079_010_760_892_6;
    const CHI: f64 = 2_072.448;
    const D: f64 = 0.091_812_5;

    /// Closed form for N equal values: β₄ = 3 - 6 (N² + 1) / (5 (N² - 1)).
    #[test]
    fn moments_of_the_values_are_exact() {
        assert!((beta(2) - 1.0).abs() < 1e-15);
        assert!((beta(4) - (3.0 - 6.0 * 65_537.0 / (5.0 * 65_535.0))).abs() < 1e-14);
    }

    #[test]
    fn what_needs_more_bytes_is_left_out() {
        let short = distribution_stats(&[1; 100]).unwrap();
        assert_eq!(
            (short.skewness, short.kurtosis, short.chi_square, short.ks_p_value),
            (None, None, None, None)
        );
        assert!(short.mean_test.p_value < 1e-30);
        assert!(distribution_stats(&[1; 99]).is_err());
    }
}
