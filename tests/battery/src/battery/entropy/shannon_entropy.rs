//! Shannon entropy: the entropy of the byte counts, as a likelihood ratio.

use super::likelihood::LikelihoodRatio;
use crate::battery::frequency::byte_counts;
use crate::{Bits, Info, Outcome};

/// Fewest bytes: the expectation of each value is 16, so that Williams' correction leaves a bias below one hundredth
/// of a standard deviation.
const MINIMUM_BYTES: u64 = 16 * 256;

/// What the test computes.
pub static INFO: Info = Info {
    name: "shannon_entropy",
    group: "Entropy",
    minimum_bits: MINIMUM_BYTES * 8,
    statistic: "Shannon entropy H of the byte counts, in bits per byte; judged by G = 2 N ln 2 (8 - H) over N bytes, \
                divided by Williams' correction",
    null: "chi-square with 255 degrees of freedom, two-sided (twice the smaller tail); asymptotic, the correction \
           leaves cumulants wrong by less than one in a thousand",
    sees: "byte values that occur unevenly, and counts that are too even to be chance, such as a counter's",
    misses: "the order of the bytes; where counts are uneven it says much the same as byte_frequency",
    source: "Williams, Biometrika 63 (1976); Sokal and Rohlf, Biometry, chapter 17",
};

/// Entropy of the byte counts; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    if (bits.bytes().len() as u64) < MINIMUM_BYTES {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let ratio = LikelihoodRatio::of_equal_classes(&byte_counts(bits));
    Outcome::p_value(ratio.entropy, ratio.p_either())
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::{Bits, Outcome};

    /// 20 of every even value and 12 of every odd one: entropy, G = 256.058 and its tail computed with 30 digits.
    #[test]
    fn counts_of_twenty_and_twelve() {
        let bytes: Vec<u8> =
            (0..=255u8).flat_map(|byte| vec![byte; if byte % 2 == 0 { 20 } else { 12 }]).collect();
        let outcome = test(&Bits::new(&bytes));
        assert!((outcome.statistic().unwrap() - 7.954_434_002_924_965).abs() < 1e-14);
        assert!((outcome.p().unwrap() - 0.939_181_393_734_323_5).abs() < 1e-9);
    }

    #[test]
    fn a_counter_is_too_even_and_a_constant_too_uneven() {
        let counter: Vec<u8> = (0..4096u32).map(|i| i as u8).collect();
        assert_eq!(test(&Bits::new(&counter)), Outcome::p_value(8.0, 0.0));
        assert_eq!(test(&Bits::new(&[7; 4096])), Outcome::p_value(0.0, 0.0));
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(32_768));
    }
}
