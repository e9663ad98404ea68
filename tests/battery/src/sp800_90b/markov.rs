//! Markov estimate (SP 800-90B §6.3.3), for binary data.

use super::Sequence;

/// Length of the sequences whose probability is bounded.
const STEPS: f64 = 128.0;

/// A first-order Markov model of the bits.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Markov {
    /// Probability of each bit.
    pub initial: [f64; 2],
    /// `transition[a][b]`: probability that `b` follows `a`.
    pub transition: [[f64; 2]; 2],
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Finds the likeliest 128-bit sequence of the model; `None` unless binary.
pub fn estimate(sequence: &Sequence) -> Option<Markov> {
    let bits = sequence.binary()?;
    let ones = bits.iter().filter(|&&bit| bit == 1).count();
    let mut pairs = [[0usize; 2]; 2];
    for pair in bits.windows(2) {
        pairs[usize::from(pair[0])][usize::from(pair[1])] += 1;
    }
    let initial = share([bits.len() - ones, ones]);
    let transition = pairs.map(share);

    // Costs in bits: what a probability adds to the information of a sequence.
    let [start0, start1] = initial.map(cost);
    let [[c00, c01], [c10, c11]] = transition.map(|row| row.map(cost));
    let likeliest = [
        start0 + 127.0 * c00,
        start0 + 64.0 * c01 + 63.0 * c10,
        start0 + c01 + 126.0 * c11,
        start1 + c10 + 126.0 * c00,
        start1 + 64.0 * c10 + 63.0 * c01,
        start1 + 127.0 * c11,
    ]
    .into_iter()
    .fold(f64::INFINITY, f64::min);
    Some(Markov { initial, transition, min_entropy: (likeliest / STEPS).min(1.0) })
}

fn cost(p: f64) -> f64 {
    -p.log2()
}

/// Turns counts into probabilities; a bit that nothing follows has no likely successor.
fn share(counts: [usize; 2]) -> [f64; 2] {
    let total = (counts[0] + counts[1]).max(1) as f64;
    counts.map(|count| count as f64 / total)
}

#[cfg(test)]
mod tests {
    use super::{Sequence, estimate};

    #[test]
    fn alternation_costs_only_its_first_bit() {
        let samples: Vec<u8> = (0..1000).map(|i| (i % 2) as u8).collect();
        let markov = estimate(&Sequence::literal(&samples, 1).unwrap()).unwrap();
        assert_eq!(markov.transition, [[0.0, 1.0], [1.0, 0.0]]);
        assert_eq!(markov.min_entropy, 1.0 / 128.0);
    }

    #[test]
    fn a_last_bit_without_successor_is_no_path() {
        let markov = estimate(&Sequence::literal(&[0, 0, 0, 1], 1).unwrap()).unwrap();
        assert_eq!(markov.transition[1], [0.0, 0.0]);
        let all_zero = -(0.75f64.log2()) - 127.0 * (2.0f64 / 3.0).log2();
        assert!((markov.min_entropy - all_zero / 128.0).abs() < 1e-15);
    }
}
