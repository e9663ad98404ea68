//! Serial: the counts of all overlapping patterns of m bits, by SP 800-22 with m by the length.

use crate::{Bits, Info, Outcome, sp800_22};

/// What the test computes.
///
/// The standard's second p-value is no second test here: the first difference of pattern length m is the sum of the
/// second differences of all lengths up to m.
pub static INFO: Info = Info {
    name: "serial",
    group: "Serial",
    minimum_bits: 256,
    statistic: "first difference ∇ψ² for patterns of m bits, the sequence closed to a ring; m is log2 n - 5, at most 16",
    null: "chi-square with 2^(m-1) degrees of freedom, upper tail; the mean is exact, the law asymptotic with an \
           expectation of 32 or more for each pattern",
    sees: "any m bits that are likelier than others: bias, dependence of a bit on the m - 1 before it",
    misses: "dependence over more than m bits; a weak one over few bits is diluted by the many patterns, and is \
             approximate_entropy's",
    source: "SP 800-22 Rev. 1a, section 2.11; Good 1953",
};

/// Bits of a pattern for a sequence of `len` bits.
fn length(len: usize) -> u32 {
    len.checked_ilog2().unwrap_or(0).saturating_sub(5).clamp(2, 16)
}

/// First difference of the counts of patterns; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::serial::test(bits, length(bits.len()))[0]
}

#[cfg(test)]
mod tests {
    use super::{INFO, length, test};
    use crate::Bits;

    #[test]
    fn lengths_leave_an_expectation_of_32() {
        assert_eq!([0, 256, 1000, 1024, 1 << 20, 8_000_000, 1 << 40].map(length), [2, 3, 4, 5, 15, 16, 16]);
    }

    /// A ring of 01: each of 01 and 10 stands n/2 times, so that ψ² of 3 bits is 8/n · 2 (n/2)² - n = 3n, of 2 bits n.
    #[test]
    fn alternating_bits() {
        let outcome = test(&Bits::new(&[0b0101_0101; 32]));
        assert!((outcome.statistic().unwrap() - 2.0 * INFO.minimum_bits as f64).abs() < 1e-9, "{outcome:?}");
        assert!(outcome.p().unwrap() < 1e-100 && test(&Bits::new(&[])).p().is_none());
    }
}
