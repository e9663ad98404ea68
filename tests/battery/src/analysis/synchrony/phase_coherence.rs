//! Whether two streams lie on the same side of their medians.

use super::pair;
use crate::Reason;
use crate::analysis::temporal::hypergeometric::Hypergeometric;

/// Fewest samples in common.
const MIN_SAMPLES: usize = 32;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;

/// What [`phase_coherence`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PhaseCoherence {
    /// |share of samples with equal signs − share with different ones|: 0 to 1.
    pub coherence: f64,
    /// What streams of these medians have on the mean if independent: |expected share of equal − of different signs|.
    pub expected_coherence: f64,
    /// Mean phase difference, each sample's being 0 (equal signs) or π (different ones), in radians.
    pub mean_phase_diff: f64,
    /// Standard deviation of the phase differences, in radians.
    pub phase_std: f64,
    /// Two-sided p-value of the number of equal signs.
    pub p_value: f64,
    /// Number of samples looked at.
    pub samples: usize,
}

/// The coherence of the signs of two aligned streams about their medians.
///
/// A sample's sign is whether it lies above its stream's median. Nothing else of the phase is looked at.
///
/// Null: given how many samples of each stream lie above, every pairing of the two is as likely (it is if the streams
/// are independent of each other, and the samples of one of them too). The number of samples above in both is then
/// hypergeometric; the p-value is exact (twice the smaller tail, so never below a uniform one).
///
/// Minimum 32 samples; the first 1,048,576 are used. Cost O(n log n).
///
/// Source: Fisher's exact test, as in Agresti, Categorical Data Analysis, 3rd ed. 2013, §3.5.
///
/// # Errors
/// [`Reason::TooFew`] below 32 samples in common; [`Reason::Constant`] if no sample of a stream lies above its
/// median.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let a: Vec<u8> = (0..500u32).map(|i| (i * i % 251) as u8).collect();
/// let mirrored: Vec<u8> = a.iter().map(|sample| 255 - sample).collect();
/// let found = synchrony::phase_coherence(&a, &mirrored)?;
/// assert!(found.coherence > 0.95 && found.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn phase_coherence(a: &[u8], b: &[u8]) -> Result<PhaseCoherence, Reason> {
    let (a, b) = pair(a, b, MIN_SAMPLES, MAX_SAMPLES)?;
    let (middle_a, middle_b) = (median(a), median(b));
    let (mut above_a, mut above_b, mut both) = (0, 0, 0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (*a > middle_a, *b > middle_b);
        above_a += u64::from(a);
        above_b += u64::from(b);
        both += u64::from(a && b);
    }
    if above_a == 0 || above_b == 0 {
        return Err(Reason::Constant);
    }
    let total = a.len() as u64;
    let null = Hypergeometric { total, marked: above_a, drawn: above_b };
    let n = total as f64;
    let different = (above_a + above_b) as f64 - 2.0 * both as f64;
    let expected_different = (above_a + above_b) as f64 - 2.0 * null.mean();
    let share = different / n;
    let pi = core::f64::consts::PI;
    Ok(PhaseCoherence {
        coherence: (1.0 - 2.0 * share).abs(),
        expected_coherence: (1.0 - 2.0 * expected_different / n).abs(),
        mean_phase_diff: pi * share,
        phase_std: pi * (share * (1.0 - share)).sqrt(),
        p_value: null.two_sided(both),
        samples: a.len(),
    })
}

/// The lower median.
fn median(samples: &[u8]) -> u8 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted[(sorted.len() - 1) / 2]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_no_smaller_than_uniform;
    use crate::test_streams::Good;

    #[test]
    fn equal_streams_cohere_and_halves_of_them_do_not() {
        let bytes = Good::ChaCha20.bytes(1, 4000);
        let found = phase_coherence(&bytes, &bytes).unwrap();
        assert_eq!((found.coherence, found.mean_phase_diff, found.phase_std), (1.0, 0.0, 0.0));
        assert!(found.p_value < 1e-100 && found.expected_coherence < 0.001);
        let apart = phase_coherence(&bytes[..2000], &bytes[2000..]).unwrap();
        // Standard deviation 1/√2000 = 0.022.
        assert!(apart.coherence < 0.13 && (apart.mean_phase_diff - core::f64::consts::FRAC_PI_2).abs() < 0.2);
    }

    /// Eight samples, five more of the median: two of four above in both.
    #[test]
    fn counts_by_hand() {
        let a: Vec<u8> = [1, 1, 9, 9].into_iter().cycle().take(32).collect();
        let b: Vec<u8> = [1, 9, 1, 9].into_iter().cycle().take(32).collect();
        let found = phase_coherence(&a, &b).unwrap();
        assert_eq!((found.coherence, found.p_value), (0.0, 1.0));
        assert!((found.phase_std - core::f64::consts::FRAC_PI_2).abs() < 1e-12);
    }

    #[test]
    fn p_values_of_good_streams_are_valid() {
        let p = |seed| {
            phase_coherence(&Good::ChaCha20.bytes(seed, 2000), &Good::AesCtr.bytes(seed, 2000))
                .unwrap()
                .p_value
        };
        let p_values: Vec<f64> = (0..600).map(p).collect();
        assert_no_smaller_than_uniform(&p_values);
        // Valid, and of use: about as many small ones as there should be (30, standard deviation 5.3, less the steps).
        assert!(p_values.iter().filter(|&&p| p < 0.05).count() > 8);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(phase_coherence(&[1; 100], &[2; 100]), Err(Reason::Constant));
        assert!(matches!(phase_coherence(&[1; 31], &[2; 100]), Err(Reason::TooFew { .. })));
    }
}
