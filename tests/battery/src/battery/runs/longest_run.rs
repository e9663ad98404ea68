//! Longest run: the longest run of ones in blocks, by SP 800-22 with exact class probabilities.

use crate::sp800_22::{self, Constants};
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "longest_run",
    group: "Runs",
    minimum_bits: 128,
    statistic: "chi-square of the longest run of ones in blocks of 8 bits, of 128 (from 6272 bits) or of 10,000 (from \
                750,000)",
    null: "chi-square with 3, 5 or 6 degrees of freedom, upper tail; class probabilities exact, asymptotic in the \
           number of blocks, which is 16 at the least",
    sees: "ones that cling together, or are kept apart, within blocks",
    misses: "the runs of zeros, and all runs but a block's longest",
    source: "SP 800-22 Rev. 1a, section 2.4",
};

/// Longest runs of ones; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::longest_run::test(bits, Constants::Exact)
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::{Bits, Outcome};

    /// The example of section 2.4.8.
    #[test]
    fn the_standards_example() {
        let bits = b"11001100 00010101 01101100 01001100 11100000 00000010 01001101 01010001 \
                     00010011 11010110 10000000 11010111 11001100 11100110 11011000 10110010";
        let p = test(&Bits::from_ascii(bits).unwrap()).p().unwrap();
        assert!((p - 0.180_609).abs() < 5e-5, "{p}");
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(128));
    }
}
