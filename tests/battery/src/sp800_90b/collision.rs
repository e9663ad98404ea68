//! Collision estimate (SP 800-90B §6.3.2), for binary data.

use super::Sequence;
use super::bound::{Z, min_entropy};

/// How soon a value repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Collision {
    /// Number of collisions.
    pub collisions: usize,
    /// Symbols consumed by all collisions together.
    pub symbols: usize,
    /// Lower 99 % bound of the mean number of symbols until a collision.
    pub mean_lower: f64,
    /// Probability of the likelier symbol that explains this mean.
    pub p: f64,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Estimates from the mean time to a collision; `None` unless binary and two collisions long.
pub fn estimate(sequence: &Sequence) -> Option<Collision> {
    let mut rest = sequence.binary()?;
    // Two equal bits collide at once; after two different ones any third collides.
    let (mut twos, mut threes) = (0usize, 0usize);
    loop {
        rest = match rest {
            [a, b, tail @ ..] if a == b => {
                twos += 1;
                tail
            }
            [_, _, _, tail @ ..] => {
                threes += 1;
                tail
            }
            _ => break,
        };
    }
    let collisions = twos + threes;
    if collisions < 2 {
        return None;
    }
    let symbols = 2 * twos + 3 * threes;
    let squares = (4 * twos + 9 * threes) as f64;
    let v = collisions as f64;
    let mean = symbols as f64 / v;
    let deviation = ((squares - mean * symbols as f64) / (v - 1.0)).sqrt();
    let mean_lower = mean - Z * deviation / v.sqrt();
    // For binary data the expected time to a collision is 2 + 2p - 2p², at most 2.5 at p = 1/2.
    let p = if mean_lower < 2.5 { 0.5 + (1.25 - 0.5 * mean_lower.max(2.0)).sqrt() } else { 0.5 };
    Some(Collision { collisions, symbols, mean_lower, p, min_entropy: min_entropy(p) })
}

#[cfg(test)]
mod tests {
    use super::{Sequence, estimate};

    #[test]
    fn pairs_and_triples_are_told_apart() {
        let bits = Sequence::literal(&[0, 0, 0, 1, 1, 1, 0, 1], 1).unwrap();
        let collision = estimate(&bits).unwrap();
        // 00, 011, 101
        assert_eq!((collision.collisions, collision.symbols), (3, 8));
        let bits = Sequence::literal(&[0, 0, 1, 1, 0, 1], 1).unwrap();
        assert_eq!(estimate(&bits).unwrap().symbols, 4, "the open end is dropped");
    }

    #[test]
    fn alternating_bits_look_perfect_to_it() {
        let samples: Vec<u8> = (0..3000).map(|i| (i % 2) as u8).collect();
        let collision = estimate(&Sequence::literal(&samples, 1).unwrap()).unwrap();
        assert_eq!((collision.p, collision.min_entropy), (0.5, 1.0));
    }
}
