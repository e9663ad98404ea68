//! Hamming weights: whether light and heavy bytes follow each other at random.

use crate::battery::distribution::null::goodness_of_fit;
use crate::{Bits, Info, Outcome};

/// Bytes in a group.
const GROUP: usize = 5;
/// Classes of a group, 3^5.
const CLASSES: usize = 243;
/// How many bytes of 256 have at most three ones, four ones, five or more.
const WEIGHTS: [f64; 3] = [93.0, 70.0, 93.0];

/// What the test computes.
pub static INFO: Info = Info {
    name: "hamming_weights",
    group: "Further",
    minimum_bits: 266_240,
    statistic: "χ² of groups of five bytes, each byte being light (up to three ones), even (four) or heavy, in 243 classes",
    null: "groups are independent and class probabilities exact, down to (70/256)^5; χ² over the classes, pooled to \
           expectations of 10 and more, is chi-square in the limit of many groups",
    sees: "ones that come in bursts over several bytes, whatever their places: sparse feedback and slow mixing in generators \
           just after a state of few ones, gain that changes, sticky bits",
    misses: "dependence that keeps the number of ones in each byte independent of the others",
    source: "L'Ecuyer and Simard 1999, SIAM Journal on Scientific Computing 20 (independence of Hamming weights); the idea of \
             PractRand's DC6",
};

/// Tests the sequence of weights.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::hamming_weights};
///
/// let counter: Vec<u8> = (0u32..40_000).map(|i| i as u8).collect();
/// assert!(hamming_weights::test(&Bits::new(&counter)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0u64; CLASSES];
    for group in bits.bytes().chunks_exact(GROUP) {
        counts[group.iter().fold(0, |class, &byte| class * 3 + weight(byte))] += 1;
    }
    goodness_of_fit(&counts, &probabilities())
}

/// 0 for a light byte, 1 for one with four ones, 2 for a heavy one.
fn weight(byte: u8) -> usize {
    match byte.count_ones() {
        0..=3 => 0,
        4 => 1,
        _ => 2,
    }
}

/// Products of the weights' probabilities.
fn probabilities() -> [f64; CLASSES] {
    core::array::from_fn(|class| {
        let digits = (0..GROUP as u32).map(|place| class / 3usize.pow(place) % 3);
        digits.map(|digit| WEIGHTS[digit] / 256.0).product()
    })
}

#[cfg(test)]
mod tests {
    use super::{WEIGHTS, probabilities, test, weight};
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn classes_are_those_of_all_bytes() {
        let mut counts = [0.0; 3];
        (0..=255).for_each(|byte| counts[weight(byte)] += 1.0);
        assert_eq!(counts, WEIGHTS);
        assert!((probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((probabilities()[121] - (70.0f64 / 256.0).powi(5)).abs() < 1e-15, "1·(1 + 3 + 9 + 27 + 81)");
    }

    /// 6656 groups of zeros, all in the first class of expectation E = 6656·(93/256)^5: χ² = 6656²/E - 6656.
    #[test]
    fn zeros_by_hand() {
        let expected = 6656.0 / (93.0f64 / 256.0).powi(5) - 6656.0;
        let statistic = test(&Bits::new(&[0; 33_280])).statistic().unwrap();
        assert!((statistic / expected - 1.0).abs() < 1e-9, "{statistic}");
    }

    #[test]
    fn bursts_of_ones_are_seen() {
        // For two bytes after a heavy pair, one bit in sixteen is set more often.
        let mut bytes = Good::AesCtr.bytes(1, 100_000);
        let coin = Good::ChaCha20.bytes(1, 100_000);
        for i in 2..bytes.len() {
            if bytes[i - 1].count_ones() > 4 && bytes[i - 2].count_ones() > 4 {
                bytes[i] |= 1 << (coin[i] & 7) & coin[i];
            }
        }
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
