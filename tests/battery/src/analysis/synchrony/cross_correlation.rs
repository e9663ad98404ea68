//! Correlation of two streams at lags.

use super::pair;
use crate::Reason;
use crate::special::{normal_quantile_upper, student_two_sided};

/// Fewest samples in which two streams overlap at any lag.
const MIN_OVERLAP: usize = 32;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;
/// Largest lag.
const MAX_LAG: usize = 1000;
/// Level of the bands.
const LEVEL: f64 = 0.05;

/// The correlation at one lag.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LagCorrelation {
    /// How many samples later in the second stream.
    pub lag: i64,
    /// Pearson's coefficient over the overlap.
    pub correlation: f64,
    /// Of independent streams, 95 % lie within ± this at one given lag.
    pub band: f64,
}

/// What [`cross_correlation`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CrossCorrelation {
    /// At lag 0.
    pub correlation: f64,
    /// Two-sided p-value of the correlation at lag 0.
    pub p_value: f64,
    /// The lag with the largest coefficient, in absolute value.
    pub lag_at_max: i64,
    /// That coefficient, with its sign.
    pub max_cross_correlation: f64,
    /// p-value of the largest among all lags.
    pub max_p_value: f64,
    /// Of independent streams, 95 % have all lags within ± this (for the full length).
    pub simultaneous_band: f64,
    /// All lags, in order.
    pub lags: Vec<LagCorrelation>,
    /// Number of samples looked at.
    pub samples: usize,
}

/// Pearson's correlation of two aligned streams at lags from −`max_lag` to `max_lag`.
///
/// At lag k sample i of the first stream is held against sample i + k of the second; means and variances are those of
/// the overlap of m = n − |k| samples.
///
/// Null: the streams are independent of each other, and the samples of at least one of them are independent. Then r
/// √((m−2)/(1−r²)) is Student's t with m − 2 degrees of freedom (exact for normal values, close for bytes), and
/// coefficients at different lags are nearly independent: the largest of L has p-value 1 − (1 − p)^L for the smallest
/// p. If both streams depend on their own past, coefficients scatter more widely (Bartlett);
/// [`cross_correlation_matrix`](super::cross_correlation_matrix) allows for that.
///
/// Lags to 1000; at least 32 samples of overlap; the first 1,048,576 samples are used. Cost O(n · `max_lag`).
///
/// Source: Box, Jenkins and Reinsel, Time Series Analysis, 4th ed. 2008, §12.1.
///
/// # Errors
/// [`Reason::Parameter`] for a lag above 1000; [`Reason::TooFew`] below 32 + `max_lag` samples in common;
/// [`Reason::Constant`] if a stream does not vary in the overlap of some lag.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let a: Vec<u8> = (0..2000u32).map(|i| (i * i % 251) as u8).collect();
/// let found = synchrony::cross_correlation(&a[5..], &a[..1995], 10)?;
/// assert_eq!((found.lag_at_max, found.max_p_value), (5, 0.0));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn cross_correlation(a: &[u8], b: &[u8], max_lag: usize) -> Result<CrossCorrelation, Reason> {
    if max_lag > MAX_LAG {
        return Err(Reason::Parameter("a lag is at most 1000"));
    }
    let (a, b) = pair(a, b, MIN_OVERLAP + max_lag, MAX_SAMPLES)?;
    let quantile = normal_quantile_upper(LEVEL / 2.0);
    let largest_lag = max_lag as i64;
    let (mut lags, mut p_values) = (Vec::with_capacity(2 * max_lag + 1), Vec::with_capacity(2 * max_lag + 1));
    for lag in -largest_lag..=largest_lag {
        let (later, overlap) = (lag.unsigned_abs() as usize, a.len() - lag.unsigned_abs() as usize);
        let (a, b) = if lag < 0 { (&a[later..], &b[..overlap]) } else { (&a[..overlap], &b[later..]) };
        let correlation = pearson(a, b).ok_or(Reason::Constant)?;
        lags.push(LagCorrelation { lag, correlation, band: quantile / (overlap as f64).sqrt() });
        p_values.push(p_value(correlation, overlap));
    }
    let size = |lag: &LagCorrelation| lag.correlation.abs();
    let largest = lags.iter().copied().reduce(|best, lag| if size(&lag) > size(&best) { lag } else { best });
    let largest = largest.ok_or(Reason::Constant)?;
    let number = lags.len() as f64;
    let smallest = p_values.iter().copied().fold(1.0f64, f64::min);
    let each = -(f64::ln_1p(-LEVEL) / number).exp_m1();
    Ok(CrossCorrelation {
        correlation: lags[max_lag].correlation,
        p_value: p_values[max_lag],
        lag_at_max: largest.lag,
        max_cross_correlation: largest.correlation,
        max_p_value: if smallest < 1.0 { -(number * f64::ln_1p(-smallest)).exp_m1() } else { 1.0 },
        simultaneous_band: normal_quantile_upper(each / 2.0) / (a.len() as f64).sqrt(),
        lags,
        samples: a.len(),
    })
}

/// Pearson's coefficient; `None` where a stream does not vary.
pub(super) fn pearson(a: &[u8], b: &[u8]) -> Option<f64> {
    let (mut sums, mut squares, mut product) = ([0u64; 2], [0u64; 2], 0u64);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (u64::from(a), u64::from(b));
        sums = [sums[0] + a, sums[1] + b];
        squares = [squares[0] + a * a, squares[1] + b * b];
        product += a * b;
    }
    // In whole numbers: n² times variances and covariance, exactly.
    let n = a.len() as i128;
    let over = |x: u64, y: u64, xy: u64| n * i128::from(xy) - i128::from(x) * i128::from(y);
    let variances = (over(sums[0], sums[0], squares[0]), over(sums[1], sums[1], squares[1]));
    let covariance = over(sums[0], sums[1], product);
    let scale = (variances.0 as f64).sqrt() * (variances.1 as f64).sqrt();
    (scale > 0.0).then(|| (covariance as f64 / scale).clamp(-1.0, 1.0))
}

/// Two-sided p-value of a coefficient of `number` pairs, more than two.
pub(super) fn p_value(correlation: f64, number: usize) -> f64 {
    let freedom = number as f64 - 2.0;
    let left = 1.0 - correlation * correlation;
    // Of equal streams nothing is left but rounding.
    if left < 1e-15 { 0.0 } else { student_two_sided(correlation * (freedom / left).sqrt(), freedom) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    /// 1, 2, 3, 4 with 2, 1, 4, 3: covariance 3, variances 5: r = 0.6; t = 0.6 √(2/0.64) = 1.0607, p = 0.4.
    #[test]
    fn a_coefficient_by_hand() {
        let r = pearson(&[1, 2, 3, 4], &[2, 1, 4, 3]).unwrap();
        assert!((r - 0.6).abs() < 1e-12 && (p_value(r, 4) - 0.4).abs() < 1e-9);
        assert_eq!(pearson(&[1, 2, 3], &[6, 4, 2]), Some(-1.0));
        assert_eq!(pearson(&[1, 2, 3], &[7, 7, 7]), None);
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let found = |seed| {
            cross_correlation(&Good::ChaCha20.bytes(seed, 1000), &Good::AesCtr.bytes(seed, 1000), 10).unwrap()
        };
        let found: Vec<CrossCorrelation> = (0..500).map(found).collect();
        assert_uniform(&found.iter().map(|found| found.p_value).collect::<Vec<_>>());
        assert_uniform(&found.iter().map(|found| found.max_p_value).collect::<Vec<_>>());
        let all =
            found.iter().flat_map(|found| &found.lags).filter(|lag| lag.correlation.abs() > lag.band).count();
        // 10,500 lags, 525 on the mean, standard deviation 22.
        assert!((390..660).contains(&all), "{all}");
        let any =
            found.iter().filter(|found| found.max_cross_correlation.abs() > found.simultaneous_band).count();
        assert!((5..=47).contains(&any), "{any}");
    }

    #[test]
    fn an_echo_is_found_at_its_lag() {
        let a = Good::ChaCha20.bytes(1, 5000);
        let noise = Good::AesCtr.bytes(1, 5000);
        let echo: Vec<u8> = (0..5000).map(|i| noise[i] / 2 + if i >= 7 { a[i - 7] / 4 } else { 0 }).collect();
        let found = cross_correlation(&a, &echo, 20).unwrap();
        // Shares 1/4 and 1/2 of equal deviations: r = 0.25/√(0.0625 + 0.25) = 0.447.
        assert_eq!(found.lag_at_max, 7);
        assert!((found.max_cross_correlation - 0.447).abs() < 0.05 && found.max_p_value < 1e-12);
        assert_eq!(cross_correlation(&echo, &a, 20).unwrap().lag_at_max, -7);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(cross_correlation(&[1; 100], &[2; 100], 5), Err(Reason::Constant));
        assert!(matches!(
            cross_correlation(&[1; 36], &[2; 100], 5),
            Err(Reason::TooFew { have: 36, need: 37, .. })
        ));
        assert!(matches!(cross_correlation(&[1; 36], &[2; 100], 1001), Err(Reason::Parameter(_))));
    }
}
