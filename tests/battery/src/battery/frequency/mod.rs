//! Frequency: whether ones, and bytes, are equally likely.

use super::Test;
use crate::Bits;

pub mod block_frequency;
pub mod byte_frequency;
pub mod monobit;

pub(super) const TESTS: &[Test] = &[
    Test { info: &monobit::INFO, run: monobit::test },
    Test { info: &block_frequency::INFO, run: block_frequency::test },
    Test { info: &byte_frequency::INFO, run: byte_frequency::test },
];

/// How often each byte occurs.
pub(super) fn byte_counts(bits: &Bits<'_>) -> [u64; 256] {
    let mut counts = [0; 256];
    for &byte in bits.bytes() {
        counts[usize::from(byte)] += 1;
    }
    counts
}
