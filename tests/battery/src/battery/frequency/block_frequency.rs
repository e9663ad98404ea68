//! Block frequency: the numbers of ones in blocks, by SP 800-22 with about a hundred blocks.

use crate::{Bits, Info, Outcome, sp800_22};

/// Shortest block that the standard recommends.
const MINIMUM_BLOCK: usize = 20;

/// What the test computes.
///
/// The standard asks for blocks longer than a hundredth of the sequence; these are just so long.
pub static INFO: Info = Info {
    name: "block_frequency",
    group: "Frequency",
    minimum_bits: 100,
    statistic: "chi-square of the numbers of ones in at most 99 blocks, each a hundredth of the sequence long, and no \
                less than 20 bits",
    null: "chi-square with one degree of freedom per block, upper tail; the mean is exact, the variance too small by \
           one part in the block's length",
    sees: "bias that drifts, comes in bursts, or changes sign over the sequence",
    misses: "bias that alternates within a hundredth of the sequence, and the order of the bits there",
    source: "SP 800-22 Rev. 1a, section 2.2",
};

/// Ones in blocks; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::block_frequency::test(bits, (bits.len() / 100 + 1).max(MINIMUM_BLOCK))
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::{Bits, Outcome};

    /// 2048 bits make 97 blocks of 21; five of them all ones and all others of 10 or 11 ones:
    /// 4/21 · (5 · 10.5² + 92 · 0.5²), by hand.
    #[test]
    fn a_burst_in_every_twentieth_block() {
        let text: Vec<u8> = (0..2048).map(|i| if i < 105 || i % 2 == 0 { b'1' } else { b'0' }).collect();
        let outcome = test(&Bits::from_ascii(&text).unwrap());
        let chi_square = 4.0 / 21.0 * (5.0 * 10.5 * 10.5 + 92.0 * 0.25);
        assert!((outcome.statistic().unwrap() - chi_square).abs() < 1e-9, "{outcome:?}");
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(100));
    }
}
