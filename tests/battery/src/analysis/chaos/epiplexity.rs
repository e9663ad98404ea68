//! What lossless compression finds: phrases of a dictionary.

use std::collections::HashMap;

use super::contiguous;
use super::surrogate::{Surrogate, mean_and_deviation, two_sided};
use crate::{Reason, threads};

/// Number of streams of each kind to compare with.
const SURROGATES: u64 = 99;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 32_768;
/// Fewest samples: below, nearly every phrase is new.
const MIN_SAMPLES: usize = 1024;
/// Numbers of the uniform streams, apart from those of the shuffles.
const UNIFORM: u64 = 1 << 32;

/// What [`epiplexity`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Epiplexity {
    /// Number of phrases of the series.
    pub phrases: usize,
    /// Mean number of phrases of uniform bytes of the same length.
    pub expected_phrases: f64,
    /// Mean number of phrases of the series' shuffles.
    pub shuffled_phrases: f64,
    /// `phrases` over `expected_phrases`: 1 for uniform bytes, less for what compresses.
    pub compression_ratio: f64,
    /// Bits per byte that the order of the samples explains: 8 (1 − `phrases` / `shuffled_phrases`); below 0 by
    /// chance.
    pub structural_info: f64,
    /// Bits per byte on this scale that neither histogram nor order explains: 8 · `compression_ratio`. No entropy
    /// estimate.
    pub remaining_entropy: f64,
    /// The ratio of the differences of successive samples, modulo 256.
    pub delta_compression_ratio: f64,
    /// Two-sided p-value of `phrases` among uniform streams.
    pub p_value: f64,
    /// Two-sided p-value of `phrases` among the shuffles.
    pub order_p_value: f64,
    /// Number of samples looked at.
    pub samples: usize,
}

/// How many phrases a dictionary coder cuts the series into, against uniform bytes and against its shuffles.
/// Exploratory: no evidence for or against entropy.
///
/// The series is cut as in LZ78: each phrase is the shortest that has not occurred before, its longest known
/// beginning and one more byte. Repetition makes phrases long and their number small. The name is that of the measure
/// users know; what is measured is what this one compressor finds, not the epiplexity of any theory, and a good
/// generator's output has none for it.
///
/// Nulls: of `p_value` independent uniform bytes, represented by the XOR of the
/// series with 99 streams from a generator of fixed seed; of `order_p_value` exchangeable samples,
/// by 99 shuffles. Each is a rank among 100: (1 + number at least as far out) / 100.
///
/// Short series have few different numbers of phrases; ties make their p-values larger, never smaller.
///
/// Minimum 1024 samples; the first 32,768 are used. Cost O(199 n), on several cores.
///
/// Source: Ziv and Lempel, IEEE Trans. Inf. Theory 24 (1978) 530.
///
/// # Errors
/// [`Reason::TooFew`] below 1024 samples; [`Reason::Constant`] if all are equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let counter: Vec<u8> = (0..8192u32).map(|i| i as u8).collect();
/// let found = chaos::epiplexity(&counter)?;
/// assert!(found.structural_info > 4.0 && found.p_value == 0.01);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn epiplexity(samples: &[u8]) -> Result<Epiplexity, Reason> {
    let samples = contiguous(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let number = phrases(samples);
    let uniform = threads::map((UNIFORM..UNIFORM + SURROGATES).collect(), |index| {
        // The XOR of any bytes and independent uniform ones is uniform, and another set for every series.
        let mut generator = Surrogate::new(index);
        phrases(&samples.iter().map(|sample| sample ^ (generator.next() >> 56) as u8).collect::<Vec<_>>())
            as f64
    });
    let shuffled = threads::map((0..SURROGATES).collect(), |index| {
        let mut samples = samples.to_vec();
        Surrogate::new(index).shuffle(&mut samples);
        phrases(&samples) as f64
    });
    let (expected_phrases, _) = mean_and_deviation(&uniform);
    let (shuffled_phrases, _) = mean_and_deviation(&shuffled);
    // The first difference is the first sample: as many differences as samples, and nothing lost.
    let before = core::iter::once(&0).chain(samples);
    let differences: Vec<u8> =
        samples.iter().zip(before).map(|(now, before)| now.wrapping_sub(*before)).collect();
    let compression_ratio = number as f64 / expected_phrases;
    Ok(Epiplexity {
        phrases: number,
        expected_phrases,
        shuffled_phrases,
        compression_ratio,
        structural_info: 8.0 * (1.0 - number as f64 / shuffled_phrases),
        remaining_entropy: 8.0 * compression_ratio,
        delta_compression_ratio: phrases(&differences) as f64 / expected_phrases,
        p_value: two_sided(number as f64, &uniform),
        order_p_value: two_sided(number as f64, &shuffled),
        samples: samples.len(),
    })
}

/// Number of LZ78 phrases; a last one that is known already counts as one.
fn phrases(samples: &[u8]) -> usize {
    // Phrase and next byte to the longer phrase; phrase 0 is empty.
    let mut known: HashMap<(u32, u8), u32> = HashMap::new();
    let mut phrase = 0;
    for &sample in samples {
        let next = known.len() as u32 + 1;
        match known.entry((phrase, sample)) {
            std::collections::hash_map::Entry::Occupied(longer) => phrase = *longer.get(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(next);
                phrase = 0;
            }
        }
    }
    known.len() + usize::from(phrase != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::{assert_no_smaller_than_uniform, assert_uniform};
    use crate::test_streams::Good;

    /// a, b, ab, aba, ba and a b that is known; phrases of 1, 2, 3, … equal bytes.
    #[test]
    fn phrases_by_hand() {
        assert_eq!(phrases(b"ababababab"), 6);
        assert_eq!(phrases(b"a"), 1);
        assert_eq!(phrases(&[]), 0);
        assert_eq!(phrases(&[7; 55]), 10);
        assert_eq!(phrases(&[7; 56]), 11);
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(phrases(&all), 256);
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let found: Vec<Epiplexity> =
            (0..500).map(|seed| epiplexity(&Good::AesCtr.bytes(seed, 1024)).unwrap()).collect();
        // Few different numbers of phrases: ties make the values larger than uniform ones, never smaller.
        assert_no_smaller_than_uniform(&found.iter().map(|found| found.order_p_value).collect::<Vec<_>>());
        let longer = |seed| epiplexity(&Good::ChaCha20.bytes(seed, 8192)).unwrap();
        let found: Vec<Epiplexity> = (0..60).map(longer).collect();
        assert_uniform(&found.iter().map(|found| found.order_p_value).collect::<Vec<_>>());
    }

    #[test]
    fn text_has_order_and_a_skewed_histogram() {
        let text: Vec<u8> =
            (0..600u32).flat_map(|i| format!("reading {} of the series; ", i * i).into_bytes()).collect();
        let found = epiplexity(&text).unwrap();
        assert!(found.compression_ratio < 0.5 && found.structural_info > 1.0 && found.order_p_value == 0.01);
        let ramp: Vec<u8> = (0..4096u32).map(|i| (i * 3) as u8).collect();
        let found = epiplexity(&ramp).unwrap();
        assert!(found.delta_compression_ratio < 0.05, "differences are all 3: {found:?}");
        assert_eq!(epiplexity(&[1; 2000]), Err(Reason::Constant));
    }
}
