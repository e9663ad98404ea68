//! Lag n: each byte against those 1, 2, 4, 8, 16 and 32 places later.

use super::circular;
use crate::battery::distribution::null::of_smallest;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, Reason};

/// Distances in bytes.
const LAGS: [usize; 6] = [1, 2, 4, 8, 16, 32];

/// What the test computes.
pub static INFO: Info = Info {
    name: "lag_n",
    group: "Correlation",
    minimum_bits: 8000,
    statistic: "the largest |z| of the standardised Σ x_i·x_{i+k} over the bytes on a circle, k = 1, 2, 4, 8, 16, 32",
    null: "each z has exact mean and variance over all orders of the same bytes and is normal in the limit; the six are \
           uncorrelated, so independent in the limit, and the p-value is 1 - (1 - p)^6 for the smallest p of one",
    sees: "samples of 2 to 32 bytes whose bytes differ in kind, interleaved channels, buffers read twice, slow hum",
    misses: "lags between these: distant_autocorrelation has all; bias; dependence that is not linear",
    source: "Wald and Wolfowitz 1943, Annals of Mathematical Statistics 14; Šidák 1967, Journal of the American Statistical \
             Association 62",
};

/// Tests the largest of six correlations.
///
/// ```
/// use openentropy_tests::{Bits, battery::correlation::lag_n};
///
/// let words: Vec<u8> = (0u32..2000).flat_map(|i| i.wrapping_mul(2_654_435_769).to_le_bytes()).collect();
/// assert!(lag_n::test(&Bits::new(&words)).p() < Some(1e-9), "low bytes repeat and high ones move in steps");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let correlations: Option<Vec<f64>> = LAGS.iter().map(|&lag| circular::z(bits.bytes(), lag)).collect();
    let Some(correlations) = correlations else {
        return Outcome::NotApplicable(Reason::Constant);
    };
    let largest = correlations
        .into_iter()
        .fold(0.0, |largest: f64, z| if z.abs() > largest.abs() { z } else { largest });
    Outcome::p_value(largest, of_smallest(normal_two_sided(largest), LAGS.len()))
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;
    use crate::battery::correlation::circular;
    use crate::test_streams::Good;

    #[test]
    fn the_largest_of_six_counts_six_times() {
        let bytes = Good::AesCtr.bytes(11, 4000);
        let outcome = test(&Bits::new(&bytes));
        let sizes = [1, 2, 4, 8, 16, 32].map(|lag| circular::z(&bytes, lag).unwrap().abs());
        let largest = sizes.into_iter().fold(0.0, f64::max);
        assert_eq!(outcome.statistic().unwrap().abs(), largest);
        let alone = libm::erfc(largest / core::f64::consts::SQRT_2);
        assert!((outcome.p().unwrap() - (1.0 - (1.0 - alone).powi(6))).abs() < 1e-12);
    }

    #[test]
    fn a_word_whose_first_byte_is_small_is_seen_at_its_length() {
        let mut bytes = Good::ChaCha20.bytes(2, 40_000);
        bytes.iter_mut().step_by(16).for_each(|byte| *byte >>= 1);
        let outcome = test(&Bits::new(&bytes));
        assert!(outcome.p().unwrap() < 1e-9);
        let there = [16, 32].map(|lag| circular::z(&bytes, lag));
        assert!(there.contains(&outcome.statistic()), "{outcome:?}");
    }
}
