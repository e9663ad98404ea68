//! Cross-correlation: the eight bit planes of the bytes against each other.
//!
//! Even bytes against odd ones, the usual pairing, is the serial correlation again with half of its pairs. What
//! no lag sees on its own is a tie between two fixed places of a sample, such as neighbouring bits of a
//! converter or the lowest bit and the next sample's highest: the average over all eight places hides it.

use super::agreement;
use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// Pairs of places within a byte, and from a byte to the next.
const PAIRS: f64 = 28.0 + 64.0;

/// What the test computes.
pub static INFO: Info = Info {
    name: "cross_correlation",
    group: "Correlation",
    minimum_bits: 10_000,
    statistic: "Σ z² over 92 pairs of bit places, 28 within a byte and 64 from a byte to the next; z the standardised \
                number of bytes at which the two bits agree",
    null: "each number of agreements is exactly binomial with probability ½ and any two are uncorrelated; the sum is \
           chi-square with 92 degrees of freedom up to terms of the order of 1/n for n bytes",
    sees: "bits of one sample tied to each other or to one bit of the next: coupled converter bits, folded counters, \
           multiplexed channels, bytes without a top bit",
    misses: "ties among three or more bits at once; ties beyond the next byte",
    source: "Σ z² of uncorrelated counts as Box and Pierce 1970, Journal of the American Statistical Association 65, over bit \
             planes instead of lags",
};

/// Tests the agreement of all pairs of bit planes.
///
/// ```
/// use openentropy_tests::{Bits, battery::correlation::cross_correlation};
///
/// let text = "the quick brown fox jumps over the lazy dog ".repeat(50);
/// assert!(cross_correlation::test(&Bits::new(text.as_bytes())).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    let n = bytes.len();
    if n < 2 {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let planes: Vec<Vec<u8>> = (0..8).map(|place| plane(bytes, place)).collect();
    let planes: Vec<Bits<'_>> = planes.iter().map(|plane| Bits::new(plane)).collect();
    let mut sum = 0.0;
    for (place, a) in planes.iter().enumerate() {
        sum += planes[..place].iter().map(|b| agreement(a, 0, b, 0, n).powi(2)).sum::<f64>();
        sum += planes.iter().map(|b| agreement(a, 0, b, 1, n - 1).powi(2)).sum::<f64>();
    }
    Outcome::p_value(sum, chi_square_upper(sum, PAIRS))
}

/// The bits at one place of all bytes, eight to a byte.
fn plane(bytes: &[u8], place: u32) -> Vec<u8> {
    let pack = |eight: &[u8]| {
        let bits = eight.iter().zip((0..8).rev());
        bits.fold(0, |packed, (byte, to)| packed | (byte >> place & 1) << to)
    };
    bytes.chunks(8).map(pack).collect()
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn the_sum_is_that_of_all_pairs_of_places() {
        let bytes = Good::ChaCha20.bytes(1, 1251);
        let bit = |index: usize, place: u32| bytes[index] >> place & 1;
        let mut sum = 0.0;
        for (a, b) in (0..8).flat_map(|a| (0..8).map(move |b| (a, b))) {
            let z = |equal: usize, n: f64| (2.0 * equal as f64 - n) / n.sqrt();
            if a < b {
                sum += z((0..1251).filter(|&i| bit(i, a) == bit(i, b)).count(), 1251.0).powi(2);
            }
            sum += z((0..1250).filter(|&i| bit(i, a) == bit(i + 1, b)).count(), 1250.0).powi(2);
        }
        assert!((test(&Bits::new(&bytes)).statistic().unwrap() - sum).abs() < 1e-9);
    }

    /// Equal bytes agree everywhere or nowhere: 28·n + 64·(n - 1).
    #[test]
    fn equal_bytes_agree_in_all_planes() {
        let outcome = test(&Bits::new(&[0b0110_1001; 2000]));
        assert!((outcome.statistic().unwrap() - (28.0 * 2000.0 + 64.0 * 1999.0)).abs() < 1e-6);
    }

    #[test]
    fn a_lowest_bit_that_is_now_and_then_the_last_samples_highest_is_seen() {
        let mut bytes = Good::AesCtr.bytes(4, 40_000);
        let coin = Good::ChaCha20.bytes(4, 40_000);
        for i in 1..bytes.len() {
            if coin[i] < 24 {
                bytes[i] = bytes[i] & 0xFE | bytes[i - 1] >> 7;
            }
        }
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }
}
