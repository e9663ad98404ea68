//! The Hurst exponent against shuffles of the same series.

use super::hurst::{Blocks, MIN_SAMPLES};
use super::surrogate::{Surrogate, mean_and_deviation, two_sided};
use super::window;
use crate::{Reason, threads};

/// Number of shuffles.
const SURROGATES: u64 = 199;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 16_384;

/// What [`bootstrap_hurst`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BootstrapHurst {
    /// The exponent of the series.
    pub observed_hurst: f64,
    /// Mean of the shuffles' exponents.
    pub mean_surrogate_hurst: f64,
    /// Their standard deviation.
    pub std_surrogate_hurst: f64,
    /// Two-sided p-value, (1 + number of shuffles at least as far out) / (1 + number of shuffles).
    pub p_value: f64,
    /// Below this lie 2.5 % of the shuffles' exponents.
    pub ci_lower: f64,
    /// Above this lie 2.5 % of the shuffles' exponents.
    pub ci_upper: f64,
    /// Number of shuffles.
    pub n_surrogates: u64,
    /// Number of samples looked at.
    pub samples: usize,
}

/// The [Hurst exponent](super::hurst) of a series against those of 199 shuffles of it. Exploratory: no evidence for
/// or against entropy.
///
/// Null: the samples are exchangeable (independent ones are, whatever their histogram). Under it the p-value is a
/// multiple of 1/200 and as good as uniform, both sides together. What it rejects is order of any kind that rescaled
/// ranges see, short memory as well as long.
///
/// Minimum 128 samples; the first 16,384 are used. Cost O(199 n log n), on several cores.
///
/// Source: Theiler and others, Physica D 58 (1992) 77 (shuffled surrogates); Davison and Hinkley, Bootstrap Methods,
/// 1997, §4.2.
///
/// # Errors
/// As for [`hurst`](super::hurst).
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let ramp: Vec<u8> = (0..=255).collect();
/// assert_eq!(chaos::bootstrap_hurst(&ramp)?.p_value, 1.0 / 200.0, "no shuffle persists like it");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn bootstrap_hurst(samples: &[u8]) -> Result<BootstrapHurst, Reason> {
    let values = window(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let blocks = Blocks::of(values.len());
    let observed = blocks.measure(&values)?.hurst_exponent;
    let shuffled = |index| {
        let mut values = values.clone();
        Surrogate::new(index).shuffle(&mut values);
        blocks.measure(&values).map(|found| found.hurst_exponent)
    };
    let mut exponents =
        threads::map((0..SURROGATES).collect(), shuffled).into_iter().collect::<Result<Vec<_>, _>>()?;
    exponents.sort_by(f64::total_cmp);
    let (mean, deviation) = mean_and_deviation(&exponents);
    let outside = exponents.len() / 40;
    Ok(BootstrapHurst {
        observed_hurst: observed,
        mean_surrogate_hurst: mean,
        std_surrogate_hurst: deviation,
        p_value: two_sided(observed, &exponents),
        ci_lower: exponents[outside],
        ci_upper: exponents[exponents.len() - 1 - outside],
        n_surrogates: SURROGATES,
        samples: values.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::bootstrap_hurst;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let p = |seed| bootstrap_hurst(&Good::AesCtr.bytes(seed, 256)).unwrap().p_value;
        assert_uniform(&(0..500).map(p).collect::<Vec<_>>());
    }

    #[test]
    fn skewed_values_are_no_fault_and_alternation_is() {
        // Nine in ten samples are 0: far from uniform, but in no order.
        let skewed = |seed| {
            Good::ChaCha20.bytes(seed, 256).iter().map(|byte| byte.saturating_sub(230)).collect::<Vec<_>>()
        };
        assert_uniform(
            &(0..200).map(|seed| bootstrap_hurst(&skewed(seed)).unwrap().p_value).collect::<Vec<_>>(),
        );
        let alternating: Vec<u8> = (0..1024).map(|i| if i % 2 == 0 { 3 } else { 200 }).collect();
        let found = bootstrap_hurst(&alternating).unwrap();
        assert!(found.p_value == 1.0 / 200.0 && found.observed_hurst < found.ci_lower);
    }
}
