//! Approximate entropy of a series of values (not the test of bits of SP 800-22).

use super::contiguous;
use super::sample_entropy::{LENGTH, MAX_SAMPLES, MIN_SAMPLES, TOLERANCE, deviation};
use crate::Reason;

/// What [`approximate_entropy`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ApproximateEntropy {
    /// Φ_m − Φ_{m+1}, in nats.
    pub apen: f64,
    /// Length of the templates.
    pub m: usize,
    /// Tolerance, in units of the samples: 0.2 standard deviations.
    pub r: f64,
    /// Mean logarithm of the share of templates of m samples that match one.
    pub phi_m: f64,
    /// The same for m + 1 samples.
    pub phi_m_plus_1: f64,
    /// Number of samples looked at.
    pub actual_samples: usize,
}

/// Approximate entropy with m = 2 and r = 0.2 standard deviations. Exploratory: no evidence for or against entropy.
///
/// Φ_m is the mean over all n − m + 1 templates of m samples of ln C, where C is the share of templates, itself
/// included, that agree with it in every sample to within r; the figure is Φ_m − Φ_{m+1}. Because a template matches
/// itself, short series look more regular than they are; [`sample_entropy`](super::sample_entropy) does not have this
/// bias.
///
/// Null: none. For independent uniform bytes the limit is 2.2, which is not reached: 5000 of them give about 2.14,
/// 1000 about 1.80.
///
/// Minimum 100 samples; the first 5000 are used, one after the other. Cost O(n²).
///
/// Source: Pincus, Proc. Natl. Acad. Sci. USA 88 (1991) 2297.
///
/// # Errors
/// [`Reason::TooFew`] below 100 samples; [`Reason::Constant`] if all are equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let alternating: Vec<u8> = (0..1000u32).map(|i| if i % 2 == 0 { 20 } else { 90 }).collect();
/// assert!(chaos::approximate_entropy(&alternating)?.apen.abs() < 1e-5, "the next sample is known");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn approximate_entropy(samples: &[u8]) -> Result<ApproximateEntropy, Reason> {
    let samples = contiguous(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let r = TOLERANCE * deviation(samples);
    let (phi_m, phi_m_plus_1) = (phi(samples, LENGTH, r), phi(samples, LENGTH + 1, r));
    Ok(ApproximateEntropy {
        apen: phi_m - phi_m_plus_1,
        m: LENGTH,
        r,
        phi_m,
        phi_m_plus_1,
        actual_samples: samples.len(),
    })
}

/// Pairs of one distance are taken together: along them a match of templates is a run of matches of samples.
fn phi(samples: &[u8], length: usize, r: f64) -> f64 {
    let radius = r as u8;
    let templates = samples.len() + 1 - length;
    let mut matches = vec![1u32; templates];
    for distance in 1..templates {
        let mut run = 0;
        for (end, (x, y)) in samples.iter().zip(&samples[distance..]).enumerate() {
            run = if x.abs_diff(*y) <= radius { run + 1 } else { 0 };
            if run >= length {
                matches[end + 1 - length] += 1;
                matches[end + 1 - length + distance] += 1;
            }
        }
    }
    let logarithms: f64 = matches.iter().map(|&count| (f64::from(count) / templates as f64).ln()).sum();
    logarithms / templates as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_streams::Good;

    /// The series 85, 80, 89 repeated to 51 samples with m = 2, r = 3, whose value is widely printed.
    #[test]
    fn the_printed_example() {
        let samples: Vec<u8> = [85, 80, 89].into_iter().cycle().take(51).collect();
        let apen = phi(&samples, 2, 3.0) - phi(&samples, 3, 3.0);
        assert!((apen.abs() - 1.099_654_110_525_705_2e-5).abs() < 1e-12, "{apen}");
    }

    /// Templates compared one by one, as the paper has it.
    #[test]
    fn runs_count_what_the_definition_counts() {
        let bytes = Good::ChaCha20.bytes(2, 200);
        for (length, r) in [(1, 20.0), (2, 30.0), (3, 60.5)] {
            let templates = bytes.len() + 1 - length;
            let near =
                |i: usize, j: usize| (0..length).all(|k| f64::from(bytes[i + k].abs_diff(bytes[j + k])) <= r);
            let share = |i| (0..templates).filter(|&j| near(i, j)).count() as f64 / templates as f64;
            let mean = (0..templates).map(|i| share(i).ln()).sum::<f64>() / templates as f64;
            assert!((phi(&bytes, length, r) - mean).abs() < 1e-12);
        }
    }

    #[test]
    fn matching_itself_biases_short_series() {
        let apen = |len| approximate_entropy(&Good::ChaCha20.bytes(7, len)).unwrap().apen;
        println!("{} {}", apen(1000), apen(5000));
        assert!((apen(1000) - 1.80).abs() < 0.1 && (apen(5000) - 2.14).abs() < 0.05);
        assert_eq!(approximate_entropy(&[3; 200]), Err(Reason::Constant));
    }
}
