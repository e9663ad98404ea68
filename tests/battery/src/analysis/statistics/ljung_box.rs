//! Ljung and Box's test of all lags together.

use crate::Reason;
use crate::analysis::autocorrelation::autocorrelation_profile;

/// The result of [`ljung_box`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LjungBox {
    /// `n (n + 2) Σ r_k² / (n - k)`.
    pub q_statistic: f64,
    /// P(chi-square at least as large).
    pub p_value: f64,
    /// Largest lag, and the degrees of freedom.
    pub max_lag: usize,
}

/// Ljung and Box's test that no lag up to `max_lag` is correlated.
///
/// Q is chi-square with `max_lag` degrees of freedom in the limit of long uncorrelated samples; the approximation
/// is good while `max_lag` is small against n, so at most a tenth of the number of bytes is taken for it.
///
/// Source: Ljung and Box 1978.
///
/// # Errors
/// As [`autocorrelation_profile`].
///
/// ```
/// use openentropy_tests::analysis::statistics::ljung_box;
///
/// let slow: Vec<u8> = (0u32..1000).map(|i| (i / 4) as u8).collect();
/// assert!(ljung_box(&slow, 20)?.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn ljung_box(data: &[u8], max_lag: usize) -> Result<LjungBox, Reason> {
    let profile = autocorrelation_profile(data, max_lag)?;
    let test = profile.ljung_box;
    Ok(LjungBox { q_statistic: test.statistic, p_value: test.p_value, max_lag: profile.lags.len() })
}

#[cfg(test)]
mod tests {
    use super::ljung_box;

    /// Closed form: of 0, 255, 0, 255, … with n even r_k = (-1)^k (n - k) / n: Q = (n + 2) / n Σ (n - k).
    #[test]
    fn alternating_bytes_have_a_closed_form() {
        let data: Vec<u8> = (0..200).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        let result = ljung_box(&data, 10).unwrap();
        let sum: f64 = (1..=10).map(|k| 200.0 - f64::from(k)).sum();
        assert!((result.q_statistic - 202.0 / 200.0 * sum).abs() < 1e-9);
        assert_eq!((result.max_lag, result.p_value < 1e-30), (10, true));
    }
}
