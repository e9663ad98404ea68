//! 16-bit words: whether each is as frequent as the others.

use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// Number of words.
const WORDS: usize = 1 << 16;

/// What the test computes.
pub static INFO: Info = Info {
    name: "words_16",
    group: "Further",
    minimum_bits: 16 * WORDS as u64,
    statistic: "χ² of the frequencies of 16-bit words that do not overlap",
    null: "mean and variance of χ² are those of chi-square with 65,535 degrees of freedom up to a factor 1 - 1/n for n words; \
           the law is normal in the limit, with a skewness larger than chi-square's by less than 0.01",
    sees: "uneven pairs of bytes: text, headers, converters with missing codes, neighbouring samples that depend on each other",
    misses: "dependence beyond two bytes, and between the second byte of a pair and the next pair",
    source: "Knuth, TAOCP 2, 3.3.2 B (serial test)",
};

/// Tests the frequencies of pairs of bytes.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::words_16};
///
/// // Every byte is as frequent as the others, and the next is always one more.
/// let counter: Vec<u8> = (0u32..131_072).map(|i| i as u8).collect();
/// assert!(words_16::test(&Bits::new(&counter)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let words = bits.len() / 16;
    if words == 0 {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let mut counts = vec![0u64; WORDS];
    bits.bytes()
        .chunks_exact(2)
        .for_each(|pair| counts[usize::from(pair[0]) << 8 | usize::from(pair[1])] += 1);
    let squares = counts.iter().map(|&count| u128::from(count) * u128::from(count)).sum::<u128>();
    let chi_square = squares as f64 * WORDS as f64 / words as f64 - words as f64;
    Outcome::p_value(chi_square, chi_square_upper(chi_square, (WORDS - 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::{INFO, test};
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn all_words_once_and_one_word_always_by_hand() {
        let once: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_be_bytes).collect();
        assert_eq!(test(&Bits::new(&once)).statistic(), Some(0.0));
        let always = vec![7; INFO.minimum_bits as usize / 8];
        assert_eq!(test(&Bits::new(&always)).statistic(), Some(65_536.0 * 65_535.0));
    }

    #[test]
    fn a_second_byte_that_now_and_then_repeats_the_first_is_seen() {
        let mut bytes = Good::ChaCha20.bytes(2, 1 << 18);
        bytes.chunks_exact_mut(30).for_each(|chunk| chunk[1] = chunk[0]);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
