//! Compression ratio: the number of phrases into which the Lempel-Ziv 78 compressor parses blocks.

use super::lz78::{Tree, phrases};
use crate::battery::cumulants::Cumulants;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome};

/// Fewest blocks: the sum over that many is nearly normal.
const MINIMUM_BLOCKS: usize = 64;

/// Bits of a block, and the cumulants of the number of its phrases, exact to the digits written.
///
/// The first m phrases of independent unbiased bits are together as long as the paths of a digital search tree with m
/// random keys, since every phrase begins with fresh bits; a block has m phrases or more exactly if they are
/// no longer than it is. The generating function of the path length of the tree with m + 1 keys is
/// P(m+1, u) = u^m Σ_j C(m, j) 2^-m P(j, u) P(m-j, u) (Jacquet and Szpankowski 1995). The test below computes these
/// figures from it.
const BLOCKS: [(usize, Cumulants); 4] = [
    (1 << 10, Cumulants { mean: 175.238_392_540_3, variance: 0.973_160_76, third: -0.251_115_5 }),
    (1 << 12, Cumulants { mean: 551.187_864_993_2, variance: 1.953_681_19, third: -0.435_049_0 }),
    (1 << 14, Cumulants { mean: 1_798.295_570_952_6, variance: 4.384_575_17, third: -0.844_219_7 }),
    (1 << 16, Cumulants { mean: 6_040.702_646_456_2, variance: 10.723_497_26, third: -1.798_812_5 }),
];

/// What the test computes.
pub static INFO: Info = Info {
    name: "compression_ratio",
    group: "Entropy",
    minimum_bits: (MINIMUM_BLOCKS << 10) as u64,
    statistic: "number of Lempel-Ziv 78 phrases, over its expectation (above 1: longer when compressed than random \
                bits are); summed over blocks of 2^10, 2^12, 2^14 or 2^16 bits, the longest of which there are 64",
    null: "normal with a correction for skewness, two-sided, counted at least as far out; the mean, the variance and \
           the third cumulant of a block's number of phrases are computed exactly from the path length of digital \
           search trees. Discrete: a step is an eighth of a standard deviation or less",
    sees: "what a dictionary compressor can use: bias, words that come back, text, machine code, short periods; and \
           bits spread more evenly than chance",
    misses: "repeats further apart than a block, and what needs arithmetic to predict, such as a linear generator",
    source: "Ziv and Lempel 1978; Aldous and Shields 1988; Jacquet and Szpankowski, Theoretical Computer Science 144 \
             (1995)",
};

/// Phrases over their expectation; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    let fits = |(block, _): &&(usize, Cumulants)| bits.len() / block >= MINIMUM_BLOCKS;
    let Some(&(block, of_block)) = BLOCKS.iter().rev().find(fits) else {
        return Outcome::too_short(INFO.minimum_bits);
    };
    let mut tree = Tree::new();
    let blocks = bits.len() / block;
    let sum = (0..blocks).map(|index| phrases(bits, index * block, block, &mut tree)).sum::<usize>() as f64;
    let expected = of_block.of_sum(blocks as f64);
    Outcome::p_value(sum / expected.mean, normal_two_sided(expected.normal_score_of_whole(sum)))
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, Tree, phrases, test};
    use crate::Bits;
    use crate::battery::cumulants::Cumulants;
    use crate::special::ln_gamma;
    use core::f64::consts::TAU;

    /// Points of the generating functions on the unit circle: sixteen standard deviations of the longest path length here.
    const POINTS: usize = 640;

    /// Multiplies two complex numbers.
    fn times(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
        [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
    }

    /// How m keys split between two subtrees: the least j for the smaller one, and the probabilities from there on
    /// to m / 2; lesser ones, beyond eight standard deviations, are below 1e-15 together.
    fn splits(m: usize) -> (usize, Vec<f64>) {
        let first = (m as f64 / 2.0 - 4.0 * (m as f64).sqrt() - 3.0).max(0.0) as usize;
        let ln_probability = |j: usize| {
            let [all, left, right] = [m, j, m - j].map(|keys| ln_gamma(keys as f64 + 1.0));
            all - left - right - m as f64 * 2f64.ln()
        };
        let either = |j: usize| if 2 * j == m { 1.0 } else { 2.0 };
        (first, (first..=m / 2).map(|j| either(j) * ln_probability(j).exp()).collect())
    }

    /// P(m, u) for m = 0, 1, … as in the recursion, at u = exp(i angle).
    fn path_lengths_at(angle: f64, splits: &[(usize, Vec<f64>)]) -> Vec<[f64; 2]> {
        let mut values = vec![[1.0, 0.0]];
        for (m, (first, probabilities)) in splits.iter().enumerate() {
            let mut sum = [0.0; 2];
            for (j, probability) in (*first..).zip(probabilities) {
                let product = times(values[j], values[m - j]);
                sum = [sum[0] + probability * product[0], sum[1] + probability * product[1]];
            }
            let turn = angle * (m % POINTS) as f64;
            values.push(times(sum, [turn.cos(), turn.sin()]));
        }
        values
    }

    /// Expected path lengths of trees with 0, 1, … keys: the recursion's derivative at u = 1.
    fn mean_path_lengths(splits: &[(usize, Vec<f64>)]) -> Vec<f64> {
        let mut means = vec![0.0];
        for (m, (first, probabilities)) in splits.iter().enumerate() {
            let below: f64 = (*first..).zip(probabilities).map(|(j, p)| p * (means[j] + means[m - j])).sum();
            means.push(m as f64 + below);
        }
        means
    }

    /// Number of phrases where every phrase there is comes once before any is longer: no block has more.
    fn most_phrases(bits: usize) -> usize {
        let (mut left, mut length, mut phrases) = (bits, 1, 0);
        while left > 0 {
            let whole = (left / length).min(1 << length);
            phrases += whole;
            left = if whole == 1 << length { left - whole * length } else { 0 };
            length += 1;
        }
        phrases
    }

    /// For each block length: P(at least m phrases) for m = 0, 1, ….
    fn tails(blocks: &[usize]) -> Vec<Vec<f64>> {
        let most_keys = most_phrases(*blocks.iter().max().unwrap()) + 2;
        let splits: Vec<_> = (0..most_keys).map(splits).collect();
        let means = mean_path_lengths(&splits);
        let half = POINTS / 2;
        let angles = (0..=half).map(|d| TAU * d as f64 / POINTS as f64).collect();
        let values = crate::threads::map(angles, |angle| path_lengths_at(angle, &splits));
        // P(path length = l), from the values at all points; those of the other half circle are conjugate.
        let probability = |keys: usize, length: usize| {
            let term = |d: usize| {
                let turn = TAU * (d * length % POINTS) as f64 / POINTS as f64;
                let real = values[d][keys][0] * turn.cos() + values[d][keys][1] * turn.sin();
                if d == 0 || d == half { real } else { 2.0 * real }
            };
            (0..=half).map(term).sum::<f64>() / POINTS as f64
        };
        let at_most = |keys: usize, bits: usize| {
            let lowest = (means[keys] - half as f64).max(0.0) as usize;
            match bits {
                _ if bits < lowest => 0.0,
                _ if bits >= lowest + POINTS => 1.0,
                _ => (lowest..=bits).map(|length| probability(keys, length)).sum(),
            }
        };
        let tail = |&bits: &usize| (0..most_keys).map(|phrases| at_most(phrases + 1, bits)).collect();
        blocks.iter().map(tail).collect()
    }

    fn cumulants(tail: &[f64]) -> Cumulants {
        let mean: f64 = tail[1..].iter().sum();
        let moment = |power: i32| {
            let exactly = |m: usize| tail[m] - tail.get(m + 1).unwrap_or(&0.0);
            (0..tail.len()).map(|m| exactly(m) * (m as f64 - mean).powi(power)).sum()
        };
        Cumulants { mean, variance: moment(2), third: moment(3) }
    }

    /// All 65,536 blocks of 16 bits, parsed, against the distribution from the recursion.
    #[test]
    fn the_distribution_is_that_of_all_short_blocks() {
        let mut counts = [0u32; 12];
        for word in 0..=u16::MAX {
            counts[phrases(&Bits::new(&word.to_be_bytes()), 0, 16, &mut Tree::new())] += 1;
        }
        for (m, tail) in tails(&[16])[0].iter().enumerate() {
            let counted = f64::from(counts[m..].iter().sum::<u32>()) / 65_536.0;
            assert!((tail - counted).abs() < 1e-12, "{m} phrases: {tail} against {counted}");
        }
    }

    #[test]
    fn cumulants_are_those_of_the_recursion() {
        for ((block, written), tail) in BLOCKS.iter().zip(tails(&BLOCKS.map(|(block, _)| block))) {
            let computed = cumulants(&tail);
            println!("{block} bits: {computed:?}");
            assert!((computed.mean - written.mean).abs() < 1e-8);
            assert!((computed.variance - written.variance).abs() < 1e-7);
            assert!((computed.third - written.third).abs() < 1e-6);
        }
    }

    #[test]
    fn what_repeats_has_few_phrases() {
        let text = b"the quick brown fox jumps over the lazy dog ".repeat(200);
        let outcome = test(&Bits::new(&text));
        assert!(outcome.statistic().unwrap() < 0.99 && outcome.p().unwrap() < 1e-50, "{outcome:?}");
        assert_eq!(test(&Bits::new(&text[..8191])), crate::Outcome::too_short(65_536));
    }
}
