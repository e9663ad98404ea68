//! The block tests of FIPS 140: monobit, poker, runs, long run, continuous run.
//!
//! A block of 20,000 good bits fails with a probability of about 8 in 10,000, so a failing block
//! says nothing by itself: [`Tester`] counts failures, and [`run`] holds the counts against what so many
//! good blocks would show.
//!
//! ```
//! use openentropy_tests::{Verdict, fips140};
//!
//! let alternating = [0x55; 100_000];
//! let findings = fips140::run(&alternating);
//! assert!(!Verdict::over(&findings, 0.01).passes());
//! ```

mod block;
mod limits;
mod tester;

pub use block::{BLOCK_BITS, BLOCK_BYTES, Block};
pub use limits::Limits;
pub use tester::Tester;

use crate::special::binomial_at_least;
use crate::{Finding, Info, Outcome};

/// Bits of the shortest stream with a complete block.
const MINIMUM_BITS: u64 = 32 + BLOCK_BITS as u64;

/// A test, and the probability that a block of independent unbiased bits fails it.
struct BlockTest {
    info: Info,
    rate: f64,
}

const fn info(name: &'static str, statistic: &'static str, sees: &'static str, misses: &'static str) -> Info {
    Info {
        name,
        group: "FIPS 140-2",
        minimum_bits: MINIMUM_BITS,
        statistic,
        null: "failing blocks are binomial; the p-value is the chance of as many or more, so it fails good data at most as often as its level says",
        sees,
        misses,
        source: "FIPS 140-2 (2001) §4.9 with change notice 1; removed by change notice 2 (2002)",
    }
}

/// The failure rates of monobit, long run and continuous run are exact; those of poker and runs are from
/// 40,000,000 simulated blocks, with a standard error of two per cent and one per cent of the figure.
static TESTS: [BlockTest; 5] = [
    BlockTest {
        info: info(
            "Monobit",
            "blocks with fewer than 9726 or more than 10,274 ones",
            "bias, strong or drifting",
            "anything with as many ones as zeros",
        ),
        rate: 1.034_6e-4,
    },
    BlockTest {
        info: info(
            "Poker",
            "blocks whose sixteen nibble values are too uneven, or too even, by a chi-square of 2.16 to 46.17",
            "uneven nibbles, counters",
            "dependence beyond four bits",
        ),
        rate: 1.01e-4,
    },
    BlockTest {
        info: info(
            "Runs",
            "blocks in which runs of one of twelve kinds are too few or too many",
            "neighbouring bits that depend on each other",
            "dependence between distant bits",
        ),
        rate: 2.94e-4,
    },
    BlockTest {
        info: info(
            "LongRun",
            "blocks with a run of 26 or more equal bits",
            "stuck phases",
            "everything else",
        ),
        rate: 2.976_2e-4,
    },
    BlockTest {
        info: info(
            "ContinuousRun",
            "blocks in which a word of 32 bits is repeated at once",
            "a stuck output register",
            "repetition with any other period",
        ),
        rate: 1.455e-7,
    },
];

/// Judges all complete blocks of `bytes` by FIPS 140-2.
pub fn run(bytes: &[u8]) -> Vec<Finding> {
    let mut tester = Tester::new(Limits::FIPS_140_2);
    tester.update(bytes);
    findings(&tester)
}

/// What the counts of a tester with [`Limits::FIPS_140_2`] amount to; one finding per test.
pub fn findings(tester: &Tester) -> Vec<Finding> {
    let outcome = |failures: u64, rate| match tester.blocks() {
        0 => Outcome::too_short(MINIMUM_BITS),
        blocks => Outcome::p_value(failures as f64, binomial_at_least(failures, blocks, rate)),
    };
    let finding = |(test, failures): (&'static BlockTest, u64)| {
        Finding::single(&test.info, outcome(failures, test.rate))
    };
    TESTS.iter().zip(tester.failures()).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BITS, Limits, TESTS, Tester, run};
    use crate::special::binomial_at_least;
    use crate::test_streams::Good;
    use crate::{Outcome, Verdict};

    fn close(rate: f64, exact: f64) {
        assert!((rate / exact - 1.0).abs() < 1e-3, "{rate:e} against {exact:e}");
    }

    #[test]
    fn the_monobit_rate_is_a_binomial_tail() {
        close(TESTS[0].rate, 2.0 * binomial_at_least(10_275, BLOCK_BITS as u64, 0.5));
    }

    #[test]
    fn the_long_run_rate_follows_from_a_recurrence() {
        // A run of 26 equal bits is a run of 25 pairs of equal neighbours, among 19,999.
        let run = 25;
        let mut none = vec![1.0f64; BLOCK_BITS];
        for pairs in run..BLOCK_BITS {
            none[pairs] = match pairs - run {
                0 => 1.0 - 0.5f64.powi(run as i32),
                more => none[pairs - 1] - 0.5f64.powi(run as i32 + 1) * none[more - 1],
            };
        }
        close(TESTS[3].rate, 1.0 - none[BLOCK_BITS - 1]);
    }

    #[test]
    fn the_continuous_run_rate_is_that_of_625_pairs() {
        close(TESTS[4].rate, -(625.0 * (-(0.5f64.powi(32))).ln_1p()).exp_m1());
    }

    /// 2000 blocks of each good stream: each count has a false-alarm probability below 1e-9 here.
    #[test]
    fn good_blocks_fail_at_their_rate() {
        for good in Good::ALL {
            let findings = run(&good.bytes(4, 5_000_004));
            assert!(findings.iter().all(|f| f.outcome.p().unwrap() > 1e-10), "{findings:?}");
        }
    }

    #[test]
    #[ignore = "simulates 40,000,000 blocks, for some minutes"]
    fn simulated_rates() {
        let mut tester = Tester::new(Limits::FIPS_140_2);
        for seed in 0..4000 {
            tester.update(&Good::ChaCha20.bytes(seed, 25_000_000));
        }
        let blocks = tester.blocks() as f64;
        println!("{blocks} blocks, {:?} failures, {} rejected", tester.failures(), tester.rejected());
        for (test, failures) in TESTS.iter().zip(tester.failures()) {
            let expected = test.rate * blocks;
            assert!(
                (failures as f64 - expected).abs() < 5.0 * expected.sqrt().max(1.0),
                "{}",
                test.info.name
            );
        }
    }

    #[test]
    fn too_short_is_said_and_constant_fails() {
        assert!(run(&[0; 2503]).iter().all(|f| f.outcome == Outcome::too_short(20_032)));
        assert!(!Verdict::over(&run(&[0; 2504]), 0.01).passes());
    }
}
