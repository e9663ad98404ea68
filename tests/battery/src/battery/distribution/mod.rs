//! Distribution: whether words are spread evenly over their whole range.

use super::Test;
use crate::Bits;

pub mod anderson_darling;
pub mod kolmogorov_smirnov;
pub(super) mod null;

pub(super) const TESTS: &[Test] = &[
    Test { info: &kolmogorov_smirnov::INFO, run: kolmogorov_smirnov::test },
    Test { info: &anderson_darling::INFO, run: anderson_darling::test },
];

/// The 64-bit words of the sequence, ascending.
fn sorted_words(bits: &Bits<'_>) -> Vec<u64> {
    let mut words: Vec<u64> = (0..bits.len() / 64).map(|index| bits.word(index * 64)).collect();
    words.sort_unstable();
    words
}

/// A word as a fraction of 2^64: the middle of its cell in the unit interval.
fn unit(word: u64) -> f64 {
    const CELL: f64 = 1.0 / (1u128 << 64) as f64;
    (word as f64 + 0.5) * CELL
}
