//! Compression estimate (SP 800-90B §6.3.4), for binary data.

use super::Sequence;
use super::bound::{Z, min_entropy};
use super::sum::Sum;

/// Bits of a block.
const BLOCK_BITS: usize = 6;
/// Number of different blocks.
const BLOCKS: usize = 1 << BLOCK_BITS;
/// Blocks that fill the dictionary before distances are recorded.
const DICTIONARY_BLOCKS: usize = 1000;
/// Corrects the standard deviation for blocks of 6 bits.
const DEVIATION_FACTOR: f64 = 0.5907;
/// Bisection steps: enough to exhaust an `f64`.
const HALVINGS: usize = 64;
/// Below this a geometric weight no longer changes the sum, whatever it is multiplied with.
const NEGLIGIBLE: f64 = 1e-40;

/// How far apart equal blocks lie (Maurer's universal statistic).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Compression {
    /// Mean of the logarithm of the distances.
    pub mean: f64,
    /// Its standard deviation, corrected for the block length.
    pub deviation: f64,
    /// Lower 99 % bound of the mean.
    pub mean_lower: f64,
    /// Probability of the likeliest block that explains this mean.
    pub p: f64,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Estimates from the distances of equal blocks; `None` unless binary and over 6,006 bits long.
pub fn estimate(sequence: &Sequence) -> Option<Compression> {
    let bits = sequence.binary()?;
    let blocks = bits.len() / BLOCK_BITS;
    let distances = blocks.checked_sub(DICTIONARY_BLOCKS).filter(|&distances| distances >= 2)?;

    let mut last = [0usize; BLOCKS];
    let (mut sum, mut squares) = (Sum::default(), Sum::default());
    for (position, block) in (1..).zip(bits.chunks_exact(BLOCK_BITS)) {
        let value = block.iter().fold(0, |value, &bit| value << 1 | usize::from(bit));
        if position > DICTIONARY_BLOCKS {
            let information = ((position - last[value]) as f64).log2();
            sum.add(information);
            squares.add(information * information);
        }
        last[value] = position;
    }
    let v = distances as f64;
    let mean = sum.value() / v;
    let variance = squares.value() / (v - 1.0) - mean * mean;
    let deviation = DEVIATION_FACTOR * variance.max(0.0).sqrt();
    let mean_lower = mean - Z * deviation / v.sqrt();
    let p = Distances::new(blocks).likeliest_block(mean_lower);
    let min_entropy = min_entropy(p) / BLOCK_BITS as f64;
    Some(Compression { mean, deviation, mean_lower, p, min_entropy })
}

/// The expected mean of the logarithms, as a function of the block probabilities.
struct Distances {
    blocks: usize,
    log2: Vec<f64>,
}

impl Distances {
    fn new(blocks: usize) -> Self {
        Self { blocks, log2: (1..=blocks).map(|distance| (distance as f64).log2()).collect() }
    }

    /// The probability of one block, the rest sharing what is left evenly, that gives `mean`;
    /// 1/64 if even equal blocks would not reach it.
    fn likeliest_block(&self, mean: f64) -> f64 {
        let others = (BLOCKS - 1) as f64;
        let expected = |p: f64| self.contribution(p) + others * self.contribution((1.0 - p) / others);
        let (mut low, mut high) = (1.0 / BLOCKS as f64, 1.0);
        if expected(low) <= mean {
            return low;
        }
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if middle == low || middle == high {
                break;
            }
            *(if expected(middle) > mean { &mut low } else { &mut high }) = middle;
        }
        0.5 * (low + high)
    }

    /// `G(z)` of §6.3.4: what a block of probability `z` adds to the expected mean.
    ///
    /// The double sum of the standard is taken by distance: distance `u` occurs inside the
    /// sequence with weight `z²(1-z)^(u-1)` at every recorded position beyond `u`, and once, at
    /// position `u`, for a block not seen before, with weight `z(1-z)^(u-1)`.
    fn contribution(&self, z: f64) -> f64 {
        let decay = (-z).ln_1p();
        let mut sum = Sum::default();
        for (distance, log2) in (1..).zip(&self.log2) {
            let weight = ((distance - 1) as f64 * decay).exp();
            if weight < NEGLIGIBLE {
                break;
            }
            let later = (self.blocks - distance.max(DICTIONARY_BLOCKS)) as f64;
            let unseen = if distance > DICTIONARY_BLOCKS { 1.0 } else { 0.0 };
            sum.add(log2 * weight * z * (z * later + unseen));
        }
        sum.value() / (self.blocks - DICTIONARY_BLOCKS) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, DICTIONARY_BLOCKS, Distances};

    /// The double sum as the standard writes it.
    fn contribution_by_definition(z: f64, blocks: usize) -> f64 {
        let mut sum = 0.0;
        for t in DICTIONARY_BLOCKS + 1..=blocks {
            for u in 1..=t {
                let log2 = (u as f64).log2();
                let tail = (1.0 - z).powi(u as i32 - 1);
                sum += log2 * tail * if u < t { z * z } else { z };
            }
        }
        sum / (blocks - DICTIONARY_BLOCKS) as f64
    }

    #[test]
    fn one_sum_equals_the_double_sum() {
        let blocks = DICTIONARY_BLOCKS + 200;
        let distances = Distances::new(blocks);
        for z in [0.9, 0.3, 1.0 / BLOCKS as f64, 0.001, 1e-6] {
            let (fast, slow) = (distances.contribution(z), contribution_by_definition(z, blocks));
            assert!((fast / slow - 1.0).abs() < 1e-12, "z {z}: {fast} against {slow}");
        }
    }
}
