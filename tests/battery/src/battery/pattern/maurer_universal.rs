//! Maurer's universal test: how long ago each word occurred last.

use crate::sp800_22;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "maurer_universal",
    group: "Pattern",
    minimum_bits: 387_840,
    statistic: "the mean of log2 of the distance to the last occurrence of each word of 6 to 16 bits, by the length of the \
                sequence",
    null: "normal in the limit, with Maurer's mean and variance and his approximation of the factor for dependent terms, \
           which Coron and Naccache found right to a few per cent of the deviation",
    sees: "sequences that can be compressed by what came before: repetition, uneven words, short periods",
    misses: "dependence between words that keeps their distances; periods longer than a few thousand words",
    source: "Maurer 1992, Journal of Cryptology 5; Coron and Naccache 1998, SAC '98; SP 800-22 Rev. 1a, 2.9",
};

/// Tests the mean distance, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::pattern::maurer_universal};
///
/// let text = "the quick brown fox jumps over the lazy dog ".repeat(2000);
/// assert!(maurer_universal::test(&Bits::new(text.as_bytes())).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::universal::test(bits)
}

#[cfg(test)]
mod tests {
    use super::{INFO, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Every word is that before it: all distances are 1 and their logarithms 0.
    #[test]
    fn equal_words_have_distance_one() {
        let outcome = test(&Bits::new(&vec![0; INFO.minimum_bits as usize / 8]));
        assert_eq!(outcome.statistic(), Some(0.0));
        assert!(outcome.p().unwrap() < 1e-300);
    }

    #[test]
    fn words_of_uneven_frequency_are_seen() {
        let bytes: Vec<u8> =
            Good::ChaCha20.bytes(8, 60_000).iter().map(|&byte| byte.saturating_add(12)).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
