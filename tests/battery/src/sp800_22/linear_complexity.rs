//! How long are the shortest shift registers that make up the blocks?

use super::Constants;
use super::classes::chi_square;
use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes and what may be concluded.
///
/// The minimum is that for blocks of 500 bits.
pub static INFO: Info = Info {
    name: "LinearComplexity",
    group: super::GROUP,
    minimum_bits: BLOCKS * 500,
    statistic: "chi-square of the linear complexity of blocks, by its distance to the mean, in 7 classes",
    null: "chi-square with six degrees of freedom; exact class probabilities, the limit for many blocks, of which there are at least 200",
    sees: "bits from short linear feedback shift registers, or nearly so",
    misses: "registers longer than half a block, and all that is not linear",
    source: "SP 800-22 Rev. 1a, section 2.10",
};

/// Fewest blocks, for the result to be valid (section 2.10.7).
const BLOCKS: u64 = 200;
const CLASSES: usize = 7;

/// The suite's probabilities: the standard's, the first of which is a misprint of 1/96 = 0.0104167.
const STS: [f64; CLASSES] = [0.01047, 0.03125, 0.125, 0.5, 0.25, 0.0625, 0.020833];

/// The linear complexity test over blocks of `block` bits, 500 to 5000; bits beyond the last whole block are left out.
///
/// The standard recommends 1,000,000 bits. What it asks for, for the result to be valid, are 200 blocks; that is the minimum here.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::{Constants, linear_complexity}};
///
/// let outcome = linear_complexity::test(&Bits::new(&[0b0110_1001; 12_500]), 500, Constants::Exact);
/// assert!(outcome.p().is_some_and(|p| p < 1e-100), "a register of eight bits makes it");
/// ```
pub fn test(bits: &Bits<'_>, block: usize, constants: Constants) -> Outcome {
    if !(500..=5000).contains(&block) {
        return Outcome::NotApplicable(Reason::Parameter("a block has 500 to 5000 bits"));
    }
    match BLOCKS * block as u64 {
        need if (bits.len() as u64) < need => Outcome::too_short(need),
        _ => evaluate(bits, block, constants),
    }
}

/// The test without its minimum, of one block or more.
fn evaluate(bits: &Bits<'_>, block: usize, constants: Constants) -> Outcome {
    let mut series = Series::new(block);
    let mut counts = [0; CLASSES];
    for index in 0..bits.len() / block {
        counts[class(series.complexity(bits, index * block), block)] += 1;
    }
    let statistic = match constants {
        Constants::Exact => chi_square(&counts, &probabilities(block)),
        Constants::Sts => chi_square(&counts, &STS),
    };
    Outcome::p_value(statistic, chi_square_upper(statistic, (CLASSES - 1) as f64))
}

/// Linear complexity of a whole sequence.
#[cfg(test)]
pub(super) fn complexity(bits: &Bits<'_>) -> usize {
    Series::new(bits.len()).complexity(bits, 0)
}

/// Which class the complexity of a block of `block` bits is in: T <= -2.5, …, T > 2.5 (section 2.10.4).
fn class(complexity: usize, block: usize) -> usize {
    let length = block as f64;
    let sign = if block.is_multiple_of(2) { 1.0 } else { -1.0 };
    let mean = length / 2.0 + (9.0 - sign) / 36.0 - (length / 3.0 + 2.0 / 9.0) * (-length).exp2();
    let distance = sign * (complexity as f64 - mean) + 2.0 / 9.0;
    [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].into_iter().filter(|&limit| distance > limit).count()
}

/// Exact probabilities of the classes: of the 2^M sequences of M bits, 2^min(2M - 2L, 2L - 1) have complexity L, and
/// one has complexity 0 (Rueppel 1986).
fn probabilities(block: usize) -> [f64; CLASSES] {
    let mut table = [0.0; CLASSES];
    table[class(0, block)] += (-(block as f64)).exp2();
    for complexity in 1..=block {
        let sequences = (2 * (block - complexity)).min(2 * complexity - 1);
        table[class(complexity, block)] += (sequences as f64 - block as f64).exp2();
    }
    table
}

/// The algorithm of Berlekamp and Massey over words, for blocks of one length.
///
/// Only the length of the register is wanted, so in place of its polynomial C the algorithm carries the series C·S of
/// discrepancies still ahead, the next one first: a discrepancy is then the first bit, and nothing needs to be
/// multiplied out. `other` is that series at the last change of length, which began with a one, too.
struct Series {
    bits: usize,
    ahead: Vec<u64>,
    other: Vec<u64>,
}

impl Series {
    fn new(bits: usize) -> Self {
        let words = bits.div_ceil(64) + 1;
        Self { bits, ahead: vec![0; words], other: vec![0; words] }
    }

    /// Linear complexity of the block that begins at `start`.
    fn complexity(&mut self, bits: &Bits<'_>, start: usize) -> usize {
        for (index, word) in self.ahead.iter_mut().enumerate() {
            *word = bits.word(start + index * 64);
        }
        self.other.fill(0);
        self.other[0] = 1 << 63;
        let (mut done, mut complexity) = (0, 0);
        while done < self.bits {
            // One word more than is left, for the bits that move up.
            let words = (self.bits - done).div_ceil(64) + 1;
            let (ahead, other) = (&mut self.ahead[..words], &mut self.other[..words]);
            let zeros = ahead[0].leading_zeros();
            if zeros == 64 {
                ahead.copy_within(1.., 0);
                ahead[words - 1] = 0;
                done += 64;
                continue;
            }
            done += zeros as usize;
            if done >= self.bits {
                break;
            }
            if 2 * complexity <= done {
                complexity = done + 1 - complexity;
                cancel::<true>(ahead, other, zeros);
            } else {
                cancel::<false>(ahead, other, zeros);
            }
            done += 1;
        }
        complexity
    }
}

/// Drops `zeros` bits, fewer than 64, from `ahead`, adds `other`, and drops the bit that has become zero; where the
/// length changes, `other` becomes what `ahead` was before the addition.
fn cancel<const CHANGE: bool>(ahead: &mut [u64], other: &mut [u64], zeros: u32) {
    let (mut after, mut summed) = (0, 0);
    for (word, other) in ahead.iter_mut().zip(other).rev() {
        let moved = *word << zeros | after >> 1 >> (63 - zeros);
        after = *word;
        let sum = moved ^ *other;
        if CHANGE {
            *other = moved;
        }
        *word = sum << 1 | summed >> 63;
        summed = sum;
    }
}

#[cfg(test)]
mod tests {
    use super::{STS, Series, probabilities};
    use crate::Bits;

    fn complexity(bits: &Bits<'_>, start: usize, len: usize) -> usize {
        Series::new(len).complexity(bits, start)
    }

    /// The algorithm as it is usually written: register polynomial, discrepancy, correction.
    fn as_written(bits: &[u8]) -> usize {
        let n = bits.len();
        let (mut c, mut b) = (vec![0u8; n + 1], vec![0u8; n + 1]);
        (c[0], b[0]) = (1, 1);
        let (mut length, mut shift) = (0, 1);
        for i in 0..n {
            let discrepancy = (0..=length).fold(0, |sum, j| sum ^ (c[j] & bits[i - j]));
            if discrepancy == 0 {
                shift += 1;
                continue;
            }
            let old = c.clone();
            for j in 0..=n - shift.min(n) {
                if j + shift <= n {
                    c[j + shift] ^= b[j];
                }
            }
            if 2 * length <= i {
                length = i + 1 - length;
                b = old;
                shift = 1;
            } else {
                shift += 1;
            }
        }
        length
    }

    #[test]
    fn series_and_polynomial_give_the_same_length() {
        let bytes: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 12) as u8).collect();
        let bits = Bits::new(&bytes);
        for (start, len) in
            [(0, 1), (3, 13), (8, 63), (0, 64), (5, 65), (40, 128), (100, 500), (600, 501), (1000, 1000)]
        {
            let list: Vec<u8> = bits.iter().skip(start).take(len).collect();
            assert_eq!(complexity(&bits, start, len), as_written(&list), "{len} bits from {start}");
        }
        for word in 0..1u16 << 12 {
            let list: Vec<u8> = (0..12).map(|at| (word >> (15 - at) & 1) as u8).collect();
            let bytes = word.to_be_bytes();
            assert_eq!(complexity(&Bits::prefix(&bytes, 12).unwrap(), 0, 12), as_written(&list));
        }
    }

    #[test]
    fn registers_are_as_long_as_they_are() {
        let mut lone = [0; 64];
        assert_eq!(complexity(&Bits::new(&lone), 0, 500), 0);
        lone[62] = 0b0001_0000;
        assert_eq!(complexity(&Bits::new(&lone), 0, 500), 500, "only the last bit is one");
        assert_eq!(complexity(&Bits::new(&[0xFF; 64]), 0, 500), 1);
        // x^8 + x^4 + x^3 + x^2 + 1, from the standard's section 2.10 notation of a register.
        let mut register: u8 = 1;
        let step = |register: &mut u8| {
            let bit = (*register ^ *register >> 2 ^ *register >> 3 ^ *register >> 4) & 1;
            *register = *register >> 1 | bit << 7;
            b'0' + bit
        };
        let text: Vec<u8> = (0..500).map(|_| step(&mut register)).collect();
        assert_eq!(complexity(&Bits::from_ascii(&text).unwrap(), 0, 500), 8);
    }

    #[test]
    fn class_probabilities_are_the_fractions_they_should_be() {
        let fractions = [1.0 / 96.0, 1.0 / 32.0, 1.0 / 8.0, 1.0 / 2.0, 1.0 / 4.0, 1.0 / 16.0, 1.0 / 48.0];
        for block in [500, 501, 1000, 5000] {
            for (computed, fraction) in probabilities(block).into_iter().zip(fractions) {
                assert!((computed - fraction).abs() < 1e-15, "{block}: {computed} against {fraction}");
            }
        }
        assert!(STS.iter().zip(fractions).all(|(sts, fraction)| (sts - fraction).abs() < 6e-5));
    }
}
