//! Are there as many ones as zeros in every block?

use super::words::ones;
use crate::special::gamma_upper;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "BlockFrequency",
    group: super::GROUP,
    minimum_bits: 100,
    statistic: "chi-square: 4M times the sum over blocks of M bits of (share of ones - 1/2)^2",
    null: "chi-square with one degree of freedom for each block; the limit for large M, close from M = 20 on",
    sees: "bias that changes its sign or strength from block to block, and bias throughout",
    misses: "patterns that repeat within a block and leave its number of ones as it is",
    source: "SP 800-22 Rev. 1a, section 2.2",
};

/// The frequency test within blocks of `block` bits; bits beyond the last whole block are left out.
///
/// The standard recommends at least 20 bits in a block and fewer than 100 blocks; the reference suite
/// takes 128 bits at any length. Neither is asked for here.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::block_frequency};
///
/// let halves = [[0xFF; 64], [0x00; 64]].concat();
/// assert_eq!(block_frequency::test(&Bits::new(&halves), 1024).p(), Some(1.0));
/// assert!(block_frequency::test(&Bits::new(&halves), 128).p().is_some_and(|p| p < 1e-200));
/// ```
pub fn test(bits: &Bits<'_>, block: usize) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits, block))
}

/// The test without its minimum.
pub(super) fn evaluate(bits: &Bits<'_>, block: usize) -> Outcome {
    if block == 0 || block > bits.len() {
        return Outcome::NotApplicable(Reason::Parameter("a block has at least one bit, at most all"));
    }
    let blocks = bits.len() / block;
    let deviation = |index: usize| 2.0 * ones(bits, index * block, block) as f64 - block as f64;
    let chi_square = (0..blocks).map(|index| deviation(index).powi(2)).sum::<f64>() / block as f64;
    Outcome::p_value(chi_square, gamma_upper(blocks as f64 / 2.0, chi_square / 2.0))
}
