//! Matrix rank: how many rows of 32 × 32 bits are independent.

use crate::sp800_22;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "matrix_rank",
    group: "Advanced",
    minimum_bits: 77_824,
    statistic: "χ² of the ranks of 32 × 32 matrices over GF(2), in classes 32, 31 and 30 or less",
    null: "class probabilities are exact; χ² is chi-square with 2 degrees of freedom in the limit of many matrices; 76 \
           matrices at least, so that the thinnest class expects ten",
    sees: "linear feedback of up to 31 bits, rows that repeat or are sums of others, stuck bit columns",
    misses: "dependence that is not linear; linear feedback of more bits: matrix_rank_256 goes further",
    source: "Marsaglia and Tsay 1985, Linear Algebra and its Applications 67; SP 800-22 Rev. 1a, 2.5",
};

/// Tests the ranks.
///
/// ```
/// use openentropy_tests::{Bits, battery::advanced::matrix_rank};
///
/// let rows: Vec<u8> = (0u32..4096).flat_map(|i| (i * i).to_be_bytes()).collect();
/// assert!(matrix_rank::test(&Bits::new(&rows)).p() < Some(1e-9), "squares never have their second bit set");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::rank::test(bits)
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;

    /// 100 matrices of rank 0 fall into the last class: χ² = 100·(1/p - 1), p = 0.1336357146729543.
    #[test]
    fn empty_matrices_by_hand() {
        let statistic = test(&Bits::new(&[0; 12_800])).statistic().unwrap();
        assert!((statistic - 100.0 * (1.0 / 0.133_635_714_672_954_3 - 1.0)).abs() < 1e-6, "{statistic}");
    }

    /// x^31 + x^3 + 1: every row is a linear function of 31 bits.
    #[test]
    fn a_register_of_31_bits_is_seen() {
        let mut state = 1u32;
        let mut step = || {
            let bit = (state ^ state >> 3) & 1;
            state = state >> 1 | bit << 30;
            bit as u8
        };
        let bytes: Vec<u8> = (0..12_800).map(|_| (0..8).fold(0, |byte, _| byte << 1 | step())).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }
}
