//! The Hurst exponent from rescaled ranges.

use super::line::Line;
use super::window;
use crate::Reason;
use crate::special::ln_gamma;

/// Most samples that are looked at, from the first on.
pub(super) const MAX_SAMPLES: usize = 1 << 20;
/// Fewest samples: three block sizes, with four blocks of the largest.
pub(super) const MIN_SAMPLES: usize = 128;
/// Shortest block. Below, the ranges of bytes and of normal values differ.
const MIN_BLOCK: usize = 8;
/// Standard deviation of the exponent of independent values times √n, measured: see [`hurst`].
const ERROR: f64 = 0.75;

/// The mean rescaled range of blocks of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RescaledRange {
    /// Samples to a block.
    pub block: usize,
    /// Mean of R/S over the blocks in which S is not 0.
    pub rescaled_range: f64,
    /// What independent normal values give (Anis and Lloyd).
    pub expected: f64,
}

/// What [`hurst`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Hurst {
    /// The exponent: 0.5 for independent values, more for persistent, less for antipersistent ones.
    pub hurst_exponent: f64,
    /// Its standard error for independent values.
    pub standard_error: f64,
    /// Slope of ln R/S on ln n without correction: about 0.6 for independent values.
    pub uncorrected: f64,
    /// Share of the variation of ln R/S that the uncorrected line explains.
    pub r_squared: f64,
    /// The ranges behind it, by block size.
    pub rs_values: Vec<RescaledRange>,
    /// Number of samples looked at.
    pub samples: usize,
}

/// The Hurst exponent by rescaled ranges, with the expectation of Anis and Lloyd taken out. Exploratory: no evidence
/// for or against entropy.
///
/// The series is cut into blocks of n = 8, 16, 32, … samples, at least four of each. In a block, R is the range of
/// the cumulative deviations from the block's mean and S its standard deviation (divisor n). With E_n = Γ((n−1)/2) /
/// (√π Γ(n/2)) · Σ √((n−i)/i) over i = 1 … n−1, the exponent is 0.5 plus the slope of ln(R/S) − ln E_n on ln n, each
/// size weighted by its number of blocks.
///
/// Null: none in closed form. For independent values the exponent lies about 0.5 with the `standard_error` given,
/// 0.75/√n. The factor was measured over fixed streams of uniform bytes: 0.93 for 128 of them, 0.78 for 512, 0.70 for
/// 4096, 0.76 for 16,384. [`bootstrap_hurst`](super::bootstrap_hurst) gives a p-value.
///
/// Minimum 128 samples; the first 1,048,576 are used. Cost O(n log n).
///
/// Sources: Hurst, Trans. Am. Soc. Civ. Eng. 116 (1951) 770; Anis and Lloyd, Biometrika 63 (1976) 111.
///
/// # Errors
/// [`Reason::TooFew`] below 128 samples; [`Reason::Constant`] if blocks do not vary.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let ramp: Vec<u8> = (0..=255).collect();
/// assert!(chaos::hurst(&ramp)?.hurst_exponent > 0.8, "the ramp persists");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn hurst(samples: &[u8]) -> Result<Hurst, Reason> {
    let values = window(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    Blocks::of(values.len()).measure(&values)
}

/// Block sizes for series of one length, with the expected rescaled range of each.
pub(super) struct Blocks(Vec<(usize, f64)>);

impl Blocks {
    pub(super) fn of(samples: usize) -> Self {
        let sizes = core::iter::successors(Some(MIN_BLOCK), |size| Some(size * 2))
            .take_while(|size| *size <= samples / 4);
        Self(sizes.map(|size| (size, expected_range(size))).collect())
    }

    pub(super) fn measure(&self, values: &[f64]) -> Result<Hurst, Reason> {
        let mut rs_values = Vec::with_capacity(self.0.len());
        let (mut raw, mut corrected) = (Vec::new(), Vec::new());
        for &(block, expected) in &self.0 {
            let ranges: Vec<f64> = values.chunks_exact(block).filter_map(rescaled_range).collect();
            if ranges.is_empty() {
                continue;
            }
            let rescaled_range = ranges.iter().sum::<f64>() / ranges.len() as f64;
            rs_values.push(RescaledRange { block, rescaled_range, expected });
            let (x, weight) = ((block as f64).ln(), ranges.len() as f64);
            raw.push((x, rescaled_range.ln(), weight));
            corrected.push((x, (rescaled_range / expected).ln(), weight));
        }
        let (raw, corrected) = Line::through(&raw).zip(Line::through(&corrected)).ok_or(Reason::Constant)?;
        Ok(Hurst {
            hurst_exponent: 0.5 + corrected.slope,
            standard_error: ERROR / (values.len() as f64).sqrt(),
            uncorrected: raw.slope,
            r_squared: raw.r_squared,
            rs_values,
            samples: values.len(),
        })
    }
}

/// R/S of one block; `None` where S is 0.
fn rescaled_range(block: &[f64]) -> Option<f64> {
    let size = block.len() as f64;
    let mean = block.iter().sum::<f64>() / size;
    let (mut sum, mut low, mut high, mut squares) = (0.0, 0.0f64, 0.0f64, 0.0);
    for value in block {
        let deviation = value - mean;
        sum += deviation;
        squares += deviation * deviation;
        low = low.min(sum);
        high = high.max(sum);
    }
    (squares > 0.0).then(|| (high - low) / (squares / size).sqrt())
}

/// The expected rescaled range of `size` independent normal values, at least 2.
fn expected_range(size: usize) -> f64 {
    let n = size as f64;
    let sum: f64 = (1..size).map(|i| ((n - i as f64) / i as f64).sqrt()).sum();
    (ln_gamma((n - 1.0) / 2.0) - ln_gamma(n / 2.0)).exp() / core::f64::consts::PI.sqrt() * sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_streams::Good;

    /// Two values: R = S. Three: (2/π)(√2 + √½), by the formula. Long blocks: √(πn/2) − 0.5 or so (Feller 1951).
    #[test]
    fn expected_ranges() {
        assert!((expected_range(2) - 1.0).abs() < 1e-12);
        assert!((expected_range(3) - 1.350_474_5).abs() < 1e-6);
        let long = expected_range(100_000);
        assert!((long / (core::f64::consts::PI * 5e4).sqrt() - 1.0).abs() < 0.01, "{long}");
    }

    #[test]
    fn a_block_by_hand() {
        // Deviations −1.5, −0.5, 0.5, 1.5; sums −1.5, −2, −1.5, 0; R = 2, S = √1.25.
        let ratio = rescaled_range(&[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((ratio - 2.0 / 1.25f64.sqrt()).abs() < 1e-12);
        assert!(rescaled_range(&[7.0; 9]).is_none());
    }

    /// 500 streams of each length: their mean within 4.5 standard errors of the mean or 0.002 (bytes are not normal),
    /// and their spread as the standard error says.
    #[test]
    fn good_bytes_give_a_half_within_the_standard_error() {
        for len in [128usize, 512, 4096, 16_384] {
            let streams = if len > 8000 { 167 } else { 500 };
            let found: Vec<Hurst> =
                (0..streams).map(|seed| hurst(&Good::ChaCha20.bytes(seed, len)).unwrap()).collect();
            let exponents: Vec<f64> = found.iter().map(|found| found.hurst_exponent).collect();
            let (mean, deviation) = super::super::surrogate::mean_and_deviation(&exponents);
            let error = found[0].standard_error;
            println!("{len}: {mean} {deviation} {error} {}", found[0].uncorrected);
            assert!((mean - 0.5).abs() < 4.5 * error / (streams as f64).sqrt() + 0.002, "{len}: {mean}");
            assert!((0.75..1.3).contains(&(deviation / error)), "{len}: {deviation} against {error}");
        }
    }

    /// A random walk's increments persist wholly: exponent 1.
    #[test]
    fn a_random_walk_persists_and_an_alternation_does_not() {
        let steps = Good::AesCtr.bytes(1, 65_536);
        let mut height = 0.0;
        let walk: Vec<f64> = steps
            .iter()
            .map(|&step| {
                height += f64::from(step) - 127.5;
                height
            })
            .collect();
        let found = Blocks::of(walk.len()).measure(&walk).unwrap();
        assert!((found.hurst_exponent - 1.0).abs() < 0.1, "{}", found.hurst_exponent);
        let alternating: Vec<u8> = (0..4096).map(|i| i as u8 & 1).collect();
        // R is half a step and S half: R/S = 1 whatever the block, slope 0.
        let found = hurst(&alternating).unwrap();
        assert!(found.uncorrected.abs() < 1e-12 && found.rs_values.iter().all(|rs| rs.rescaled_range == 1.0));
    }

    #[test]
    fn what_is_no_series_is_refused() {
        assert_eq!(hurst(&[]), Err(Reason::TooFew { what: "samples", have: 0, need: 128 }));
        assert_eq!(hurst(&[9; 500]), Err(Reason::Constant));
    }
}
