//! Byte frequency: Pearson's chi-square over the 256 byte values.

use super::byte_counts;
use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// Fewest bytes: the expectation of each value is 5.
const MINIMUM_BYTES: u64 = 5 * 256;

/// What the test computes.
pub static INFO: Info = Info {
    name: "byte_frequency",
    group: "Frequency",
    minimum_bits: MINIMUM_BYTES * 8,
    statistic: "Pearson's chi-square of the 256 byte counts against equal expectations; bytes from the first bit on",
    null: "chi-square with 255 degrees of freedom, upper tail; asymptotic: mean and variance are right at any \
           length, the tail at 1e-4 is heavier by a sixth at the minimum and by less in proportion to the length",
    sees: "byte values that occur too often or too seldom: bias of single bits, dependence within bytes, text",
    misses: "the order of the bytes, and counts that are too even: a counter passes",
    source: "Pearson 1900; Knuth, The Art of Computer Programming 2, 3.3.1",
};

/// Chi-square of the byte counts; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes().len() as u64;
    if bytes < MINIMUM_BYTES {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let expected = bytes as f64 / 256.0;
    let squares = |count: u64| (count as f64 - expected).powi(2);
    let statistic = byte_counts(bits).into_iter().map(squares).sum::<f64>() / expected;
    Outcome::p_value(statistic, chi_square_upper(statistic, 255.0))
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::{Bits, Outcome};

    /// Five of each value; ten of one and none of another, 2 · 25 / 5; four of 128 values and six of the others,
    /// 256 / 5.
    #[test]
    fn counts_by_hand() {
        let mut bytes: Vec<u8> = (0..1280u32).map(|i| i as u8).collect();
        assert_eq!(test(&Bits::new(&bytes)), Outcome::p_value(0.0, 1.0));
        for byte in bytes.iter_mut().filter(|byte| **byte == 255) {
            *byte = 0;
        }
        assert_eq!(test(&Bits::new(&bytes)).statistic(), Some(10.0));
        let mut bytes: Vec<u8> = (0..1280u32).map(|i| i as u8).collect();
        for byte in &mut bytes[..256] {
            *byte |= 0x80;
        }
        let outcome = test(&Bits::new(&bytes));
        assert!((outcome.statistic().unwrap() - 256.0 / 5.0).abs() < 1e-12);
        let half = [0x0F; 1280];
        assert_eq!(test(&Bits::new(&half)).p(), Some(0.0));
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(10_240));
    }
}
