//! Do ones and zeros alternate as often as they should?

use core::f64::consts::SQRT_2;

use super::words::words;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "Runs",
    group: super::GROUP,
    minimum_bits: 100,
    statistic: "V, the number of runs of equal bits",
    null: "normal given the share of ones, p two-sided; the limit for large n, right to about 1/sqrt(n)",
    sees: "bits that follow their predecessor, or avoid it, more often than not",
    misses: "dependence over two bits and more that leaves changes half as many as bits",
    source: "SP 800-22 Rev. 1a, section 2.3",
};

/// The runs test.
///
/// Where the share of ones is off one half by 2/sqrt(n) or more, the frequency test has failed and the standard, like
/// its tool, gives p = 0 without looking at the runs; so does this. Of independent unbiased bits 6 in 100,000
/// sequences come to that, which is little against the levels in use.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::runs};
///
/// assert!(runs::test(&Bits::new(&[0b0101_0101; 125])).p().is_some_and(|p| p < 1e-200));
/// assert_eq!(runs::test(&Bits::new(&[0xFF; 125])).p(), Some(0.0));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits))
}

/// The test without its minimum, of one bit or more.
pub(super) fn evaluate(bits: &Bits<'_>) -> Outcome {
    let runs = (changes(bits) + 1) as f64;
    let n = bits.len() as f64;
    let share = bits.ones() as f64 / n;
    if (share - 0.5).abs() >= 2.0 / n.sqrt() {
        return Outcome::p_value(runs, 0.0);
    }
    let product = share * (1.0 - share);
    let deviation = (runs - 2.0 * n * product).abs();
    Outcome::p_value(runs, libm::erfc(deviation / (2.0 * n.sqrt() * SQRT_2 * product)))
}

/// Number of bits that differ from the one before.
fn changes(bits: &Bits<'_>) -> u64 {
    let pairs = bits.len() - 1;
    let change = |(index, (word, width)): (usize, (u64, u32))| {
        let next = bits.window(index * 64 + 1, width);
        u64::from((word >> (64 - width) ^ next).count_ones())
    };
    words(bits, 0, pairs).enumerate().map(change).sum()
}

#[cfg(test)]
mod tests {
    use super::{changes, evaluate};
    use crate::Bits;

    #[test]
    fn changes_are_counted_over_word_edges() {
        let bytes: Vec<u8> = (0..60u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 19) as u8).collect();
        for len in [1, 2, 63, 64, 65, 66, 128, 129, 471] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            let list: Vec<u8> = bits.iter().collect();
            assert_eq!(changes(&bits), list.windows(2).filter(|pair| pair[0] != pair[1]).count() as u64);
        }
    }

    #[test]
    fn few_equal_bits_are_no_result_out_of_range() {
        for text in [b"0".as_slice(), b"1", b"11", b"1111111"] {
            assert!(evaluate(&Bits::from_ascii(text).unwrap()).p().is_some());
        }
    }
}
