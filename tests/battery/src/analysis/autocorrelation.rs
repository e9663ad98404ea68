//! Correlation of a sequence with itself, lag by lag, with the bands that chance fills.

use super::significance::{Significance, at_least};
use super::{ALPHA, histogram};
use crate::special::{chi_square_upper, normal_quantile_upper, normal_two_sided};
use crate::{Reason, threads};

/// Autocorrelation of bytes at lags 1 to the number asked for.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Autocorrelation {
    /// Each lag from 1 on.
    pub lags: Vec<LagCorrelation>,
    /// Largest |r|.
    pub max_abs_correlation: f64,
    /// The lag it is at.
    pub max_abs_lag: usize,
    /// Half width of the band about the expected r that one lag leaves with probability [`ALPHA`], at lag 1.
    pub threshold: f64,
    /// Half width of the band that any lag at all leaves with probability [`ALPHA`] (Šidák), at lag 1.
    pub simultaneous_threshold: f64,
    /// Number of lags outside their own band.
    pub violations: usize,
    /// Number to expect by chance: [`ALPHA`] times the number of lags.
    pub expected_violations: f64,
    /// Number of lags outside the simultaneous band.
    pub simultaneous_violations: usize,
    /// Largest |z|, with the p-value of the largest of that many (Šidák).
    pub largest: Significance,
    /// Ljung and Box's Q over all lags, chi-square with as many degrees of freedom.
    pub ljung_box: Significance,
}

/// One lag.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LagCorrelation {
    /// Distance of the bytes compared.
    pub lag: usize,
    /// The correlation r.
    pub correlation: f64,
    /// How many standard errors r is from its expectation under independence.
    pub z: f64,
    /// P(|Z| at least as large) for this lag alone.
    pub p_value: f64,
}

/// Correlates bytes with themselves at lags 1 to `max_lag`, at most a tenth of their number (beyond, Q spreads wider than
/// chi-square does).
///
/// `r_k = Σ (x_i - m)(x_(i+k) - m) / Σ (x_i - m)²`, the sums in whole numbers. For independent values r_k has mean
/// `-(n - k) / (n (n - 1))` exactly, and the variance
/// `(n⁴ - (k + 3) n³ + 3 k n² + 2 k (k + 1) n - 4 k²) / ((n + 1) n² (n - 1)²)` for normal ones, which the kurtosis of bytes
/// alters by 1/n² only; it is normal in the limit, and r_j, r_k are uncorrelated but for terms of order 1/n².
/// At least 100 bytes. It sees linear dependence; not that of higher order.
///
/// Source: Dufour and Roy, "Some robust exact results on sample autocorrelations", 1985; Ljung and Box 1978.
///
/// # Errors
/// [`Reason::TooFew`] bytes; [`Reason::Parameter`]: `max_lag` is 0; [`Reason::Constant`].
///
/// ```
/// use openentropy_tests::analysis::autocorrelation_profile;
///
/// let period: Vec<u8> = (0u32..1000).map(|i| (i % 10) as u8).collect();
/// let profile = autocorrelation_profile(&period, 25)?;
/// assert!(profile.max_abs_lag == 10 && profile.largest.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn autocorrelation_profile(data: &[u8], max_lag: usize) -> Result<Autocorrelation, Reason> {
    at_least("bytes", data.len(), 100)?;
    if max_lag == 0 {
        return Err(Reason::Parameter("the largest lag is 0"));
    }
    if histogram::is_constant(data) {
        return Err(Reason::Constant);
    }
    let total: u64 = data.iter().map(|&byte| u64::from(byte)).sum();
    let squares = product_sum(data, 0, total);
    let lags = (1..=max_lag.min(data.len() / 10)).collect();
    let lags =
        threads::map(lags, |lag| LagCorrelation::of(data, lag, product_sum(data, lag, total) / squares));
    Ok(Autocorrelation::judge(lags, data.len()))
}

impl Autocorrelation {
    fn judge(lags: Vec<LagCorrelation>, samples: usize) -> Self {
        let number = lags.len() as f64;
        let sidak = |p: f64| -(number * (-p).ln_1p()).exp_m1();
        let alone = -((-ALPHA).ln_1p() / number).exp_m1();
        let (_, deviation) = moments(samples as f64, 1.0);
        let most = |key: fn(&LagCorrelation) -> f64| lags.iter().max_by(|a, b| key(a).total_cmp(&key(b)));
        let (max_abs_correlation, max_abs_lag) =
            most(|lag| lag.correlation.abs()).map_or((0.0, 0), |lag| (lag.correlation.abs(), lag.lag));
        let (z, p) = most(|lag| lag.z.abs()).map_or((0.0, 1.0), |lag| (lag.z.abs(), lag.p_value));
        let n = samples as f64;
        let q: f64 = lags.iter().map(|lag| lag.correlation.powi(2) / (n - lag.lag as f64)).sum::<f64>()
            * n
            * (n + 2.0);
        Self {
            max_abs_correlation,
            max_abs_lag,
            threshold: normal_quantile_upper(ALPHA / 2.0) * deviation,
            simultaneous_threshold: normal_quantile_upper(alone / 2.0) * deviation,
            violations: lags.iter().filter(|lag| lag.p_value < ALPHA).count(),
            expected_violations: ALPHA * number,
            simultaneous_violations: lags.iter().filter(|lag| lag.p_value < alone).count(),
            largest: Significance::new(z, sidak(p)),
            ljung_box: Significance::new(q, chi_square_upper(q, number)),
            lags,
        }
    }
}

impl LagCorrelation {
    fn of(data: &[u8], lag: usize, correlation: f64) -> Self {
        let (mean, deviation) = moments(data.len() as f64, lag as f64);
        let z = (correlation - mean) / deviation;
        Self { lag, correlation, z, p_value: normal_two_sided(z) }
    }
}

/// Mean and standard deviation of r_k for n independent values.
fn moments(n: f64, k: f64) -> (f64, f64) {
    let numerator =
        n.powi(4) - (k + 3.0) * n.powi(3) + 3.0 * k * n * n + 2.0 * k * (k + 1.0) * n - 4.0 * k * k;
    let variance = numerator / ((n + 1.0) * (n * (n - 1.0)).powi(2));
    (-(n - k) / (n * (n - 1.0)), variance.sqrt())
}

/// `Σ (x_i - m)(x_(i+lag) - m)` with m = total / n, exact until the last division.
pub(crate) fn product_sum(data: &[u8], lag: usize, total: u64) -> f64 {
    let (head, tail) = (&data[..data.len() - lag], &data[lag..]);
    // Products of a block fit 32 bits, which lets the compiler use its vector units.
    let block =
        |(a, b): (&[u8], &[u8])| a.iter().zip(b).map(|(&a, &b)| u32::from(a) * u32::from(b)).sum::<u32>();
    let products: u64 =
        head.chunks(1 << 16).zip(tail.chunks(1 << 16)).map(|pair| u64::from(block(pair))).sum();
    let ends = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    let sums = 2 * total - ends(&data[data.len() - lag..]) - ends(&data[..lag]);
    let (n, pairs, total) = (data.len() as i128, head.len() as i128, i128::from(total));
    (n * n * i128::from(products) - n * total * i128::from(sums) + pairs * total * total) as f64
        / (n * n) as f64
}

#[cfg(test)]
mod tests {
    use super::{autocorrelation_profile, moments, product_sum};
    use crate::Reason;
    use crate::test_streams::Good;

    /// Closed form: of 0, 255, 0, 255, … with n even r_k = (-1)^k (n - k) / n.
    #[test]
    fn alternating_bytes_have_a_closed_form() {
        let data: Vec<u8> = (0..200).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        for lag in autocorrelation_profile(&data, 20).unwrap().lags {
            let sign = if lag.lag % 2 == 0 { 1.0 } else { -1.0 };
            assert!((lag.correlation - sign * (200 - lag.lag) as f64 / 200.0).abs() < 1e-15);
        }
    }

    /// numpy 2.4: x = i² mod 251, i < 1000, `np.correlate(x - mean, x - mean)`.
    #[test]
    fn agrees_with_an_independent_program() {
        let data: Vec<u8> = (0..1000u32).map(|i| (i * i % 251) as u8).collect();
        let profile = autocorrelation_profile(&data, 3).unwrap();
        for (lag, exact) in profile.lags.iter().zip(KNOWN) {
            assert!((lag.correlation - exact).abs() < 1e-13, "{}", lag.correlation);
        }
        assert!((profile.ljung_box.statistic - KNOWN_Q).abs() < 1e-9, "{}", profile.ljung_box.statistic);
    }

    const KNOWN: [f64; 3] = [0.011_035_515_963_731_639, 0.024_272_062_706_044_05, 0.111_720_372_396_259_7];
    const KNOWN_Q: f64 = 13.257_679_210_144_29;

    /// At lag 1 the variance is (n - 2)² / (n² (n - 1)), Moran 1948.
    #[test]
    fn moments_at_lag_one_are_morans() {
        let (mean, deviation) = moments(50.0, 1.0);
        assert!((mean + 1.0 / 50.0).abs() < 1e-15);
        assert!((deviation - (48.0f64 * 48.0 / (2500.0 * 49.0)).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn sums_stay_exact_over_blocks() {
        let data = [255u8; 200_000];
        assert_eq!(product_sum(&data, 3, 255 * 200_000), 0.0);
    }

    #[test]
    fn bands_narrow_as_bytes_are_added() {
        let narrow = autocorrelation_profile(&Good::AesCtr.bytes(1, 100_000), 100).unwrap();
        let wide = autocorrelation_profile(&Good::AesCtr.bytes(1, 1000), 100).unwrap();
        assert!((wide.threshold / narrow.threshold - 10.0).abs() < 0.02);
        assert!(narrow.simultaneous_threshold > narrow.threshold);
        assert_eq!((narrow.expected_violations, narrow.simultaneous_violations), (1.0, 0));
    }

    #[test]
    fn what_has_no_correlation_says_why() {
        assert_eq!(autocorrelation_profile(&[3; 200], 5), Err(Reason::Constant));
        assert!(autocorrelation_profile(&[1, 2], 5).is_err());
        assert!(autocorrelation_profile(&[3; 200], 0).is_err());
    }
}
