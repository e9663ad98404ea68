//! Does the walk of the bits stay near its start?

use core::f64::consts::SQRT_2;

use super::words::words;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "CumulativeSums",
    group: super::GROUP,
    minimum_bits: 100,
    statistic: "z, how far the walk that steps up for a one and down for a zero gets from its start; forward, then in reverse",
    null: "the farthest point of a Brownian motion; the limit for large n, right to about 1/sqrt(n)",
    sees: "bias in a stretch at the beginning (forward) or at the end (reverse), and bias throughout",
    misses: "whatever leaves the walk's size as it is, such as short patterns; the two directions are far from independent",
    source: "SP 800-22 Rev. 1a, section 2.13",
};

/// The cumulative sums test: forward, reverse.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::cumulative_sums};
///
/// let halves = [[0xFF; 20], [0x00; 20]].concat();
/// let [forward, reverse] = cumulative_sums::test(&Bits::new(&halves));
/// assert_eq!((forward.statistic(), reverse.statistic()), (Some(160.0), Some(160.0)));
/// assert!(forward.p().is_some_and(|p| p < 1e-10));
/// ```
pub fn test(bits: &Bits<'_>) -> [Outcome; 2] {
    super::shortage(&INFO, bits).map_or_else(|| evaluate(bits), |short| [short; 2])
}

/// The test without its minimum, of one bit or more.
pub(super) fn evaluate(bits: &Bits<'_>) -> [Outcome; 2] {
    let Walk { lowest, highest, last } = Walk::of(bits);
    // Read backwards, the walk visits its last point less each of the others.
    [highest.max(-lowest), (last - lowest).max(highest - last)]
        .map(|farthest| Outcome::p_value(farthest as f64, p(bits.len() as i64, farthest)))
}

/// How far a walk got; its start, 0, counts.
struct Walk {
    lowest: i64,
    highest: i64,
    last: i64,
}

impl Walk {
    fn of(bits: &Bits<'_>) -> Self {
        let (mut lowest, mut highest, mut sum) = (0, 0, 0);
        for (mut word, width) in words(bits, 0, bits.len()) {
            let steps = i64::from(width);
            // Most words lie so deep between the ends that no bit of theirs can reach beyond.
            if sum + steps <= highest && sum - steps >= lowest {
                sum += 2 * i64::from(word.count_ones()) - steps;
                continue;
            }
            for _ in 0..width {
                sum += if word >> 63 == 1 { 1 } else { -1 };
                word <<= 1;
                lowest = sum.min(lowest);
                highest = sum.max(highest);
            }
        }
        Self { lowest, highest, last: sum }
    }
}

/// The probability that the walk gets as far as `z`, at least 1, within `n` steps.
///
/// The limits of the sums are truncated toward zero, as the standard's example 2.13.4 and its tool do (its text leaves it open).
/// From n = 100 on the terms in question are nothing beside the rest unless z is near n.
fn p(n: i64, z: i64) -> f64 {
    let (root, far) = ((n as f64).sqrt(), z as f64);
    // So near a start a walk stays with a probability below 1e-50, and the sums would be long.
    if far < 0.1 * root {
        return 1.0;
    }
    let normal = |step: i64| 0.5 * libm::erfc(-(step as f64) * far / root / SQRT_2);
    let term = |k: i64, upper: i64| normal(4 * k + upper) - normal(4 * k + upper - 2);
    let sum = |from: i64, to: i64, upper: i64| (from..=to).map(|k| term(k, upper)).sum::<f64>();
    1.0 - sum((-n / z + 1) / 4, (n / z - 1) / 4, 1) + sum((-n / z - 3) / 4, (n / z - 1) / 4, 3)
}

#[cfg(test)]
mod tests {
    use super::{Walk, p};
    use crate::Bits;

    #[test]
    fn words_that_are_skipped_hide_no_extreme() {
        let bytes: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 17) as u8).collect();
        for len in [1, 64, 65, 100, 31_999] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            let (mut lowest, mut highest, mut sum) = (0, 0, 0);
            for bit in bits.iter() {
                sum += 2 * i64::from(bit) - 1;
                (lowest, highest) = (sum.min(lowest), sum.max(highest));
            }
            let walk = Walk::of(&bits);
            assert_eq!((walk.lowest, walk.highest, walk.last), (lowest, highest, sum), "{len} bits");
        }
    }

    /// The first passage of a Brownian motion out of an interval, in its other, quickly converging form.
    #[test]
    fn the_sums_are_the_law_of_the_farthest_point() {
        use core::f64::consts::PI;
        for (n, z) in [(1_000_000, 1001), (1_000_000, 300), (100, 16), (10_000, 150)] {
            let x = z as f64 / (n as f64).sqrt();
            let term = |k: i32| {
                let odd = f64::from(2 * k + 1);
                f64::from(1 - 2 * (k % 2)) / odd * (-(odd * PI / x).powi(2) / 8.0).exp()
            };
            let exact = 1.0 - 4.0 / PI * (0..200).map(term).sum::<f64>();
            assert!((p(n, z) - exact).abs() < 1e-12, "{n} {z}: {} against {exact}", p(n, z));
        }
    }

    #[test]
    fn the_shortest_walks_take_no_time_and_are_certain() {
        assert_eq!(p(1 << 40, 1), 1.0);
        assert!((p(10_000, 10) - 1.0).abs() < 1e-12 && (p(10_000, 9) - 1.0).abs() < 1e-12);
        assert!(p(1_000_000, 1_000_000) < 1e-9);
    }
}
