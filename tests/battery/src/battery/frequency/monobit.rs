//! Monobit: the number of ones, by SP 800-22.

use crate::{Bits, Info, Outcome, sp800_22};

/// What the test computes.
pub static INFO: Info = Info {
    name: "monobit",
    group: "Frequency",
    minimum_bits: 100,
    statistic: "number of ones less number of zeros",
    null: "normal with mean 0 and variance n, two-sided; the binomial distribution's limit, off by about 1/√n",
    sees: "ones, or zeros, that are too many in the whole sequence",
    misses: "bias that changes sign along the sequence, and any order of the bits",
    source: "SP 800-22 Rev. 1a, section 2.1",
};

/// Number of ones; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    sp800_22::frequency::test(bits)
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::{Bits, Outcome};

    /// The first 100 binary digits of pi, the example of section 2.1.8.
    #[test]
    fn the_standards_example() {
        let pi = b"11001001000011111101101010100010001000010110100011000010001101001100010011000110011000101000101110\
                   00";
        let p = test(&Bits::from_ascii(pi).unwrap()).p().unwrap();
        assert!((p - 0.109_599).abs() < 1e-6, "{p}");
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(100));
    }
}
