//! Serial correlation: each byte against the next.

use super::circular;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes.
pub static INFO: Info = Info {
    name: "serial_correlation",
    group: "Correlation",
    minimum_bits: 8000,
    statistic: "Σ x_i·x_{i+1} over the bytes on a circle, standardised by its mean and variance over all orders of the \
                same bytes",
    null: "mean and variance are exact, the law is normal in the limit (Wald and Wolfowitz); its skewness and excess are \
           of the order of 1/√n and 1/n for n bytes",
    sees: "neighbouring samples that resemble or avoid each other: too fast sampling, drift, hum, counters, text",
    misses: "bias and uneven bytes, which it takes as given; dependence that is not linear; anything but neighbours",
    source: "Knuth, TAOCP 2, 3.3.2 K; Wald and Wolfowitz 1943, Annals of Mathematical Statistics 14",
};

/// Tests the correlation of neighbouring bytes, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::correlation::serial_correlation};
///
/// let counter: Vec<u8> = (0u32..2000).map(|i| i as u8).collect();
/// assert!(serial_correlation::test(&Bits::new(&counter)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    match circular::z(bits.bytes(), 1) {
        Some(z) => Outcome::p_value(z, normal_two_sided(z)),
        None => Outcome::NotApplicable(Reason::Constant),
    }
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::test_streams::Good;
    use crate::{Bits, Outcome, Reason};

    /// 0, 255, 0, 255, … has correlation -1: C = -S2, so that Z = -√n up to terms of order 1/n.
    #[test]
    fn alternation_is_the_other_extreme() {
        let bytes: Vec<u8> = (0..10_000).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        let z = test(&Bits::new(&bytes)).statistic().unwrap();
        assert!((z + 100.0).abs() < 0.05, "{z}");
    }

    #[test]
    fn one_part_in_thirty_of_the_last_sample_is_seen() {
        let fresh = Good::Sha256Counter.bytes(1, 60_000);
        let mut bytes = fresh.clone();
        for i in 1..bytes.len() {
            bytes[i] = ((29 * u32::from(fresh[i]) + u32::from(bytes[i - 1])) / 30) as u8;
        }
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }

    #[test]
    fn bias_alone_is_none_of_its_business() {
        let bytes: Vec<u8> =
            Good::ChaCha20.bytes(5, 60_000).into_iter().map(|byte| byte & 0x77 | 1).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() > 0.01);
        assert_eq!(test(&Bits::new(&[9; 2000])), Outcome::NotApplicable(Reason::Constant));
    }
}
