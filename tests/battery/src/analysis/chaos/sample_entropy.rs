//! Sample entropy.

use super::{chance_of_match, contiguous};
use crate::Reason;

/// Most samples that are looked at, from the first on.
pub(super) const MAX_SAMPLES: usize = 5000;
/// Fewest samples with which any figure is worth computing.
pub(super) const MIN_SAMPLES: usize = 100;
/// Length of the templates.
pub(super) const LENGTH: usize = 2;
/// Tolerance in standard deviations of the series.
pub(super) const TOLERANCE: f64 = 0.2;

/// What [`sample_entropy`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SampleEntropy {
    /// −ln(A/B), in nats.
    pub sample_entropy: f64,
    /// What independent samples with the same histogram have, −ln P(|x − y| ≤ r).
    pub expected: f64,
    /// Length of the templates.
    pub m: usize,
    /// Tolerance, in units of the samples: 0.2 standard deviations.
    pub r: f64,
    /// A: pairs of templates that match over m + 1 samples.
    pub count_a: u64,
    /// B: pairs that match over m samples.
    pub count_b: u64,
    /// Number of samples looked at.
    pub actual_samples: usize,
}

/// Sample entropy with m = 2 and r = 0.2 standard deviations. Exploratory: no evidence for or against entropy.
///
/// Of the n − m templates of m samples, B pairs agree in every sample to within r, and A of these still do in the
/// next sample; no template is held against itself. The figure is −ln(A/B): how surprising the next sample is where
/// the last two have been seen before, at this coarse tolerance.
///
/// Null: none. `expected` is the limit for independent samples with the same histogram; for uniform bytes it is
/// −ln(7214/65536) = 2.2066, and over 200 fixed streams of 1000 of them the figure had mean 2.21 and standard
/// deviation 0.04.
///
/// Minimum 100 samples; the first 5000 are used, one after the other. Cost O(n²).
///
/// Source: Richman and Moorman, Am. J. Physiol. Heart 278 (2000) H2039.
///
/// # Errors
/// [`Reason::TooFew`] below 100 samples, or if no templates match over m + 1 samples; [`Reason::Constant`] if all are
/// equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let alternating: Vec<u8> = (0..1000u32).map(|i| if i % 2 == 0 { 20 } else { 90 }).collect();
/// assert_eq!(chaos::sample_entropy(&alternating)?.sample_entropy, 0.0, "the next sample is known");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn sample_entropy(samples: &[u8]) -> Result<SampleEntropy, Reason> {
    let samples = contiguous(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let r = TOLERANCE * deviation(samples);
    let (count_a, count_b) = matches(samples, LENGTH, r);
    if count_a == 0 {
        return Err(Reason::TooFew { what: "matches of three samples", have: 0, need: 1 });
    }
    Ok(SampleEntropy {
        sample_entropy: (count_b as f64 / count_a as f64).ln(),
        expected: -chance_of_match(samples, r).ln(),
        m: LENGTH,
        r,
        count_a,
        count_b,
        actual_samples: samples.len(),
    })
}

/// Standard deviation with divisor n.
pub(super) fn deviation(samples: &[u8]) -> f64 {
    let n = samples.len() as f64;
    let mean = samples.iter().map(|&sample| f64::from(sample)).sum::<f64>() / n;
    (samples.iter().map(|&sample| (f64::from(sample) - mean).powi(2)).sum::<f64>() / n).sqrt()
}

/// Number of pairs of templates that match over `length` + 1 and over `length` samples.
///
/// Pairs of one distance are taken together: along them a match of templates is a run of matches of samples.
fn matches(samples: &[u8], length: usize, r: f64) -> (u64, u64) {
    let radius = r as u8;
    let (mut longer, mut shorter) = (0, 0);
    for distance in 1..samples.len().saturating_sub(length) {
        let mut run = 0;
        for (x, y) in samples.iter().zip(&samples[distance..]) {
            run = if x.abs_diff(*y) <= radius { run + 1 } else { 0 };
            shorter += u64::from(run >= length);
            longer += u64::from(run > length);
        }
        // The last template is followed by no sample: it is not among the n − m.
        shorter -= u64::from(run >= length);
    }
    (longer, shorter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::chaos::surrogate::mean_and_deviation;
    use crate::test_streams::Good;

    /// Templates compared one by one, as the paper has it.
    #[test]
    fn runs_count_what_the_definition_counts() {
        let bytes = Good::ChaCha20.bytes(1, 300);
        for (length, r) in [(1, 20.0), (2, 30.0), (3, 60.5)] {
            let templates = bytes.len() - length;
            let near = |i: usize, j: usize, size: usize| {
                (0..size).all(|k| f64::from(bytes[i + k].abs_diff(bytes[j + k])) <= r)
            };
            let pairs = |size| {
                (0..templates).map(|i| (0..i).filter(|&j| near(i, j, size)).count() as u64).sum::<u64>()
            };
            assert_eq!(matches(&bytes, length, r), (pairs(length + 1), pairs(length)));
        }
    }

    /// Uniform bytes: σ = 73.9, differences to 14 match, of 65,536 pairs of values 256·29 − 14·15 = 7214.
    #[test]
    fn uniform_bytes_have_the_closed_form() {
        let all: Vec<u8> = (0..=255).collect();
        assert!((chance_of_match(&all, TOLERANCE * deviation(&all)) - 7214.0 / 65_536.0).abs() < 1e-12);
        let found = |seed| sample_entropy(&Good::ChaCha20.bytes(seed, 1000)).unwrap().sample_entropy;
        let (mean, deviation) = mean_and_deviation(&(0..200).map(found).collect::<Vec<_>>());
        println!("{mean} {deviation}");
        assert!((mean - 2.2066).abs() < 0.03, "{mean}");
        let long = sample_entropy(&Good::AesCtr.bytes(9, 9000)).unwrap();
        assert!(
            long.actual_samples == 5000 && (long.sample_entropy - long.expected).abs() < 0.05,
            "{long:?}"
        );
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(sample_entropy(&[3; 200]), Err(Reason::Constant));
        // A ramp: nothing comes back within a fifth of the standard deviation but its neighbours, so cut it short.
        let far: Vec<u8> = (0..100u32).map(|i| if i == 50 { 255 } else { i as u8 }).collect();
        assert!(sample_entropy(&far).is_ok());
        assert!(matches!(sample_entropy(&[1, 2, 3]), Err(Reason::TooFew { have: 3, need: 100, .. })));
    }
}
