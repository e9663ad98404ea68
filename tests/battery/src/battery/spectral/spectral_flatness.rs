//! Spectral flatness: the geometric mean of the bytes' periodogram over its arithmetic mean.

use super::LONGEST;
use crate::battery::cumulants::Cumulants;
use crate::periodogram::periodogram;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, Reason};

/// Fewest bytes.
const MINIMUM_BYTES: u64 = 1024;

/// What the test computes.
pub static INFO: Info = Info {
    name: "spectral_flatness",
    group: "Spectral",
    minimum_bits: MINIMUM_BYTES * 8,
    statistic: "spectral flatness of the bytes as numbers: exp(mean ln I) / mean I over the lines I of their \
                periodogram but the mean and the highest; 0.561 for long white noise",
    null: "of its logarithm, two-sided: for white normal noise the lines over their sum are uniform on a simplex, and \
           mean, variance and third cumulant are exact for any number of lines; normal with a correction for skewness. \
           Bytes are not normal, which moves the mean by a 100th of a standard deviation at most",
    sees: "any shape of the spectrum: hum, oscillation, drift, low-pass filtering; and a spectrum too flat to be chance",
    misses: "one weak line among many, dependence that leaves the spectrum white, and bias",
    source: "Gray and Markel, IEEE Transactions ASSP 22 (1974); moments: Bartlett 1937, by polygamma functions",
};

/// Flatness of the periodogram; see [`INFO`]. Bytes that are all the same have none.
///
/// More than 4,194,304 bytes are cut into sections of equal length, each with its own mean line. From 2^20
/// bytes on, fewer than 1024 for each section are left out at the end.
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    if (bytes.len() as u64) < MINIMUM_BYTES {
        return Outcome::too_short(INFO.minimum_bits);
    }
    if bytes.iter().all(|byte| *byte == bytes[0]) {
        return Outcome::NotApplicable(Reason::Constant);
    }
    let sections = bytes.len().div_ceil(LONGEST);
    let length = divisible(bytes.len() / sections);
    let (mut ln_sum, mut lines) = (0.0, 0);
    for section in bytes.chunks_exact(length).take(sections) {
        let (sum, number) = ln_flatness(section);
        (ln_sum, lines) = (ln_sum + sum, lines + number);
    }
    let all = of_logarithms((lines / sections) as f64).of_sum(sections as f64);
    let deviations = all.normal_score(ln_sum);
    Outcome::p_value((ln_sum / lines as f64).exp(), normal_two_sided(deviations))
}

/// The length, from 2^20 on the largest multiple of 1024 below it: to transform a large prime takes three times the
/// memory.
fn divisible(length: usize) -> usize {
    if length < 1 << 20 { length } else { length & !1023 }
}

/// Sum of ln(I / mean I) over the lines, and their number.
fn ln_flatness(bytes: &[u8]) -> (f64, usize) {
    let lines = periodogram(bytes.iter().map(|&byte| f64::from(byte) - 127.5));
    let mean = lines.iter().sum::<f64>() / lines.len() as f64;
    // A line of nothing counts as the least number there is, and no power at all as even: logarithms must be finite.
    let share = |line: f64| if mean > 0.0 { (line / mean).max(f64::MIN_POSITIVE) } else { 1.0 };
    (lines.iter().map(|&line| share(line).ln()).sum(), lines.len())
}

/// Cumulants of Σ ln(E_i / mean E) of `number` independent exponential variables E.
///
/// Mean and shares are independent, so that cumulants subtract: the r-th is
/// m ψ^(r-1)(1) - m^r ψ^(r-1)(m), plus m ln m for the mean. Polygamma functions of m by their asymptotic series, which
/// from m = 500 on is right to twelve digits (eight for the third cumulant).
fn of_logarithms(number: f64) -> Cumulants {
    const EULER: f64 = 0.577_215_664_901_532_9;
    const ZETA_2: f64 = core::f64::consts::PI * core::f64::consts::PI / 6.0;
    const ZETA_3: f64 = 1.202_056_903_159_594_3;
    let m = number;
    Cumulants {
        mean: -EULER * m + 1.0 / 2.0 + 1.0 / (12.0 * m),
        variance: (ZETA_2 - 1.0) * m - 1.0 / 2.0 - 1.0 / (6.0 * m),
        third: (1.0 - 2.0 * ZETA_3) * m + 1.0 + 1.0 / (2.0 * m),
    }
}

#[cfg(test)]
mod tests {
    use super::{divisible, of_logarithms, test};
    use crate::test_streams::Good;
    use crate::{Bits, Outcome, Reason};

    fn close(value: f64, exact: f64, relative: f64) {
        assert!((value / exact - 1.0).abs() < relative, "{value} against {exact}");
    }

    /// Polygamma functions of 511 with 30 digits.
    #[test]
    fn cumulants_are_those_by_polygamma_functions() {
        let sum = of_logarithms(511.0);
        close(sum.mean, -294.457_041_685_815_5, 1e-12);
        close(sum.variance, 329.060_982_001_833_1, 1e-11);
        close(sum.third, -716.501_176_556_773_2, 1e-8);
    }

    /// 1025 bytes of a linear generator: the transform by its definition, and the gamma tail, with 25 digits.
    #[test]
    fn a_spectrum_by_definition() {
        let mut state = 1u32;
        let mut byte = || {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7FFF_FFFF;
            (state >> 16) as u8
        };
        let bytes: Vec<u8> = (0..1025).map(|_| byte()).collect();
        let outcome = test(&Bits::new(&bytes));
        close(outcome.statistic().unwrap(), 0.572_968_561_406_098_7, 1e-12);
        close(outcome.p().unwrap(), 0.595_687_511_25, 1e-3);
    }

    #[test]
    fn hum_is_too_sharp_a_counter_too_and_an_impulse_too_flat() {
        let hum: Vec<u8> = (0..4096).map(|i| (128.0 + 90.0 * f64::sin(f64::from(i) * 0.3)) as u8).collect();
        let counter: Vec<u8> = (0..4096).map(|i| i as u8).collect();
        let impulse: Vec<u8> = (0..4096).map(|i| if i == 99 { 200 } else { 0 }).collect();
        for bytes in [hum, counter, impulse] {
            assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-9);
        }
    }

    #[test]
    fn long_sequences_are_cut_to_what_is_transformed_in_little_memory() {
        let bytes = Good::AesCtr.bytes(5, (1 << 20) + 7);
        assert_eq!(test(&Bits::new(&bytes)), test(&Bits::new(&bytes[..1 << 20])));
        assert_eq!(divisible((1 << 20) - 1), (1 << 20) - 1);
    }

    #[test]
    fn constant_bytes_have_no_spectrum() {
        assert_eq!(test(&Bits::new(&[3; 2000])), Outcome::NotApplicable(Reason::Constant));
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(8192));
    }
}
