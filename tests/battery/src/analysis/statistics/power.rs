//! How much data a difference of means needs to be seen.

use crate::Reason;
use crate::special::{normal_quantile_upper, normal_upper};

/// The result of [`power_analysis`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Power {
    /// Probability that the test rejects.
    pub power: f64,
    /// Distance of the true mean from the assumed one, in standard deviations.
    pub effect_size: f64,
    /// Number of values.
    pub sample_size: u64,
    /// Level of the test.
    pub alpha: f64,
    /// Fewest values with power 80 %; `None` where that many do not exist, or not below 2^53.
    pub required_n_for_80: Option<u64>,
    /// Fewest values with power 90 %.
    pub required_n_for_90: Option<u64>,
}

/// Power of the two-sided z test of a mean: `Φ(d √n - z) + Φ(-d √n - z)` with z the upper `alpha / 2` point.
///
/// For bytes against uniform ones an effect of d is a mean that is off by 73.9 d.
///
/// Source: Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988.
///
/// # Errors
/// [`Reason::Parameter`]: the effect is not finite, or alpha not between 0 and 1.
///
/// ```
/// use openentropy_tests::analysis::statistics::power_analysis;
///
/// assert_eq!(power_analysis(0.5, 30, 0.05)?.required_n_for_80, Some(32));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn power_analysis(effect_size: f64, sample_size: u64, alpha: f64) -> Result<Power, Reason> {
    if !effect_size.is_finite() {
        return Err(Reason::Parameter("the effect is not finite"));
    }
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(Reason::Parameter("alpha is not between 0 and 1"));
    }
    let z = normal_quantile_upper(alpha / 2.0);
    let power = |n: u64| {
        let shift = effect_size.abs() * (n as f64).sqrt();
        normal_upper(z - shift) + normal_upper(z + shift)
    };
    let required = |wanted: f64| {
        let (mut low, mut high) = (0u64, 1 << 53);
        if power(high) < wanted {
            return None;
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if power(middle) >= wanted { high = middle } else { low = middle + 1 }
        }
        Some(low)
    };
    Ok(Power {
        power: power(sample_size).min(1.0),
        effect_size,
        sample_size,
        alpha,
        required_n_for_80: required(0.8),
        required_n_for_90: required(0.9),
    })
}

#[cfg(test)]
mod tests {
    use super::power_analysis;

    /// Normal distribution function by `scipy.stats.norm`; sizes by ((z_{α/2} + z_β) / d)².
    #[test]
    fn agrees_with_an_independent_program() {
        let small = power_analysis(0.2, 100, 0.05).unwrap();
        assert!((small.power - 0.516_005_273_976_174_7).abs() < 1e-10);
        assert_eq!((small.required_n_for_80, small.required_n_for_90), (Some(197), Some(263)));
        let fine = power_analysis(-0.001, 1_000_000, 0.01).unwrap();
        assert!((fine.power - 0.057_707_133_279_027_87).abs() < 1e-10);
    }

    #[test]
    fn no_effect_is_never_seen_more_often_than_by_chance() {
        let none = power_analysis(0.0, 1000, 0.01).unwrap();
        assert!((none.power - 0.01).abs() < 1e-12);
        assert_eq!((none.required_n_for_80, none.required_n_for_90), (None, None));
        assert!(power_analysis(f64::NAN, 1, 0.1).is_err() && power_analysis(1.0, 1, 0.0).is_err());
        assert!(power_analysis(1.0, 1, f64::NAN).is_err());
    }
}
