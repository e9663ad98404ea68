//! Kolmogorov complexity: what the Lempel-Ziv 76 complexity of blocks says of it.

use super::lz76::{BLOCK, complexity};
use crate::battery::cumulants::Cumulants;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome};

/// Fewest blocks: the sum over that many is nearly normal.
const MINIMUM_BLOCKS: usize = 64;

/// Most blocks that are looked at, the first ones: a 1024th of those in the simulation.
///
/// So the error of the simulated mean moves the sum by 1/32 of its standard deviation, once in three by more; one
/// such error changes a tail of 1e-2 by one part in 300, and one of 1e-4 by one in 130.
const MOST_BLOCKS: usize = 1 << 16;

/// Cumulants of a block's complexity, from 2^26 blocks of independent bits, which an ignored test simulates again;
/// their standard errors are 0.00023, 0.0006 and 0.002.
const OF_BLOCK: Cumulants = Cumulants { mean: 108.764_065, variance: 3.451_275, third: -0.514_683 };

/// What the test computes.
pub static INFO: Info = Info {
    name: "kolmogorov_complexity",
    group: "Entropy",
    minimum_bits: (MINIMUM_BLOCKS * BLOCK) as u64,
    statistic: "Lempel-Ziv 76 complexity over its expectation, summed over blocks of 1024 bits, at most the first \
                65,536 of them: an upper bound, as any compressor's, for what Kolmogorov's complexity would be",
    null: "normal with a correction for skewness, two-sided, counted at least as far out; cumulants from a simulation \
           of 2^26 blocks, whose error is at most 1/32 of a standard deviation of the sum. Discrete: a step is a \
           fifteenth of a standard deviation or less",
    sees: "patterns that come back within 1024 bits at any distance: bias, short periods, oscillation, text",
    misses: "repeats further apart than a block, and bits that a short program computes without repeating itself",
    source: "Lempel and Ziv, IEEE Transactions on Information Theory 22 (1976); Kaspar and Schuster 1987",
};

/// Complexity over its expectation; see [`INFO`].
pub fn test(bits: &Bits<'_>) -> Outcome {
    let blocks = (bits.len() / BLOCK).min(MOST_BLOCKS);
    if blocks < MINIMUM_BLOCKS {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let sum = (0..blocks).map(|index| complexity(bits, index * BLOCK)).sum::<usize>() as f64;
    let expected = OF_BLOCK.of_sum(blocks as f64);
    Outcome::p_value(sum / expected.mean, normal_two_sided(expected.normal_score_of_whole(sum)))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, OF_BLOCK, complexity, test};
    use crate::battery::cumulants::Cumulants;
    use crate::test_streams::Good;
    use crate::{Bits, Outcome};

    /// Cumulants over the blocks of `streams` streams of 2 MiB with the seeds from `first` on.
    fn simulated(first: u64, streams: u64) -> Cumulants {
        let sums = crate::threads::map((first..first + streams).collect(), |seed| {
            let bytes = Good::ChaCha20.bytes(seed, 1 << 21);
            let bits = Bits::new(&bytes);
            let mut sums = [0u64; 4];
            for start in (0..bits.len()).step_by(BLOCK) {
                let complexity = complexity(&bits, start) as u64;
                for (power, sum) in (0..).zip(&mut sums) {
                    *sum += complexity.pow(power);
                }
            }
            sums
        });
        let sum = |power: usize| sums.iter().map(|sums| sums[power]).sum::<u64>() as f64;
        let [mean, second, third] = [1, 2, 3].map(|power| sum(power) / sum(0));
        Cumulants {
            mean,
            variance: second - mean * mean,
            third: third - 3.0 * mean * second + 2.0 * mean.powi(3),
        }
    }

    /// The first 2^14 blocks of those simulated, as their seeds give them.
    #[test]
    fn a_few_blocks_agree_with_the_simulation() {
        let mean = simulated(0, 1).mean;
        let error = (OF_BLOCK.variance / f64::from(1 << 14)).sqrt();
        assert!((mean - OF_BLOCK.mean).abs() < 4.0 * error, "{mean}");
    }

    #[test]
    #[ignore = "a minute of processor time: simulates the constants from their seeds"]
    fn constants_are_simulated() {
        let cumulants = simulated(0, 1 << 12);
        println!("{cumulants:?}");
        assert!((cumulants.mean - OF_BLOCK.mean).abs() < 1e-6);
        assert!((cumulants.variance - OF_BLOCK.variance).abs() < 1e-6);
        assert!((cumulants.third - OF_BLOCK.third).abs() < 1e-6);
    }

    #[test]
    fn short_periods_are_simple_and_few_blocks_say_nothing() {
        let period = Good::ChaCha20.bytes(1, 30).repeat(400);
        let outcome = test(&Bits::new(&period));
        assert!(outcome.statistic().unwrap() < 0.5 && outcome.p() == Some(0.0), "{outcome:?}");
        assert_eq!(test(&Bits::new(&period[..8191])), Outcome::too_short(65_536));
    }
}
