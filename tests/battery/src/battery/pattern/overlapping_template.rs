//! Overlapping template: how often nine ones stand together.

use crate::sp800_22::{self, Constants};
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "overlapping_template",
    group: "Pattern",
    minimum_bits: 200 * 1032,
    statistic: "χ² of the number of places with nine ones in blocks of 1032 bits, in classes 0..4 and 5 and more",
    null: "class probabilities are exact; χ² is chi-square with 5 degrees of freedom in the limit of many blocks; the \
           thinnest of the six classes is to hold 14 blocks at least",
    sees: "too many or too few long runs of ones, and runs that come in bunches; bias",
    misses: "any other pattern; runs of zeros",
    source: "SP 800-22 Rev. 1a, 2.8, with the exact classes of its erratum",
};

/// Tests the counts of nine ones.
///
/// ```
/// use openentropy_tests::{Bits, battery::pattern::overlapping_template};
///
/// let outcome = overlapping_template::test(&Bits::new(&[0b1110_1110; 30_000]));
/// assert!(outcome.p() < Some(1e-9), "never nine ones");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::overlapping_template::test(bits, Constants::Exact)
}

#[cfg(test)]
mod tests {
    use super::{INFO, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// 200 blocks without a hit: χ² = 200·(1/π_0 - 1), π_0 = 0.3640910532.
    #[test]
    fn blocks_without_a_hit_by_hand() {
        let zeros = vec![0; INFO.minimum_bits as usize / 8];
        let statistic = test(&Bits::new(&zeros)).statistic().unwrap();
        assert!((statistic - 200.0 * (1.0 / 0.364_091_053_2 - 1.0)).abs() < 1e-4, "{statistic}");
    }

    #[test]
    fn a_byte_of_ones_here_and_there_is_seen() {
        let mut bytes = Good::ChaCha20.bytes(8, 60_000);
        bytes.iter_mut().step_by(200).for_each(|byte| *byte = 0xFF);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
