//! Are there as many ones as zeros?

use core::f64::consts::SQRT_2;

use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "Frequency",
    group: super::GROUP,
    minimum_bits: 100,
    statistic: "S, the number of ones less the number of zeros",
    null: "S/sqrt(n) standard normal, p two-sided; the limit of a binomial variable, right to about 1/sqrt(n)",
    sees: "an excess of ones or of zeros over the whole sequence",
    misses: "everything that leaves the number of ones as it is: patterns, dependence, drift that evens out",
    source: "SP 800-22 Rev. 1a, section 2.1",
};

/// The frequency test.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::frequency};
///
/// let outcome = frequency::test(&Bits::new(&[0b0101_0101; 13]));
/// assert_eq!(outcome.p(), Some(1.0));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits))
}

/// The test without its minimum, of one bit or more.
pub(super) fn evaluate(bits: &Bits<'_>) -> Outcome {
    let sum = 2.0 * bits.ones() as f64 - bits.len() as f64;
    Outcome::p_value(sum, libm::erfc(sum.abs() / (bits.len() as f64).sqrt() / SQRT_2))
}
