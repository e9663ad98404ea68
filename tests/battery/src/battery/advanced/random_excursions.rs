//! Random excursions: how often the walk of the bits comes back to its start.

use super::walk::{Walk, terms};
use crate::battery::distribution::null::two_sided;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "random_excursions",
    group: "Advanced",
    minimum_bits: 32_768,
    statistic: "the number of returns of the walk of ±1 to 0, one less than the number of its excursions",
    null: "exact for every length: P(r returns in 2m steps) = C(2m-r, m)·2^(r-2m), half-normal in the limit; the p-value is \
           twice the smaller tail, so at most as small as nominal",
    sees: "walks that leave and do not come back (bias, drift, sticky bits) and walks that cling to their start \
           (alternation, balanced blocks, feedback)",
    misses: "most dependence that keeps the walk's scale; how the excursions look inside: that is SP 800-22's test, which \
             needs 500 of them",
    source: "Feller, An Introduction to Probability Theory 1, III.6; SP 800-22 Rev. 1a, 2.14 for the number of excursions",
};

/// Tests the number of returns, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::advanced::random_excursions};
///
/// let outcome = random_excursions::test(&Bits::new(&[0b0110_0101; 200]));
/// assert_eq!(outcome.statistic(), Some(800.0), "back after every second bit");
/// assert!(outcome.p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let returns = Walk::of(bits).returns;
    let law = law(bits.len() as u64 / 2);
    let (below, from) = law.split_at(law.len().min(returns as usize));
    let at_least = from.iter().rev().fold(0.0, |sum, p| sum + p);
    let at_most = below.iter().chain(from.first()).sum();
    Outcome::p_value(returns as f64, two_sided(at_most, at_least))
}

/// P(r returns in 2m steps) for r from 0 on.
fn law(m: u64) -> Vec<f64> {
    let ratio = |r: u64| (r < m).then(|| 2.0 * (m - r) as f64 / (2 * m - r) as f64);
    let mut law = terms(ratio);
    let total: f64 = law.iter().rev().sum();
    law.iter_mut().for_each(|probability| *probability /= total);
    law
}

#[cfg(test)]
mod tests {
    use super::{law, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// Every one of the 2^12 walks, counted.
    #[test]
    fn the_law_is_that_of_all_walks() {
        let mut counts = [0u32; 7];
        for walk in 0u16..1 << 12 {
            let word = (walk << 4).to_be_bytes();
            counts[test(&Bits::prefix(&word, 12).unwrap()).statistic().unwrap() as usize] += 1;
        }
        let law = law(6);
        assert_eq!(law.len(), 7);
        for (counted, law) in counts.into_iter().zip(law) {
            assert!((f64::from(counted) / 4096.0 - law).abs() < 1e-14);
        }
    }

    /// Returns in 2m steps are half-normal with variance 2m for many steps: E = √(4m/π) - 1 + O(1/√m).
    #[test]
    fn the_mean_is_that_of_the_limit() {
        let m = 500_000;
        let mean: f64 = law(m).iter().zip(0u32..).map(|(p, r)| p * f64::from(r)).sum();
        assert!((mean - ((4.0 * m as f64 / core::f64::consts::PI).sqrt() - 1.0)).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn balanced_bytes_come_back_too_often() {
        let balanced: Vec<u8> = (0..=255u8).filter(|byte| byte.count_ones() == 4).collect();
        let bytes: Vec<u8> =
            Good::ChaCha20.bytes(3, 4000).iter().map(|&byte| balanced[usize::from(byte) % 70]).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
        assert!(test(&Bits::new(&[0x00; 4000])).p().unwrap() < 0.01, "never back");
    }
}
