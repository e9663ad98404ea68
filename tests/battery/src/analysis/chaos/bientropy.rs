//! BiEntropy: the entropies of a bit string and of its binary derivatives.

use super::contiguous;
use crate::special::{ln_gamma, student_two_sided};
use crate::{Bits, Reason};

/// Bytes to a chunk.
const CHUNK: usize = 32;
/// Fewest chunks for a p-value.
const MIN_CHUNKS: usize = 100;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;

/// What [`bientropy()`] finds; means over the chunks.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BiEntropy {
    /// With weights 2^k: the last derivatives, of few bits, decide.
    pub bien: f64,
    /// With weights log₂(k + 2): all derivatives count.
    pub tbien: f64,
    /// Exact expectation of `bien` for independent unbiased bits.
    pub expected_bien: f64,
    /// Exact expectation of `tbien` for independent unbiased bits.
    pub expected_tbien: f64,
    /// Two-sided p-value of `bien`; `None` below 100 chunks, or where the chunks do not differ.
    pub bien_p_value: Option<f64>,
    /// Two-sided p-value of `tbien`; `None` below 100 chunks, or where the chunks do not differ.
    pub tbien_p_value: Option<f64>,
    /// Entropy of a bit of the k-th derivative, k from 0 on.
    pub derivative_entropies: Vec<f64>,
    /// Number of derivatives, the string itself included: one less than the bits of a chunk.
    pub num_derivatives: usize,
    /// Number of chunks.
    pub chunks: usize,
}

/// BiEntropy and its logarithmic form, by Croll's full definition. Exploratory: no evidence for or against entropy.
///
/// The binary derivative of a bit string is the XOR of each bit with the next. With H(p_k) the entropy of the share
/// of ones in the k-th of the derivatives 0 … n − 2 of an n-bit string, BiEn = Σ H(p_k) 2^k / (2^(n−1) − 1) and TBiEn
/// = Σ H(p_k) log₂(k + 2) / Σ log₂(k + 2). All derivatives are taken. Both lie from 0 (all bits equal) to 1. The
/// figures are means over chunks of 32 bytes, or over the whole where it is shorter.
///
/// Null of the p-values: independent unbiased bits. The k-th derivative of such bits is again n − k such bits, which
/// gives the expectation exactly; the mean over the chunks, which are independent, is held against it by Student's t.
/// Approximate: the mean of 100 chunks or more is nearly normal.
///
/// Minimum 1 byte for the figures, 3200 bytes for p-values; the first 1,048,576 are used, a last chunk that is not
/// whole left out. Cost O(n · 256 / 64).
///
/// Source: Croll, BiEntropy: the approximate entropy of a finite binary string, arXiv:1305.0954, 2013.
///
/// # Errors
/// [`Reason::TooFew`] for no bytes.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let found = chaos::bientropy(&[0x55; 64])?;
/// assert!(found.tbien < 0.01, "its first derivative is all ones, the next all zeros");
/// assert!((found.expected_tbien - 0.97).abs() < 0.02);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn bientropy(samples: &[u8]) -> Result<BiEntropy, Reason> {
    // A constant has a figure, 0, like any other string: only an empty series has none.
    let samples = match contiguous(samples, 1, MAX_SAMPLES) {
        Ok(samples) => samples,
        Err(Reason::Constant) => &samples[..samples.len().min(MAX_SAMPLES)],
        Err(reason) => return Err(reason),
    };
    let chunk = samples.len().min(CHUNK);
    let weights = Weights::of(chunk * 8);
    let mut entropies = vec![0.0; chunk * 8 - 1];
    let (mut biens, mut tbiens) = (Vec::new(), Vec::new());
    for bytes in samples.chunks_exact(chunk) {
        let derivatives = derivative_entropies(&Bits::new(bytes));
        biens.push(Weights::mean(&weights.powers, &derivatives));
        tbiens.push(Weights::mean(&weights.logarithms, &derivatives));
        for (sum, entropy) in entropies.iter_mut().zip(derivatives) {
            *sum += entropy;
        }
    }
    let chunks = biens.len();
    entropies.iter_mut().for_each(|sum| *sum /= chunks as f64);
    let expected: Vec<f64> = (0..chunk * 8 - 1).map(|k| expected_entropy(chunk * 8 - k)).collect();
    let expected_bien = Weights::mean(&weights.powers, &expected);
    let expected_tbien = Weights::mean(&weights.logarithms, &expected);
    Ok(BiEntropy {
        bien: biens.iter().sum::<f64>() / chunks as f64,
        tbien: tbiens.iter().sum::<f64>() / chunks as f64,
        expected_bien,
        expected_tbien,
        bien_p_value: p_value(&biens, expected_bien),
        tbien_p_value: p_value(&tbiens, expected_tbien),
        num_derivatives: entropies.len(),
        derivative_entropies: entropies,
        chunks,
    })
}

/// BiEn and TBiEn of one string as a whole; `None` below two bits. Cost O(n²/64).
///
/// ```
/// use openentropy_tests::Bits;
/// use openentropy_tests::analysis::chaos::bientropy_of;
///
/// let bits = Bits::from_ascii(b"01").unwrap();
/// assert_eq!(bientropy_of(&bits), Some((1.0, 1.0)));
/// ```
pub fn bientropy_of(bits: &Bits<'_>) -> Option<(f64, f64)> {
    if bits.len() < 2 {
        return None;
    }
    let (weights, entropies) = (Weights::of(bits.len()), derivative_entropies(bits));
    Some((Weights::mean(&weights.powers, &entropies), Weights::mean(&weights.logarithms, &entropies)))
}

/// Weights of the derivatives 0 … n − 2, each summing to 1.
struct Weights {
    powers: Vec<f64>,
    logarithms: Vec<f64>,
}

impl Weights {
    fn of(bits: usize) -> Self {
        let normalised = |weights: Vec<f64>| {
            let sum: f64 = weights.iter().sum();
            weights.into_iter().map(|weight| weight / sum).collect()
        };
        // Powers relative to the largest, which alone would overflow.
        let powers = (0..bits - 1).map(|k| libm::exp2(k as f64 - (bits - 2) as f64)).collect();
        let logarithms = (0..bits - 1).map(|k| (k as f64 + 2.0).log2()).collect();
        Self { powers: normalised(powers), logarithms: normalised(logarithms) }
    }

    fn mean(weights: &[f64], entropies: &[f64]) -> f64 {
        weights.iter().zip(entropies).map(|(weight, entropy)| weight * entropy).sum::<f64>().clamp(0.0, 1.0)
    }
}

/// Entropy of a bit of each of the derivatives 0 … n − 2 of at least two bits.
fn derivative_entropies(bits: &Bits<'_>) -> Vec<f64> {
    let mut words: Vec<u64> = (0..bits.len()).step_by(64).map(|start| bits.word(start)).collect();
    let mut entropies = Vec::with_capacity(bits.len() - 1);
    for len in (2..=bits.len()).rev() {
        let whole = len / 64;
        let mut ones: u64 = words[..whole].iter().map(|word| u64::from(word.count_ones())).sum();
        if len % 64 != 0 {
            ones += u64::from((words[whole] >> (64 - len % 64)).count_ones());
        }
        entropies.push(entropy(ones as f64 / len as f64));
        for index in 0..words.len() {
            let next = words.get(index + 1).copied().unwrap_or(0);
            words[index] ^= words[index] << 1 | next >> 63;
        }
    }
    entropies
}

/// Entropy of a bit that is one with probability `p`.
fn entropy(p: f64) -> f64 {
    let term = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    term(p) + term(1.0 - p)
}

/// Expected entropy of the share of ones among `len` unbiased bits.
fn expected_entropy(len: usize) -> f64 {
    let n = len as f64;
    let ln_share = |ones: f64| {
        ln_gamma(n + 1.0) - ln_gamma(ones + 1.0) - ln_gamma(n - ones + 1.0) - n * core::f64::consts::LN_2
    };
    (0..=len).map(|ones| ln_share(ones as f64).exp() * entropy(ones as f64 / n)).sum()
}

/// Student's t of the mean against `expected`.
fn p_value(figures: &[f64], expected: f64) -> Option<f64> {
    let number = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / number;
    let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / (number - 1.0);
    let enough = figures.len() >= MIN_CHUNKS && variance > 1e-24;
    enough.then(|| student_two_sided((mean - expected) / (variance / number).sqrt(), number - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    fn of(text: &str) -> (f64, f64) {
        bientropy_of(&Bits::from_ascii(text.as_bytes()).unwrap()).unwrap()
    }

    /// By hand. 0001: shares 1/4, 1/3 (001), 1/2 (01), so (0.8113 + 2·0.9183 + 4)/7. 0101: 1/2, 1 (111), 0 (00), so
    /// 1/7.
    #[test]
    fn short_strings_by_hand() {
        for text in ["00", "11", "0000", "11111111"] {
            assert_eq!(of(text), (0.0, 0.0), "{text}");
        }
        assert_eq!((of("01"), of("10")), ((1.0, 1.0), (1.0, 1.0)));
        let (quarter, third) = (0.811_278_124_459_132_8, 0.918_295_834_054_489_6);
        let (bien, tbien) = of("0001");
        assert!((bien - (quarter + 2.0 * third + 4.0) / 7.0).abs() < 1e-12);
        let logs = [1.0, 3f64.log2(), 2.0];
        let expected = (quarter + third * logs[1] + logs[2]) / logs.iter().sum::<f64>();
        assert!((tbien - expected).abs() < 1e-12);
        assert!((of("0101").0 - 1.0 / 7.0).abs() < 1e-12);
        assert!(bientropy_of(&Bits::from_ascii(b"1").unwrap()).is_none());
    }

    /// Bit by bit, over strings that end in and at the edge of a word.
    #[test]
    fn words_give_what_bits_give() {
        let bytes = Good::ChaCha20.bytes(1, 40);
        for len in [2, 3, 63, 64, 65, 127, 128, 129, 315] {
            let mut bits: Vec<u8> = Bits::prefix(&bytes, len).unwrap().iter().collect();
            for found in derivative_entropies(&Bits::prefix(&bytes, len).unwrap()) {
                let ones = bits.iter().filter(|&&bit| bit == 1).count() as f64;
                assert!((found - entropy(ones / bits.len() as f64)).abs() < 1e-12, "{len} bits");
                bits = bits.windows(2).map(|pair| pair[0] ^ pair[1]).collect();
            }
            assert_eq!(bits.len(), 1);
        }
    }

    /// The mean over all 256 strings of eight bits is the expectation.
    #[test]
    fn expectations_are_exact() {
        let all: Vec<(f64, f64)> =
            (0..=255u8).map(|byte| bientropy_of(&Bits::new(&[byte])).unwrap()).collect();
        let found = bientropy(&[0x35]).unwrap();
        assert!((all.iter().map(|both| both.0).sum::<f64>() / 256.0 - found.expected_bien).abs() < 1e-9);
        assert!((all.iter().map(|both| both.1).sum::<f64>() / 256.0 - found.expected_tbien).abs() < 1e-9);
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let found: Vec<BiEntropy> = (0..500)
            .map(|seed| bientropy(&Good::ALL[seed as usize % 3].bytes(seed, 200 * 32)).unwrap())
            .collect();
        assert_uniform(&found.iter().map(|found| found.bien_p_value.unwrap()).collect::<Vec<_>>());
        assert_uniform(&found.iter().map(|found| found.tbien_p_value.unwrap()).collect::<Vec<_>>());
    }

    #[test]
    fn text_is_told_from_chance() {
        let text: Vec<u8> =
            b"the quick brown fox jumps over the lazy dog; ".iter().copied().cycle().take(10_007).collect();
        let found = bientropy(&text).unwrap();
        assert!(found.chunks == 312 && found.num_derivatives == 255 && found.tbien_p_value.unwrap() < 1e-6);
        assert!(bientropy(&[]).is_err());
        assert_eq!(bientropy(&[0; 5000]).unwrap().bien_p_value, None, "chunks do not differ");
    }
}
