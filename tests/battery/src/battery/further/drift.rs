//! Drift: whether the mean of the bytes changes from beginning to end.

use crate::special::kolmogorov_upper;
use crate::{Bits, Info, Outcome, Reason};

/// Mean of a uniform byte.
const MEAN: f64 = 127.5;
/// Its variance, (256² - 1)/12.
const VARIANCE: f64 = 5461.25;
/// By how much, in standard deviations of a step, a walk's extreme falls short of that of the Brownian motion which
/// it follows: -ζ(½)/√(2π) (Chernoff 1965; Siegmund 1985).
const OVERSHOOT: f64 = 0.5826;

/// What the test computes.
pub static INFO: Info = Info {
    name: "drift",
    group: "Further",
    minimum_bits: 32_768,
    statistic: "the largest |S_k - k/n·S_n| of the sums S of the first k of n bytes, in standard deviations of S_n",
    null: "Kolmogorov's limit for the Brownian bridge, with Chernoff's correction for steps; right to a few thousandths at any \
           level for the lengths admitted",
    sees: "a mean that changes once, slowly, or for a while: warming up, ageing, a supply that sags, a changed gain",
    misses: "a constant bias; changes that cancel within a few hundred bytes; changes of spread alone",
    source: "Page 1954 and Barnard 1959 (CUSUM); Ploberger and Krämer 1992, Econometrica 60, for the bridge",
};

/// Tests the largest departure from a constant mean.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::drift};
///
/// let warming: Vec<u8> = (0u32..8192).map(|i| (i * 37 % 236 + i * 20 / 8192) as u8).collect();
/// assert!(drift::test(&Bits::new(&warming)).p() < Some(1e-6));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
        return Outcome::NotApplicable(Reason::Constant);
    }
    let n = bytes.len() as f64;
    let total: f64 = bytes.iter().map(|&byte| f64::from(byte) - MEAN).sum();
    let (mut sum, mut largest) = (0.0, 0.0f64);
    for (&byte, k) in bytes.iter().zip(1u64..) {
        sum += f64::from(byte) - MEAN;
        largest = largest.max((sum - k as f64 / n * total).abs());
    }
    let deviation = (n * VARIANCE).sqrt();
    Outcome::p_value(largest / deviation, kolmogorov_upper(largest / deviation + OVERSHOOT / n.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;
    use crate::test_streams::Good;

    /// Half zeros, then half 255: the bridge is lowest in the middle, n/2·127.5 deep.
    #[test]
    fn one_step_by_hand() {
        let bytes = [vec![0; 5000], vec![255; 5000]].concat();
        let outcome = test(&Bits::new(&bytes));
        let by_hand = 5000.0 * 127.5 / (10_000.0f64 * 5461.25).sqrt();
        assert!((outcome.statistic().unwrap() - by_hand).abs() < 1e-9);
        assert!(outcome.p().unwrap() < 1e-300);
    }

    #[test]
    fn a_constant_offset_is_no_drift_and_a_rising_one_is() {
        let noise = Good::Sha256Counter.bytes(1, 60_000);
        let shifted = |shift: &dyn Fn(usize) -> f64| -> Vec<u8> {
            noise.iter().enumerate().map(|(i, &byte)| (f64::from(byte) * 0.97 + shift(i)) as u8).collect()
        };
        assert!(test(&Bits::new(&shifted(&|_| 6.0))).p().unwrap() > 0.01);
        assert!(test(&Bits::new(&shifted(&|i| 6.0 * i as f64 / 60_000.0))).p().unwrap() < 1e-4);
    }
}
