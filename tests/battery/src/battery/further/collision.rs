//! Collision: how often a word is one that has come before.

use crate::battery::distribution::null::poisson_two_sided;
use crate::{Bits, Info, Outcome};

/// Fewest collisions to expect: enough for half as many to be too few.
const LEAST_EXPECTED: f64 = 60.0;

/// What the test computes.
pub static INFO: Info = Info {
    name: "collision",
    group: "Further",
    minimum_bits: 262_144,
    statistic: "the number of words that equal an earlier one; a word is the first w bits of each 32, or of each 64 if w is above \
                32, with the largest w that leaves 60 collisions to expect: 29 bits in a megabyte",
    null: "the mean n - d·(1 - (1 - 1/d)^n) is exact for n words of d kinds; the law is Poisson up to terms of the order n/d, \
           below 0.02; the p-value is twice the smaller tail and the statistic an integer, so it is at most as small as \
           nominal but for those terms",
    sees: "words that come again: short periods, blocks that repeat at a distance of whole words, few states; and words that avoid coming again: counters, \
           ciphers of small blocks in counter mode, generators at full period",
    misses: "anything that repeats neither more nor less often",
    source: "Knuth, TAOCP 2, 3.3.2 I; L'Ecuyer, Simard and Wegenkittl 2002, SIAM Journal on Scientific Computing 24",
};

/// Tests the number of collisions, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::collision};
///
/// let counter: Vec<u8> = (0u32..32_768).flat_map(|i| i.wrapping_mul(2_654_435_769).to_be_bytes()).collect();
/// assert!(collision::test(&Bits::new(&counter)).p() < Some(1e-9), "too few");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let Some(width) = width(bits.len()) else {
        return Outcome::too_short(INFO.minimum_bits);
    };
    let words = bits.len() / stride(width);
    let mut seen: Vec<u64> = (0..words).map(|index| bits.window(index * stride(width), width)).collect();
    seen.sort_unstable();
    let collisions = seen.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64;
    let expected = expected(words as f64, 2f64.powi(width as i32));
    Outcome::p_value(collisions as f64, poisson_two_sided(collisions, expected))
}

/// Length in bits of the longest words of which enough are to be expected to collide.
fn width(bits: usize) -> Option<u32> {
    let enough =
        |&width: &u32| expected((bits / stride(width)) as f64, 2f64.powi(width as i32)) >= LEAST_EXPECTED;
    (8..=64).rev().find(enough)
}

/// Bits from the start of a word to the next: a power of two, so that buffers that repeat do so at a multiple of it.
fn stride(width: u32) -> usize {
    if width <= 32 { 32 } else { 64 }
}

/// Mean number of collisions of `n` words of `d` kinds.
fn expected(n: f64, d: f64) -> f64 {
    n + d * f64::exp_m1(n * f64::ln_1p(-1.0 / d))
}

#[cfg(test)]
mod tests {
    use super::{INFO, expected, stride, test, width};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Two words of d kinds collide with probability 1/d, three on average 3/d - 1/d² times.
    #[test]
    fn the_mean_is_exact() {
        assert!((expected(2.0, 256.0) * 256.0 - 1.0).abs() < 1e-9);
        assert!((expected(3.0, 256.0) - (3.0 / 256.0 - 1.0 / 65_536.0)).abs() < 1e-12);
        let (n, d) = (1e6f64, 2f64.powi(35));
        assert!((expected(n, d) / (n * (n - 1.0) / (2.0 * d)) - 1.0).abs() < 1e-4);
    }

    #[test]
    fn words_fit_the_length() {
        for bits in [INFO.minimum_bits as usize, 1 << 20, 8_388_608, 1 << 33] {
            let width = width(bits).unwrap();
            let (n, d) = ((bits / stride(width)) as f64, 2f64.powi(width as i32));
            let mean = expected(n, d);
            assert!((60.0..520.0).contains(&mean) && n / d < 0.02, "{bits} bits: {width} {mean} {}", n / d);
        }
        assert_eq!(width(8_388_608), Some(29));
        assert_eq!(width(160), None);
    }

    #[test]
    fn a_full_period_and_a_short_one_are_seen() {
        // x^24 + x^23 + x^22 + x^17 + 1: no 29 bits come twice before 2^24 - 1 steps.
        let mut state = 1u32;
        let mut step = || {
            let bit = (state ^ state >> 1 ^ state >> 2 ^ state >> 7) & 1;
            state = state >> 1 | bit << 23;
            bit as u8
        };
        let bytes: Vec<u8> = (0..1 << 20).map(|_| (0..8).fold(0, |byte, _| byte << 1 | step())).collect();
        let outcome = test(&Bits::new(&bytes));
        assert_eq!(outcome.statistic(), Some(0.0));
        assert!(outcome.p().unwrap() < 1e-20);

        let half = Good::ChaCha20.bytes(1, 50_000);
        assert!(test(&Bits::new(&[half.clone(), half].concat())).p().unwrap() < 1e-9);
    }
}
