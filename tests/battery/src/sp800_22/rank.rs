//! Do 32 by 32 matrices of bits have the ranks they should?

use super::classes::chi_square;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "Rank",
    group: super::GROUP,
    minimum_bits: 38 * BITS as u64,
    statistic: "chi-square of the ranks of 32 by 32 binary matrices, in the classes 32, 31, and 30 or less",
    null: "chi-square with two degrees of freedom; exact class probabilities, the limit for many matrices, of which there are at least 38",
    sees: "linear dependence between pieces of 32 bits, as of short shift registers",
    misses: "linear dependence that needs more than 1024 bits to show, and all that is not linear",
    source: "SP 800-22 Rev. 1a, section 2.5",
};

const SIDE: usize = 32;
const BITS: usize = SIDE * SIDE;

/// The binary matrix rank test; bits beyond the last whole matrix are left out.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::rank};
///
/// let outcome = rank::test(&Bits::new(&[0b0110_1001; 5000]));
/// assert!(outcome.p().is_some_and(|p| p < 1e-50), "all rows are equal");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits))
}

/// The test without its minimum, of one matrix or more.
pub(super) fn evaluate(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0; 3];
    for matrix in 0..bits.len() / BITS {
        let row = |index| bits.window(matrix * BITS + index * SIDE, SIDE as u32) as u32;
        let deficiency = SIDE as u32 - rank(core::array::from_fn::<_, SIDE, _>(row));
        counts[deficiency.min(2) as usize] += 1;
    }
    judge(&counts)
}

/// Judges the number of matrices of full rank, of one less, and of the others.
pub(super) fn judge(counts: &[u64; 3]) -> Outcome {
    let (full, one_less) = (probability(SIDE, SIDE), probability(SIDE - 1, SIDE));
    let statistic = chi_square(counts, &[full, one_less, 1.0 - full - one_less]);
    Outcome::p_value(statistic, (-statistic / 2.0).exp())
}

/// Rank over the field of two elements, by elimination from the leftmost column on.
fn rank<const N: usize>(mut rows: [u32; N]) -> u32 {
    let mut rank = 0;
    for index in 0..N {
        let pivot = rows[index];
        if pivot == 0 {
            continue;
        }
        rank += 1;
        let column = pivot.ilog2();
        for row in &mut rows[index + 1..] {
            *row ^= pivot & (*row >> column & 1).wrapping_neg();
        }
    }
    rank
}

/// The probability that a square binary matrix has this rank (section 3.5).
fn probability(rank: usize, side: usize) -> f64 {
    let (rank, side) = (rank as f64, side as f64);
    let factor = |i: f64| (1.0 - (i - side).exp2()).powi(2) / (1.0 - (i - rank).exp2());
    let product: f64 = (0..rank as usize).map(|i| factor(i as f64)).product();
    (rank * (2.0 * side - rank) - side * side).exp2() * product
}

#[cfg(test)]
mod tests {
    use super::{judge, probability, rank};

    #[test]
    fn small_matrices_are_counted_out() {
        let mut counts = [0u32; 4];
        for matrix in 0..512u32 {
            counts[rank([matrix & 7, matrix >> 3 & 7, matrix >> 6]) as usize] += 1;
        }
        for (rank, count) in counts.into_iter().enumerate() {
            assert!((probability(rank, 3) - f64::from(count) / 512.0).abs() < 1e-15);
        }
        assert_eq!(counts, [1, 49, 294, 168]);
    }

    /// Limits of the standard's section 3.5, here with 16 digits from 40-digit arithmetic.
    #[test]
    fn the_probabilities_are_those_of_the_standard() {
        assert!((probability(32, 32) - 0.288_788_095_153_841_1).abs() < 1e-15);
        assert!((probability(31, 32) - 0.577_576_190_173_204_6).abs() < 1e-15);
    }

    #[test]
    fn ranks_of_known_matrices() {
        assert_eq!(rank(core::array::from_fn::<_, 32, _>(|row| 1 << row)), 32);
        assert_eq!(rank([u32::MAX; 32]), 1);
        assert_eq!(rank([0; 32]), 0);
        assert!(judge(&[0, 0, 38]).p().is_some_and(|p| p < 1e-20));
    }
}
