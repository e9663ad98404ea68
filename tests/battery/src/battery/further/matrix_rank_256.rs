//! Rank of large matrices: whether 256 rows of 256 bits are independent.

use crate::special::binomial_at_least;
use crate::{Bits, Info, Outcome, threads};

/// Rows and columns.
const SIZE: usize = 256;
/// 64-bit words in a row.
const WORDS: usize = SIZE / 64;

/// What the test computes.
pub static INFO: Info = Info {
    name: "matrix_rank_256",
    group: "Further",
    minimum_bits: 16 * (SIZE * SIZE) as u64,
    statistic: "the number of 256 × 256 matrices over GF(2) whose rank is 254 or less",
    null: "exactly binomial with probability 0.13364; the p-value is P(at least as many), so at most as small as nominal",
    sees: "linear feedback of up to 255 bits, short xorshift and Mersenne-like generators, rows that repeat within 8 KiB",
    misses: "dependence that is not linear; linear generators of 256 bits of state and more",
    source: "Marsaglia and Tsay 1985, Linear Algebra and its Applications 67; L'Ecuyer and Simard 2007, ACM Transactions on \
             Mathematical Software 33 (matrices of many sizes)",
};

/// Tests whether too many matrices lack rank.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::matrix_rank_256};
///
/// let mut x = 1u64;
/// let mut xorshift = || {
///     x ^= x << 13;
///     x ^= x >> 7;
///     x ^= x << 17;
///     x.to_be_bytes()
/// };
/// let bytes: Vec<u8> = (0..16_384).flat_map(|_| xorshift()).collect();
/// assert!(matrix_rank_256::test(&Bits::new(&bytes)).p() < Some(1e-9), "64 bits of state");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let matrices = bits.len() / (SIZE * SIZE);
    if matrices == 0 {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let lacking = |matrix: usize| {
        let word = |index: usize| bits.word((matrix * SIZE * WORDS + index) * 64);
        let mut rows: Vec<[u64; WORDS]> =
            (0..SIZE).map(|row| core::array::from_fn(|column| word(row * WORDS + column))).collect();
        rank(&mut rows) + 2 <= SIZE
    };
    let lacking = threads::map((0..matrices).collect(), lacking).into_iter().filter(|&lacks| lacks).count();
    Outcome::p_value(
        lacking as f64,
        binomial_at_least(lacking as u64, matrices as u64, lacking_probability()),
    )
}

/// P(rank ≤ 254): with f the probability of full rank, Π (1 - 2^-i), one less has 2f·(1 - 2^-256).
fn lacking_probability() -> f64 {
    let full: f64 = (1..=SIZE as i32).map(|i| 1.0 - 2f64.powi(-i)).product();
    1.0 - 3.0 * full
}

/// The number of independent rows, by elimination from the first column on.
fn rank(rows: &mut [[u64; WORDS]]) -> usize {
    let mut rank = 0;
    for column in 0..SIZE {
        let set = |row: &[u64; WORDS]| row[column / 64] >> (63 - column % 64) & 1 == 1;
        let Some(pivot) = rows.iter().skip(rank).position(set) else { continue };
        rows.swap(rank, rank + pivot);
        let pivot = rows[rank];
        rank += 1;
        for row in rows[rank..].iter_mut().filter(|row| set(row)) {
            row.iter_mut().zip(pivot).for_each(|(word, with)| *word ^= with);
        }
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::{SIZE, WORDS, lacking_probability, rank, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// 1 - 0.28878809508660242 - 0.57757619017320484, the limits for large matrices.
    #[test]
    fn probability_is_that_of_the_limit() {
        assert!((lacking_probability() - 0.133_635_714_740_192_74).abs() < 1e-12);
    }

    #[test]
    fn ranks_of_known_matrices() {
        let row = |index: usize| {
            core::array::from_fn(|word| if index / 64 == word { 1 << (index % 64) } else { 0 })
        };
        let mut identity: Vec<[u64; WORDS]> = (0..SIZE).map(row).collect();
        identity.reverse();
        assert_eq!(rank(&mut identity.clone()), SIZE);
        identity[17] = identity[200];
        let sum = |word: usize| identity[100][word] ^ identity[101][word] ^ identity[200][word];
        identity[3] = core::array::from_fn(sum);
        assert_eq!(rank(&mut identity), SIZE - 2);
        assert_eq!(rank(&mut vec![[0; WORDS]; SIZE]), 0);
    }

    /// 20 of 20: 0.1336357^20.
    #[test]
    fn a_row_in_each_matrix_that_is_the_sum_of_two_is_seen() {
        let mut bytes = Good::ChaCha20.bytes(1, 20 * 8192);
        for matrix in bytes.chunks_exact_mut(8192) {
            for byte in 0..32 {
                matrix[byte] = matrix[32 + byte] ^ matrix[64 + byte];
                matrix[4096 + byte] = matrix[32 + byte];
            }
        }
        let outcome = test(&Bits::new(&bytes));
        assert_eq!(outcome.statistic(), Some(20.0));
        assert!((outcome.p().unwrap() / 0.133_635_714_740_192_74f64.powi(20) - 1.0).abs() < 1e-6);
    }
}
