//! Approximate entropy: how much more patterns of m + 1 bits tell than those of m, by SP 800-22 with m by the length.

use crate::{Bits, Info, Outcome, sp800_22};

/// What the test computes.
pub static INFO: Info = Info {
    name: "approximate_entropy",
    group: "Serial",
    minimum_bits: 256,
    statistic: "2n (ln 2 - ApEn) for patterns of m and m + 1 bits, the sequence closed to a ring; m is two thirds of \
                log2 n - 5, at most 16",
    null: "chi-square with 2^m degrees of freedom, upper tail; asymptotic: the length of the patterns keeps the \
           excess of the mean, 4^m / 2n, below 0.02 standard deviations",
    sees: "a bit that depends on the m before it, and bias",
    misses: "dependence over more than m bits, which may still be serial's",
    source: "SP 800-22 Rev. 1a, section 2.12; Rukhin 2000; the excess: Williams 1976",
};

/// Bits of the shorter pattern for a sequence of `len` bits.
fn length(len: usize) -> u32 {
    (len.checked_ilog2().unwrap_or(0).saturating_sub(5) * 2 / 3).clamp(1, 16)
}

/// Approximate entropy; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::approximate_entropy::test(bits, length(bits.len()))
}

#[cfg(test)]
mod tests {
    use super::{length, test};
    use crate::Bits;

    #[test]
    fn lengths_keep_the_excess_of_the_mean_small() {
        for len in (8..50).map(|bits| 1usize << bits) {
            let m = length(len);
            let excess = 4f64.powi(m as i32) / (2.0 * len as f64) / f64::sqrt(2.0 * f64::from(1 << m));
            assert!(excess < 0.02, "{len} bits, patterns of {m}: {excess}");
        }
        assert_eq!([0, 256, 1 << 15, 1 << 20, 1 << 23, 1 << 40].map(length), [1, 2, 6, 10, 12, 16]);
    }

    /// A ring of 01 tells nothing new after one bit: ApEn is 0, the statistic 2n ln 2.
    #[test]
    fn alternating_bits() {
        let outcome = test(&Bits::new(&[0b0101_0101; 32]));
        let p = outcome.p().unwrap();
        // Upper tail of chi-square with 4 degrees of freedom at x = 512 ln 2: exp(-x/2) (1 + x/2).
        let exact = 2f64.powi(-256) * (1.0 + 256.0 * core::f64::consts::LN_2);
        assert!((p / exact - 1.0).abs() < 1e-9, "{outcome:?}");
        assert!(test(&Bits::new(&[])).p().is_none());
    }
}
