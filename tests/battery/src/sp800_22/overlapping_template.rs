//! Do nine ones in a row occur as often as they should?

use core::f64::consts::LN_2;

use super::Constants;
use super::classes::chi_square;
use super::words::words;
use crate::special::{chi_square_upper, ln_gamma};
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "OverlappingTemplate",
    group: super::GROUP,
    minimum_bits: 71 * BLOCK as u64,
    statistic: "chi-square of the occurrences of nine ones, overlapping, in blocks of 1032 bits, in the classes 0 to 4, and 5 or more",
    null: "chi-square with five degrees of freedom; exact class probabilities, the limit for many blocks, with at least 5 to expect in each class",
    sees: "long runs of ones that are too frequent, too rare, or clustered",
    misses: "all that leaves runs of nine ones as they are",
    source: "SP 800-22 Rev. 1a, section 2.8",
};

/// Ones in the template, and bits in a block: about two occurrences are expected in each.
const LENGTH: u32 = 9;
const BLOCK: usize = 1032;
const CLASSES: usize = 6;

/// The overlapping template matching test; bits beyond the last whole block are left out.
///
/// The standard recommends 1,000,000 bits. What its chi-square asks for (section 2.8.7) is an expectation of more than 5
/// in the rarest class, hence 71 blocks; that is the minimum here.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::{Constants, overlapping_template}};
///
/// let outcome = overlapping_template::test(&Bits::new(&[0b0111_1111; 10_000]), Constants::Exact);
/// assert!(outcome.p().is_some_and(|p| p < 1e-20), "there are never nine ones in a row");
/// ```
pub fn test(bits: &Bits<'_>, constants: Constants) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits, constants))
}

/// The test without its minimum, of one block or more.
pub(super) fn evaluate(bits: &Bits<'_>, constants: Constants) -> Outcome {
    let mut counts = [0; CLASSES];
    for index in 0..bits.len() / BLOCK {
        counts[hits(bits, index * BLOCK, BLOCK).min(CLASSES - 1)] += 1;
    }
    let statistic = match constants {
        Constants::Exact => chi_square(&counts, &probabilities::<CLASSES>(LENGTH as usize, BLOCK)),
        Constants::Sts => chi_square(&counts, &compound_poisson()),
    };
    Outcome::p_value(statistic, chi_square_upper(statistic, (CLASSES - 1) as f64))
}

/// How often nine ones occur among `len` bits from `start` on.
fn hits(bits: &Bits<'_>, start: usize, len: usize) -> usize {
    let mut before = 0u64;
    let mut hits = 0;
    for (word, _) in words(bits, start, len) {
        // A bit stays where it and the bits before it are ones: two of them, four, eight, nine.
        let both = u128::from(before) << 64 | u128::from(word);
        let two = both & both >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        hits += ((eight & both >> 8) as u64).count_ones();
        before = word;
    }
    hits as usize
}

/// Exact probabilities that `ones` ones occur 0, 1, …, at least `N` - 1 times in `block` bits, by a walk over the bits that
/// knows the number of occurrences and how many ones came last.
fn probabilities<const N: usize>(ones: usize, block: usize) -> [f64; N] {
    let mut now = vec![[0.0; N]; ones + 1];
    now[0][0] = 1.0;
    for _ in 0..block {
        let mut next = vec![[0.0; N]; ones + 1];
        for (run, row) in now.iter().enumerate() {
            let longer = (run + 1).min(ones);
            for (hits, probability) in row.iter().enumerate() {
                next[0][hits] += probability / 2.0;
                let hits = if longer == ones { (hits + 1).min(N - 1) } else { hits };
                next[longer][hits] += probability / 2.0;
            }
        }
        now = next;
    }
    core::array::from_fn(|hits| now.iter().map(|row| row[hits]).sum())
}

/// The suite's probabilities: occurrences in clumps, the clumps Poisson with mean 1, their sizes geometric (section 3.8).
fn compound_poisson() -> [f64; CLASSES] {
    let ln_factorial = |number: usize| ln_gamma(number as f64 + 1.0);
    let occurrences = |count: usize| {
        let clumps = |clumps: usize| {
            let ways = ln_factorial(count - 1) - ln_factorial(clumps - 1) - ln_factorial(count - clumps);
            (ways - ln_factorial(clumps) - 1.0 - count as f64 * LN_2).exp()
        };
        (1..=count).map(clumps).sum::<f64>()
    };
    let mut table = [0.0; CLASSES];
    table[0] = (-1.0f64).exp();
    for (count, probability) in table.iter_mut().enumerate().take(CLASSES - 1).skip(1) {
        *probability = occurrences(count);
    }
    table[CLASSES - 1] = 1.0 - table[..CLASSES - 1].iter().sum::<f64>();
    table
}

#[cfg(test)]
mod tests {
    use super::{compound_poisson, hits, probabilities};
    use crate::Bits;

    #[test]
    fn occurrences_are_followed_over_word_edges() {
        let bytes: Vec<u8> =
            (0..1000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8 | 0x77).collect();
        let bits = Bits::new(&bytes);
        for (start, len) in [(0, 8), (0, 9), (0, 1032), (1032, 1032), (5, 200), (0, 8000)] {
            let windows = (start + 9..=start + len).filter(|end| bits.window(end - 9, 9) == 511);
            assert_eq!(hits(&bits, start, len), windows.count(), "{len} bits from {start}");
        }
        assert_eq!(hits(&Bits::new(&[0xFF; 129]), 0, 1032), 1024);
    }

    #[test]
    fn short_blocks_are_counted_out() {
        let mut counts = [0.0; 4];
        for word in 0..1u32 << 12 {
            let occurrences = (0..10).filter(|shift| word >> shift & 7 == 7).count();
            counts[occurrences.min(3)] += 1.0 / 4096.0;
        }
        assert_eq!(probabilities::<4>(3, 12), counts);
    }

    /// Exact: Hamano and Kaneko (2007), here from 40-digit arithmetic. The suite's: its own output.
    #[test]
    fn both_tables_are_the_known_ones() {
        let exact = [0.3640910532, 0.1856589001, 0.1393811305, 0.1005711440, 0.0704323263, 0.1398654459];
        for (computed, exact) in probabilities::<6>(9, 1032).into_iter().zip(exact) {
            assert!((computed - exact).abs() < 1e-10, "{computed} against {exact}");
        }
        for (computed, sts) in
            compound_poisson().into_iter().zip([0.367879, 0.183940, 0.137955, 0.099634, 0.069935, 0.140657])
        {
            assert!((computed - sts).abs() < 1e-6, "{computed} against {sts}");
        }
    }
}
