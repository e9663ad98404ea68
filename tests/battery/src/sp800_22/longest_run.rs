//! Are the longest runs of ones in blocks as long as they should be?

use super::Constants;
use super::classes::chi_square;
use super::words::words;
use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "LongestRun",
    group: super::GROUP,
    minimum_bits: 128,
    statistic: "chi-square of the longest run of ones in blocks of 8, 128 (from 6272 bits) or 10,000 bits (from 750,000), in 4, 6 or 7 classes",
    null: "chi-square with 3, 5 or 6 degrees of freedom; the limit for many blocks, of which there are at least 16, 49 or 75",
    sees: "ones that cluster, or that are kept apart",
    misses: "runs of zeros; and faults beside the longest run of a block",
    source: "SP 800-22 Rev. 1a, section 2.4",
};

/// Blocks of so many bits, and the classes of their longest runs: `shortest` or below, …, `longest` or above.
struct Layout {
    from_bits: usize,
    block: usize,
    shortest: u32,
    longest: u32,
    sts: &'static [f64],
}

/// By length of the sequence. The suite's probabilities are the standard's (section 3.4); for 10,000 bits they do not
/// even sum to 1 more than roughly, and are off by up to 0.0016.
static LAYOUTS: [Layout; 3] = [
    Layout {
        from_bits: 750_000,
        block: 10_000,
        shortest: 10,
        longest: 16,
        sts: &[0.0882, 0.2092, 0.2483, 0.1933, 0.1208, 0.0675, 0.0727],
    },
    Layout {
        from_bits: 6272,
        block: 128,
        shortest: 4,
        longest: 9,
        sts: &[0.1174035788, 0.242955959, 0.249363483, 0.17517706, 0.102701071, 0.112398847],
    },
    Layout {
        from_bits: 0,
        block: 8,
        shortest: 1,
        longest: 4,
        sts: &[0.21484375, 0.3671875, 0.23046875, 0.1875],
    },
];

/// The test for the longest run of ones in a block.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::{Constants, longest_run}};
///
/// let outcome = longest_run::test(&Bits::new(&[0b0101_0101; 16]), Constants::Exact);
/// assert!(outcome.p().is_some_and(|p| p < 1e-10), "no block has two ones in a row");
/// ```
pub fn test(bits: &Bits<'_>, constants: Constants) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits, constants))
}

/// The test without its minimum, of eight bits or more.
pub(super) fn evaluate(bits: &Bits<'_>, constants: Constants) -> Outcome {
    let fits = |layout: &&Layout| bits.len() >= layout.from_bits;
    let layout = LAYOUTS.iter().find(fits).unwrap_or(&LAYOUTS[2]);
    let mut counts = vec![0; layout.sts.len()];
    for index in 0..bits.len() / layout.block {
        let run = longest(bits, index * layout.block, layout.block);
        counts[(run.clamp(layout.shortest, layout.longest) - layout.shortest) as usize] += 1;
    }
    let statistic = match constants {
        Constants::Exact => chi_square(&counts, &layout.probabilities()),
        Constants::Sts => chi_square(&counts, layout.sts),
    };
    Outcome::p_value(statistic, chi_square_upper(statistic, (counts.len() - 1) as f64))
}

/// The longest run of ones among `len` bits from `start` on.
fn longest(bits: &Bits<'_>, start: usize, len: usize) -> u32 {
    let (mut longest, mut open) = (0, 0);
    for (word, width) in words(bits, start, len) {
        let first = word.leading_ones();
        longest = longest.max(open + first);
        if first == width {
            open += width;
            continue;
        }
        // Each step takes one off the end of every run.
        let (mut rest, mut run) = (word, 0);
        while rest != 0 {
            rest &= rest << 1;
            run += 1;
        }
        longest = longest.max(run);
        open = (word >> (64 - width)).trailing_ones();
    }
    longest
}

impl Layout {
    /// Exact probabilities of the classes.
    fn probabilities(&self) -> Vec<f64> {
        let mut below = 0.0;
        let at_most =
            (self.shortest..self.longest).map(|run| no_longer_than(run as usize, self.block)).chain([1.0]);
        at_most.map(|up_to| up_to - core::mem::replace(&mut below, up_to)).collect()
    }
}

/// The probability that `len` independent unbiased bits hold no run of more than `run` ones.
///
/// A first longer run at the end of k bits is a zero and run + 1 ones, after bits without one.
fn no_longer_than(run: usize, len: usize) -> f64 {
    let longer = run + 1;
    let mut without = vec![1.0; len.max(longer) + 1];
    without[longer] = 1.0 - (-(longer as f64)).exp2();
    for k in longer + 1..=len {
        without[k] = without[k - 1] - (-(longer as f64 + 1.0)).exp2() * without[k - longer - 1];
    }
    without[len]
}

#[cfg(test)]
mod tests {
    use super::{LAYOUTS, longest, no_longer_than};
    use crate::Bits;

    #[test]
    fn runs_are_followed_over_word_edges() {
        let bytes: Vec<u8> =
            (0..3000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 15) as u8 | 0x31).collect();
        let bits = Bits::new(&bytes);
        for (start, len) in [(0, 8), (8, 128), (0, 10_000), (3, 77), (16, 64), (0, 0), (5, 24_000 - 5)] {
            let (mut run, mut expected) = (0, 0);
            for bit in bits.iter().skip(start).take(len) {
                run = if bit == 1 { run + 1 } else { 0 };
                expected = run.max(expected);
            }
            assert_eq!(longest(&bits, start, len), expected, "{len} bits from {start}");
        }
        assert_eq!(longest(&Bits::new(&[0xFF; 40]), 0, 320), 320);
    }

    #[test]
    fn short_blocks_are_counted_out() {
        for run in 0..9 {
            let fitting =
                (0..1 << 8).filter(|byte: &u32| longest(&Bits::new(&[*byte as u8]), 0, 8) <= run).count();
            assert_eq!(no_longer_than(run as usize, 8), fitting as f64 / 256.0);
        }
    }

    /// The standard's figures agree within what it rounded to, and for 10,000 bits within 0.0016.
    #[test]
    fn the_printed_tables_are_near() {
        for (layout, near) in LAYOUTS.iter().zip([1.6e-3, 1e-8, 1e-15]) {
            let probabilities = layout.probabilities();
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            assert!(probabilities.iter().zip(layout.sts).all(|(exact, sts)| (exact - sts).abs() < near));
        }
        let exact = [
            0.0866323111,
            0.2082006484,
            0.2484185819,
            0.1939127867,
            0.1214584851,
            0.0680110893,
            0.0733660975,
        ];
        for (computed, exact) in LAYOUTS[0].probabilities().iter().zip(exact) {
            assert!((computed - exact).abs() < 1e-10, "{computed} against {exact}");
        }
    }
}
