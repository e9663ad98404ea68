//! Cumulative sums: how far the walk of the bits goes, seen from either end.

use super::walk::{Walk, terms};
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "cumulative_sums",
    group: "Advanced",
    minimum_bits: 100,
    statistic: "the largest distance of the walk of ±1 from its start or from its end, that is of the forward and the \
                backward cumulative sums together",
    null: "P(T ≥ t) is exact for every length, by the reflection principle between two barriers for each end point; the \
           statistic is an integer, so the p-value is at most as small as nominal. Below 1e-9 it is an upper bound, at \
           most twice too large",
    sees: "bias, slow drift, stretches with more ones than zeros; near the start and near the end as well",
    misses: "fast periods, dependence that averages out within a few hundred bits",
    source: "SP 800-22 Rev. 1a, 2.13 (its two directions as one); Feller, An Introduction to Probability Theory 1, III and XIV",
};

/// Tests the larger of the forward and the backward excursion.
///
/// ```
/// use openentropy_tests::{Bits, battery::advanced::cumulative_sums};
///
/// // As many ones as zeros, but all ones first.
/// let bytes = [[0xFF; 500], [0x00; 500]].concat();
/// let outcome = cumulative_sums::test(&Bits::new(&bytes));
/// assert_eq!(outcome.statistic(), Some(4000.0));
/// assert!(outcome.p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let walk = Walk::of(bits);
    let from_start = walk.highest.max(-walk.lowest);
    let from_end = (walk.end - walk.lowest).max(walk.highest - walk.end);
    let excursion = from_start.max(from_end);
    Outcome::p_value(excursion as f64, at_least(excursion as u64, bits.len() as u64))
}

/// P(T ≥ t) for a walk of `n` steps.
fn at_least(t: u64, n: u64) -> f64 {
    if t == 0 {
        return 1.0;
    }
    let ends = Ends::of(n);
    let exact = 1.0 - ends.within(t - 1);
    if exact > 1e-9 {
        return exact;
    }
    // Each of four maxima, upwards and downwards from either end, reaches t with P(S ≥ t) + P(S > t).
    4.0 * (ends.beyond(t) + ends.beyond(t + 1))
}

/// The law of the last height of a walk.
struct Ends {
    /// 0 or 1, as the number of steps is even or odd: so are the heights.
    parity: u64,
    /// P(S = parity + 2i).
    probabilities: Vec<f64>,
}

impl Ends {
    fn of(n: u64) -> Self {
        let parity = n % 2;
        let ratio = |index: u64| {
            let height = parity + 2 * index;
            (height < n).then(|| (n - height) as f64 / (n + height + 2) as f64)
        };
        let mut probabilities = terms(ratio);
        let upper: f64 = probabilities.iter().rev().sum();
        let total = 2.0 * upper - if parity == 0 { 1.0 } else { 0.0 };
        probabilities.iter_mut().for_each(|probability| *probability /= total);
        Self { parity, probabilities }
    }

    /// P(S = height), for heights of the right parity.
    fn at(&self, height: u64) -> f64 {
        self.probabilities.get((height / 2) as usize).copied().unwrap_or(0.0)
    }

    /// P(S ≥ height).
    fn beyond(&self, height: u64) -> f64 {
        let first = (height.saturating_sub(self.parity)).div_ceil(2) as usize;
        self.probabilities.iter().skip(first).rev().fold(0.0, |sum, p| sum + p)
    }

    /// P(T ≤ t): the walk ends at some s and stays between its barriers, t + 1 away from 0 and from s.
    fn within(&self, t: u64) -> f64 {
        let last = 2 * self.probabilities.len() as u64;
        let paths = |s: u64| {
            // For s ≥ 0 the barriers stand at s - (t + 1) and t + 1; images repeat at twice their distance.
            let barrier = 2 * (t + 1);
            let distance = 2 * (barrier - s);
            let mut sum = self.at(s) - self.at(barrier - s);
            let mut shift = distance;
            while shift < last + barrier {
                sum += self.at(shift + s) + self.at(shift - s)
                    - self.at(shift + barrier - s)
                    - self.at(shift.abs_diff(barrier - s));
                shift += distance;
            }
            if s == 0 { sum } else { 2.0 * sum }
        };
        (self.parity..=t).step_by(2).map(paths).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Ends, at_least, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Every one of the 2^13 and 2^14 walks, counted.
    #[test]
    fn the_law_is_that_of_all_walks() {
        for n in [1, 2, 7, 13, 14] {
            let mut counts = vec![0u32; n + 2];
            for walk in 0u32..1 << n {
                let word = (walk << (32 - n)).to_be_bytes();
                let bits = Bits::prefix(&word, n).unwrap();
                counts[test(&bits).statistic().unwrap() as usize] += 1;
            }
            for t in 0..=n + 1 {
                let counted = f64::from(counts[t..].iter().sum::<u32>()) / f64::from(1u32 << n);
                let law = at_least(t as u64, n as u64);
                assert!(
                    (law - counted).abs() < 1e-9 || law < 1e-9 && counted < 1e-9,
                    "{n} {t} {law} {counted}"
                );
            }
        }
    }

    /// Where the upper bound takes over it is above the exact value and below twice that.
    #[test]
    fn the_bound_of_the_far_tail_is_close() {
        let n = 1 << 20;
        let ends = Ends::of(n);
        let mut last = 1.0;
        for t in (1000..12_000).step_by(100) {
            let p = at_least(t, n);
            assert!(p <= last * 1.0001, "{t}");
            last = p;
            let (exact, bound) = (1.0 - ends.within(t - 1), 4.0 * (ends.beyond(t) + ends.beyond(t + 1)));
            if (1e-12..0.1).contains(&exact) {
                assert!(exact <= bound * 1.0001 && bound < 2.0 * exact, "{t} {exact} {bound}");
            }
        }
        assert!(last > 0.0 && last < 1e-28);
    }

    #[test]
    fn a_bias_in_the_last_fifth_only_is_seen() {
        let mut bytes = Good::Sha256Counter.bytes(7, 50_000);
        bytes[40_000..].iter_mut().step_by(9).for_each(|byte| *byte |= 0x0F);
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
