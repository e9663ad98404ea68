//! Gap: how many bytes pass between two that are small.

use crate::battery::distribution::null::goodness_of_fit;
use crate::{Bits, Info, Outcome};

/// Bytes below this end a gap.
const SMALL: u8 = 16;
/// Gaps of this length and longer are one class.
const LONGEST: usize = 200;

/// What the test computes.
pub static INFO: Info = Info {
    name: "gap",
    group: "Further",
    minimum_bits: 80_000,
    statistic: "χ² of the numbers of bytes between bytes below 16, in classes 0..199 and 200 and more",
    null: "gaps are independent and exactly geometric with probability 1/16; χ² over the classes, pooled to expectations of \
           10 and more, is chi-square in the limit of many gaps",
    sees: "small values that come in bunches or at regular distances, that are missing or too many: beats, bursts, \
           stuck samples",
    misses: "what the other fifteen sixteenths of the values do",
    source: "Knuth, TAOCP 2, 3.3.2 D",
};

/// Tests the gaps between small bytes.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::gap};
///
/// let counter: Vec<u8> = (0u32..20_000).map(|i| i as u8).collect();
/// assert!(gap::test(&Bits::new(&counter)).p() < Some(1e-9), "none or 240");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0u64; LONGEST + 1];
    let mut length = 0;
    for &byte in bits.bytes() {
        if byte < SMALL {
            counts[length] += 1;
            length = 0;
        } else {
            length = LONGEST.min(length + 1);
        }
    }
    goodness_of_fit(&counts, &geometric(f64::from(SMALL) / 256.0))
}

/// P(length) for the classes.
fn geometric(p: f64) -> [f64; LONGEST + 1] {
    core::array::from_fn(|length| {
        let passed = (1.0 - p).powi(length as i32);
        if length == LONGEST { passed } else { p * passed }
    })
}

#[cfg(test)]
mod tests {
    use super::{geometric, test};
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn classes_are_geometric() {
        let classes = geometric(1.0 / 16.0);
        assert!((classes.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((classes[2] - 225.0 / 4096.0).abs() < 1e-15);
    }

    /// 640 gaps of length 0, their expectation being 40: χ² = 640·16 - 640, since pooling leaves class 0 alone.
    #[test]
    fn nothing_but_small_bytes_by_hand() {
        assert!((test(&Bits::new(&[3; 640])).statistic().unwrap() - 9600.0).abs() < 1e-9);
    }

    #[test]
    fn small_values_in_bunches_are_seen() {
        // One sample in twelve is read twice.
        let fresh = Good::ChaCha20.bytes(6, 60_000);
        let bytes: Vec<u8> =
            fresh.chunks(11).flat_map(|chunk| chunk.iter().chain(chunk.last())).copied().collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }
}
