//! Coupon collector: how many nibbles it takes until all sixteen have been seen.

use super::nibbles;
use crate::battery::distribution::null::goodness_of_fit;
use crate::{Bits, Info, Outcome};

/// Kinds of nibbles.
const KINDS: usize = 16;
/// Sets that need this many nibbles and more are one class.
const LONGEST: usize = 250;

/// What the test computes.
pub static INFO: Info = Info {
    name: "coupon_collector",
    group: "Further",
    minimum_bits: 80_000,
    statistic: "χ² of the numbers of nibbles until all sixteen kinds have been seen, in classes 16..249 and 250 and more",
    null: "class probabilities are exact; χ² over the classes, pooled to expectations of 10 and more, is chi-square in the \
           limit of many sets",
    sees: "kinds that are rare or stay away for a while; values dealt out too evenly, as by counters and shuffles",
    misses: "order within a set; dependence beyond some dozens of bytes",
    source: "Knuth, TAOCP 2, 3.3.2 E",
};

/// Tests how long complete sets take.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::coupon_collector};
///
/// let counter: Vec<u8> = (0u32..20_000).map(|i| (i * 33) as u8).collect();
/// assert!(coupon_collector::test(&Bits::new(&counter)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0u64; LONGEST + 1];
    let (mut seen, mut length) = (0u16, 0);
    for nibble in nibbles(bits.bytes()) {
        seen |= 1 << nibble;
        length += 1;
        if seen == u16::MAX {
            counts[LONGEST.min(length)] += 1;
            (seen, length) = (0, 0);
        }
    }
    goodness_of_fit(&counts, &lengths())
}

/// P(length) for the classes, the number of kinds seen being a Markov chain.
fn lengths() -> [f64; LONGEST + 1] {
    let mut seen = [0.0; KINDS];
    seen[0] = 1.0;
    let mut probabilities = [0.0; LONGEST + 1];
    for probability in &mut probabilities[1..LONGEST] {
        *probability = seen[KINDS - 1] / KINDS as f64;
        for kinds in (0..KINDS).rev() {
            let fresh = if kinds == 0 { 0.0 } else { seen[kinds - 1] * (KINDS + 1 - kinds) as f64 };
            seen[kinds] = (seen[kinds] * kinds as f64 + fresh) / KINDS as f64;
        }
    }
    probabilities[LONGEST] = seen.iter().sum();
    probabilities
}

#[cfg(test)]
mod tests {
    use super::{KINDS, lengths, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Length 16 has 16!/16^16, length 17 that times S(16, 15) = 120 over 16 (Knuth's formula); the mean is 16·H(16).
    #[test]
    fn classes_are_those_of_stirling_numbers() {
        let classes = lengths();
        let shortest = 20_922_789_888_000.0 / 16f64.powi(16);
        assert!((classes[KINDS] / shortest - 1.0).abs() < 1e-12);
        assert!((classes[KINDS + 1] / (shortest * 120.0 / 16.0) - 1.0).abs() < 1e-12);
        assert!((classes.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mean: f64 = classes.iter().zip(0u32..).map(|(p, length)| p * f64::from(length)).sum();
        assert!((mean - 16.0 * (1..=16).map(|k| 1.0 / f64::from(k)).sum::<f64>()).abs() < 1e-3);
    }

    /// One set after the other in 16 nibbles: the first pooled class holds all N sets, its expectation is E.
    #[test]
    fn sets_without_a_double_by_hand() {
        let bytes = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF].repeat(1000);
        let mut first = 0.0;
        for probability in lengths() {
            first += 1000.0 * probability;
            if first >= 10.0 {
                break;
            }
        }
        let expected = 1e6 / first - 1000.0;
        assert!((test(&Bits::new(&bytes)).statistic().unwrap() / expected - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_kind_that_is_rare_is_seen() {
        // No byte begins with 9.
        let rarer = |&byte: &u8| if byte >> 4 == 9 { byte ^ 0x80 } else { byte };
        let bytes: Vec<u8> = Good::AesCtr.bytes(6, 60_000).iter().map(rarer).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
