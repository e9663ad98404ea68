//! Bit avalanche: in how many bits each word differs from the next.

use crate::battery::distribution::null::goodness_of_fit;
use crate::special::ln_gamma;
use crate::{Bits, Info, Outcome};

/// Length of a word in bits.
const WORD: usize = 64;

/// What the test computes.
pub static INFO: Info = Info {
    name: "bit_avalanche",
    group: "Practical",
    minimum_bits: 64_064,
    statistic: "χ² of the Hamming distances between successive 64-bit words, in classes 0..64",
    null: "the distances are independent and exactly binomial (64, ½); χ² over the classes, pooled to expectations of 10 \
           and more, is chi-square in the limit of many words",
    sees: "words that share too many or too few bits with the last: periods that divide 64 bits, complements, \
           counters, slow samples, bits that flip together",
    misses: "which bits differ; anything that leaves the number of changed bits binomial, such as a permutation of bits",
    source: "the avalanche criterion of Webster and Tavares 1985, CRYPTO '85, applied to successive outputs; Pearson 1900",
};

/// Tests the distances of successive words.
///
/// ```
/// use openentropy_tests::{Bits, battery::practical::bit_avalanche};
///
/// let counter: Vec<u8> = (0u64..2000).flat_map(u64::to_be_bytes).collect();
/// assert!(bit_avalanche::test(&Bits::new(&counter)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let words = bits.len() / WORD;
    let mut counts = [0u64; WORD + 1];
    for index in 1..words {
        let differing = bits.word((index - 1) * WORD) ^ bits.word(index * WORD);
        counts[differing.count_ones() as usize] += 1;
    }
    goodness_of_fit(&counts, &binomial())
}

/// P(k) of the binomial distribution (64, ½).
fn binomial() -> [f64; WORD + 1] {
    let ln_factorial = |k: usize| ln_gamma(k as f64 + 1.0);
    core::array::from_fn(|k| {
        let ln_ways = ln_factorial(WORD) - ln_factorial(k) - ln_factorial(WORD - k);
        (ln_ways - WORD as f64 * core::f64::consts::LN_2).exp()
    })
}

#[cfg(test)]
mod tests {
    use super::{binomial, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// C(64, 32) = 1832624140942590534.
    #[test]
    fn classes_are_binomial() {
        let classes = binomial();
        assert!((classes[32] / (1_832_624_140_942_590_534.0 * 2f64.powi(-64)) - 1.0).abs() < 1e-12);
        assert!((classes.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((classes[63] * 2f64.powi(58) - 1.0).abs() < 1e-12);
    }

    /// 1000 distances of 0: the pooled lowest class holds all, its expectation E gives 1000²/E - 1000.
    #[test]
    fn equal_words_have_no_distance() {
        let outcome = test(&Bits::new(&[0xA5; 8008]));
        let mut first = 0.0;
        for probability in binomial() {
            first += 1000.0 * probability;
            if first >= 10.0 {
                break;
            }
        }
        assert!((outcome.statistic().unwrap() / (1e6 / first - 1000.0) - 1.0).abs() < 1e-9, "{outcome:?}");
    }

    #[test]
    fn words_that_keep_their_first_byte_one_time_in_four_are_seen() {
        let mut bytes = Good::ChaCha20.bytes(1, 80_000);
        let coin = Good::AesCtr.bytes(1, 80_000);
        for start in (8..bytes.len()).step_by(8).filter(|&start| coin[start] < 64) {
            bytes[start] = bytes[start - 8];
        }
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }
}
