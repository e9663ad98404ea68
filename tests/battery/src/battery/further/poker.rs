//! Poker: how many kinds of nibbles are in a hand of sixteen.

use crate::battery::distribution::null::goodness_of_fit;
use crate::{Bits, Info, Outcome};

/// Nibbles in a hand, and kinds of nibbles.
const HAND: usize = 16;

/// What the test computes.
pub static INFO: Info = Info {
    name: "poker",
    group: "Further",
    minimum_bits: 64_000,
    statistic: "χ² of the numbers of different nibbles in hands of 64 bits, in classes 1..16",
    null: "hands are independent and class probabilities exact; χ² over the classes, pooled to expectations of 10 and more, is \
           chi-square in the limit of many hands",
    sees: "values that repeat or avoid each other within eight bytes; uneven nibbles",
    misses: "which nibbles they are and in what order; dependence between hands",
    source: "Knuth, TAOCP 2, 3.3.2 C, in its simpler form of the number of distinct values",
};

/// Tests the numbers of kinds.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::poker};
///
/// let words: Vec<u8> = (0u64..2000).flat_map(|i| (i * i).to_be_bytes()).collect();
/// assert!(poker::test(&Bits::new(&words)).p() < Some(1e-9), "mostly zeros");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0u64; HAND + 1];
    for hand in 0..bits.len() / 64 {
        let word = bits.word(hand * 64);
        let seen = (0..HAND).fold(0u16, |seen, index| seen | 1 << (word >> (4 * index) & 15));
        counts[seen.count_ones() as usize] += 1;
    }
    goodness_of_fit(&counts, &kinds())
}

/// P(number of kinds), by drawing one nibble after the other.
fn kinds() -> [f64; HAND + 1] {
    let mut seen = [0.0; HAND + 1];
    seen[0] = 1.0;
    for _ in 0..HAND {
        for kinds in (0..=HAND).rev() {
            let fresh = if kinds == 0 { 0.0 } else { seen[kinds - 1] * (HAND + 1 - kinds) as f64 };
            seen[kinds] = (seen[kinds] * kinds as f64 + fresh) / HAND as f64;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::{kinds, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// One kind: 16/16^16; all: 16!/16^16; the mean is 16·(1 - (15/16)^16).
    #[test]
    fn classes_are_exact() {
        let classes = kinds();
        assert!((classes[1] * 16f64.powi(15) - 1.0).abs() < 1e-12);
        assert!((classes[16] * 16f64.powi(16) / 20_922_789_888_000.0 - 1.0).abs() < 1e-12);
        let mean: f64 = classes.iter().zip(0u32..).map(|(p, kinds)| p * f64::from(kinds)).sum();
        assert!((mean - 16.0 * (1.0 - 0.9375f64.powi(16))).abs() < 1e-12);
    }

    #[test]
    fn a_byte_read_twice_in_every_fourth_word_is_seen() {
        let mut bytes = Good::ChaCha20.bytes(9, 80_000);
        bytes.chunks_exact_mut(32).for_each(|chunk| chunk[1] = chunk[0]);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-3);
        bytes.chunks_exact_mut(8).for_each(|chunk| chunk[1] = chunk[0]);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
    }

    /// 1000 hands of all kinds, and the lowest pooled classes empty: χ² is 1000²/E - 1000 with E = 1000·P(highest class).
    #[test]
    fn hands_of_all_kinds_by_hand() {
        let bytes = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF].repeat(1000);
        // Classes 7 and less, 8, …, 12, 13 and more: the next one, 13, expects 12 and stays alone; 14 to 16 join it.
        let classes = kinds();
        let last: f64 = classes[13..].iter().sum();
        let statistic = test(&Bits::new(&bytes)).statistic().unwrap();
        assert!((statistic / (1000.0 / last - 1000.0) - 1.0).abs() < 1e-9, "{statistic} {last} {classes:?}");
    }
}
