//! Periodic line: whether one frequency stands out of the spectrum of the bytes.

use crate::battery::distribution::null::of_smallest;
use crate::periodogram::{fisher_upper, periodogram};
use crate::{Bits, Info, Outcome, Reason};

/// Most bytes that are transformed at once.
const SECTION: usize = 1 << 20;

/// What the test computes.
pub static INFO: Info = Info {
    name: "periodic_line",
    group: "Further",
    minimum_bits: 32_768,
    statistic: "Fisher's g, the largest ordinate of the bytes' periodogram as a share of their sum; of each section of up to \
                2^20 bytes, a power of two, the largest",
    null: "exact for Gaussian noise (Fisher), the limit for independent bytes, whose ordinates are exponential but for terms of \
           the order of 1/n; sections are independent (Šidák)",
    sees: "sines and other periods: mains, switching regulators, clocks that beat; found with an amplitude of a few \
           thousandths of the range in a megabyte",
    misses: "slow drift below one period in a section, broad humps of the spectrum, bias",
    source: "Fisher 1929, Proceedings of the Royal Society A 125; Brockwell and Davis, Time Series: Theory and Methods, 10.2",
};

/// Tests the largest line.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::periodic_line};
///
/// let hum = |i: u32| (core::f64::consts::TAU * f64::from(i) / 163.0).sin();
/// let noise = |i: u32| f64::from(i.wrapping_mul(i ^ 0x9E37_79B9).wrapping_mul(0x85EB_CA6B) >> 24);
/// let bytes: Vec<u8> = (0..8192).map(|i| (noise(i) * 0.8 + 25.0 + 25.0 * hum(i)) as u8).collect();
/// assert!(periodic_line::test(&Bits::new(&bytes)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    if bytes.len() < 8 {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let len = SECTION.min(1 << bytes.len().ilog2());
    let sections = bytes.chunks_exact(len);
    let number = sections.len();
    let lines = sections.filter_map(largest_share);
    match lines.reduce(f64::max) {
        Some(share) => {
            Outcome::p_value(share, of_smallest(fisher_upper(share, (len / 2 - 1) as f64), number))
        }
        None => Outcome::NotApplicable(Reason::Constant),
    }
}

/// The largest ordinate's share of all between frequency 0 and half the sampling rate; `None` if there is none but 0.
fn largest_share(section: &[u8]) -> Option<f64> {
    let lines = periodogram(section.iter().map(|&byte| f64::from(byte) - 127.5));
    let largest = lines.iter().copied().fold(0.0, f64::max);
    let sum = lines.iter().sum::<f64>();
    // What rounding leaves of a constant section lies far below any single step of a byte.
    (sum > 1e-6).then(|| largest / sum)
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;
    use crate::test_streams::Good;

    /// A sine that fits the section has all power in one ordinate, up to rounding to bytes.
    #[test]
    fn a_sine_is_one_line() {
        let sine = |i: u32| 127.5 + 120.0 * (core::f64::consts::TAU * f64::from(i) * 37.0 / 8192.0).sin();
        let bytes: Vec<u8> = (0..8192).map(|i| sine(i).round() as u8).collect();
        let outcome = test(&Bits::new(&bytes));
        assert!(outcome.statistic().unwrap() > 0.9999 && outcome.p() < Some(1e-300));
    }

    #[test]
    fn a_hum_of_a_hundredth_of_the_range_is_seen() {
        let hum = |i: usize| 2.5 * (core::f64::consts::TAU * i as f64 / 199.7).sin();
        let noise = Good::ChaCha20.bytes(1, 1 << 17);
        let samples =
            noise.iter().enumerate().map(|(i, &byte)| (3.0 + f64::from(byte) * 0.97 + hum(i)) as u8);
        let bytes: Vec<u8> = samples.collect();
        let outcome = test(&Bits::new(&bytes));
        assert!(outcome.p().unwrap() < 1e-9, "{outcome:?}");
    }
}
