//! Length of the longest repeated substring (SP 800-90B §5.2.5).

use super::super::{Sequence, TupleCounts};

/// How likely a repetition as long as the longest one is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LongestRepeat {
    /// Length of the longest substring that occurs twice (the standard's `W`).
    pub length: usize,
    /// Probability that two samples are equal.
    pub p_collision: f64,
    /// Probability that of all pairs of substrings of that length at least one is equal.
    pub p: f64,
}

/// Smallest probability that passes.
const LEVEL: f64 = 0.001;

impl LongestRepeat {
    /// Whether the probability is at least 0.001.
    pub fn passes(&self) -> bool {
        self.p >= LEVEL
    }
}

/// Judges the longest repetition in a sequence.
///
/// Sees whole stretches that come again: a short period, a buffer read twice, a generator started anew.
pub(super) fn longest(sequence: &Sequence) -> LongestRepeat {
    let length = TupleCounts::new(sequence).longest_repeated();
    let mut counts = vec![0u64; sequence.alphabet()];
    for &symbol in sequence.symbols() {
        counts[usize::from(symbol)] += 1;
    }
    let samples = sequence.symbols().len() as f64;
    let p_collision: f64 = counts.iter().map(|&count| (count as f64 / samples).powi(2)).sum();
    let positions = samples - length as f64 + 1.0;
    let pairs = positions * (positions - 1.0) / 2.0;
    let p_equal = p_collision.min(1.0).powf(length as f64);
    let p = -(pairs * (-p_equal).ln_1p()).exp_m1();
    LongestRepeat { length, p_collision, p }
}

#[cfg(test)]
mod tests {
    use super::longest;
    use crate::sp800_90b::Sequence;

    fn of(samples: &[u8]) -> super::LongestRepeat {
        longest(&Sequence::literal(samples, 8).unwrap())
    }

    #[test]
    fn a_worked_example() {
        // abcd abcd: length 4, p_collision 1/4, C(5, 2) = 10 pairs of which one is equal with probability 4^-4.
        let found = of(b"abcdabcd");
        assert_eq!((found.length, found.p_collision), (4, 0.25));
        assert!((found.p - (1.0 - (255.0 / 256.0f64).powi(10))).abs() < 1e-15);
        assert!(found.passes());
    }

    #[test]
    fn a_long_repetition_fails() {
        let once: Vec<u8> = (0..1000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let found = of(&once.repeat(2));
        assert!(found.length >= 1000 && found.p < 1e-300 && !found.passes());
    }

    #[test]
    fn the_ends_are_certain() {
        let (constant, different) = (of(&[3; 50]), of(&[1, 2, 3]));
        assert_eq!((constant.length, constant.p), (49, 1.0));
        assert_eq!((different.length, different.p), (0, 1.0));
    }
}
