//! Linear complexity: the shortest feedback register that makes each block of 500 bits.

use crate::sp800_22::{self, Constants};
use crate::{Bits, Info, Outcome};

/// Length of a block in bits.
const BLOCK: usize = 500;

/// What the test computes.
pub static INFO: Info = Info {
    name: "linear_complexity",
    group: "Advanced",
    minimum_bits: 500_000,
    statistic: "χ² of the lengths of the shortest linear feedback registers of blocks of 500 bits, in seven classes",
    null: "class probabilities are exact up to 2^-500; χ² is chi-square with 6 degrees of freedom in the limit of many blocks; \
           the thinnest class is to expect ten blocks",
    sees: "linear feedback of up to 240 bits and its outputs at any distance; blocks that repeat within 500 bits",
    misses: "dependence that is not linear over GF(2); registers longer than half a block",
    source: "Massey 1969, IEEE Transactions on Information Theory 15; Rueppel 1986; SP 800-22 Rev. 1a, 2.10, with the exact \
             first class of its erratum",
};

/// Tests the complexities.
///
/// ```
/// use openentropy_tests::{Bits, battery::advanced::linear_complexity};
///
/// let outcome = linear_complexity::test(&Bits::new(&[0b0110_1000; 62_500]));
/// assert!(outcome.p() < Some(1e-9), "a register of eight bits makes it");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::linear_complexity::test(bits, BLOCK, Constants::Exact)
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;

    /// All blocks in the first class: χ² = N·(96 - 1), N = 1000.
    #[test]
    fn zeros_have_no_complexity() {
        let statistic = test(&Bits::new(&[0; 62_500])).statistic().unwrap();
        assert!((statistic - 95_000.0).abs() < 1e-6, "{statistic}");
    }

    /// x^89 + x^38 + 1, beyond the reach of 32 × 32 matrices.
    #[test]
    fn a_register_of_89_bits_is_seen() {
        let mut state = 1u128;
        let mut step = || {
            let bit = (state ^ state >> 38) & 1;
            state = state >> 1 | bit << 88;
            bit as u8
        };
        let bytes: Vec<u8> = (0..62_500).map(|_| (0..8).fold(0, |byte, _| byte << 1 | step())).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }
}
