//! The periodogram: peaks, and how flat it is.

use core::f64::consts::PI;

use super::histogram;
use super::significance::{Significance, at_least};
use crate::Reason;
use crate::periodogram::{fisher_upper, periodogram};
use crate::special::normal_two_sided;

/// The periodogram of bytes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Spectrum {
    /// Number of frequencies.
    pub ordinates: usize,
    /// The ten highest frequencies, highest first.
    pub peaks: Vec<Peak>,
    /// Frequency of the highest peak, in cycles per byte.
    pub dominant_frequency: f64,
    /// Fisher's g, the highest ordinate's share of all power, with its exact p-value for normal values.
    pub fisher: Significance,
    /// Geometric over arithmetic mean of the ordinates.
    pub flatness: f64,
    /// What it is on average for independent values: `Γ(1 + 1/m)^m` of m frequencies, about exp(-γ) = 0.5615.
    pub flatness_expected: f64,
    /// Standard error of the flatness for independent values, about 0.451 / sqrt m.
    pub flatness_standard_error: f64,
    /// How many standard errors the flatness is from its expectation, two-sided.
    pub flatness_test: Significance,
    /// Sum of the ordinates: half of the bytes' sum of squares about their mean, over their number.
    pub total_power: f64,
}

/// One frequency.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Peak {
    /// Cycles per byte, above 0 and below 1/2.
    pub frequency: f64,
    /// `|Σ x e^(-2πi f t)|² / n²`: a quarter of the squared amplitude of a wave at this frequency.
    pub power: f64,
    /// P(some frequency of independent values has at least this share of the power).
    pub p_value: f64,
}

/// Transforms the bytes at once, an odd number of them, so that every ordinate counts alike: of 2^20 and more an odd
/// multiple of 2187, which leaves out fewer than 4374 at the end; of fewer all, or all but one.
///
/// The m = (n - 1) / 2 ordinates of independent values are exponential and independent, exactly for normal values and in
/// the limit for bytes; so a share g of the power has `P(share > g) = (1 - g)^(m - 1)`, and Fisher's test of the largest is
/// `Σ (-1)^(k-1) C(m, k) (1 - k g)^(m - 1)`. Of such ordinates the flatness has mean `Γ(1 + 1/m)^m` and second moment
/// `Γ(1 + 2/m)^m m / (m + 1)`; it is normal in the limit. At least 256 bytes; memory some 70 bytes for each.
/// Peaks see waves and periods; flatness sees coloured noise; neither sees dependence that is not linear.
///
/// Source: Fisher, "Tests of significance in harmonic analysis", 1929; moments by Basu's theorem.
///
/// # Errors
/// [`Reason::TooFew`] bytes; [`Reason::Constant`].
///
/// ```
/// use openentropy_tests::analysis::spectral_analysis;
///
/// let hum: Vec<u8> = (0u32..1001).map(|i| (128.0 + 90.0 * (f64::from(i) * 0.3).sin()) as u8).collect();
/// let spectrum = spectral_analysis(&hum)?;
/// assert!((spectrum.dominant_frequency - 0.3 / (2.0 * core::f64::consts::PI)).abs() < 0.001);
/// assert!(spectrum.fisher.p_value < 1e-9 && spectrum.flatness < 0.1);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn spectral_analysis(data: &[u8]) -> Result<Spectrum, Reason> {
    at_least("bytes", data.len(), 256)?;
    let data = &data[..odd_length(data.len())];
    if histogram::is_constant(data) {
        return Err(Reason::Constant);
    }
    let n = data.len() as f64;
    let mean = data.iter().map(|&byte| u64::from(byte)).sum::<u64>() as f64 / n;
    let mut power = periodogram(data.iter().map(|&byte| f64::from(byte) - mean));
    power.iter_mut().for_each(|line| *line /= n * n);
    let (ordinates, m) = (power.len(), power.len() as f64);
    let total_power: f64 = power.iter().sum();
    let mut order: Vec<usize> = (0..ordinates).collect();
    let higher = |&a: &usize, &b: &usize| power[b].total_cmp(&power[a]);
    order.select_nth_unstable_by(PEAKS, higher);
    order.truncate(PEAKS);
    order.sort_by(higher);
    let peak = |&index: &usize| {
        let tail = (m - 1.0) * (-(power[index] / total_power).min(1.0)).ln_1p();
        let frequency = (index + 1) as f64 / data.len() as f64;
        Peak { frequency, power: power[index], p_value: -(m * (-tail.exp()).ln_1p()).exp_m1() }
    };
    let peaks: Vec<Peak> = order.iter().map(peak).collect();
    let share = order.first().map_or(0.0, |&index| power[index] / total_power);
    let flatness = (power.iter().map(|power| power.ln()).sum::<f64>() / m).exp() / (total_power / m);
    let (flatness_expected, flatness_standard_error) = flatness_moments(m);
    let z = (flatness - flatness_expected) / flatness_standard_error;
    Ok(Spectrum {
        ordinates,
        dominant_frequency: peaks.first().map_or(0.0, |peak| peak.frequency),
        peaks,
        fisher: Significance::new(share, fisher_upper(share, m)),
        flatness,
        flatness_expected,
        flatness_standard_error,
        flatness_test: Significance::new(z, normal_two_sided(z)),
        total_power,
    })
}

/// The number of bytes, or the largest below it, that is odd and, where memory begins to count, no large prime: a
/// transform of that needs three times as much.
fn odd_length(len: usize) -> usize {
    let multiple = if len < 1 << 20 { 1 } else { 2187 };
    let times = len / multiple;
    multiple * (times - (times + 1) % 2)
}

/// How many peaks are listed.
const PEAKS: usize = 10;

/// Mean and standard deviation of the flatness of m exponential ordinates.
fn flatness_moments(m: f64) -> (f64, f64) {
    // ln Γ(1 + x) for the small x = 1/m and 2/m by its series, for digits that cancel otherwise.
    let ln_gamma = |x: f64| {
        let high = ZETA_3 / 3.0 - x * (PI.powi(4) / 360.0 - x * ZETA_5 / 5.0);
        x * (-EULER + x * (PI * PI / 12.0 - x * high))
    };
    let mean = (m * ln_gamma(1.0 / m)).exp();
    let ratio = m * (ln_gamma(2.0 / m) - 2.0 * ln_gamma(1.0 / m)) - (1.0 / m).ln_1p();
    (mean, mean * ratio.exp_m1().max(0.0).sqrt())
}

/// Euler's constant γ.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Apéry's constant ζ(3).
const ZETA_3: f64 = 1.202_056_903_159_594_3;

/// ζ(5).
const ZETA_5: f64 = 1.036_927_755_143_37;

#[cfg(test)]
mod tests {
    use super::{flatness_moments, odd_length, spectral_analysis};
    use crate::Reason;

    /// 40 digits of the gamma function (mpmath).
    #[test]
    fn flatness_of_exponential_ordinates_is_known() {
        for (m, mean, deviation) in FLATNESS {
            let (our_mean, our_deviation) = flatness_moments(m);
            assert!((our_mean - mean).abs() < 1e-9, "{m}: {our_mean}");
            assert!((our_deviation - deviation).abs() < 1e-8, "{m}: {our_deviation}");
        }
    }

    const FLATNESS: [(f64, f64, f64); 3] = [
        (127.0, 0.565_093_396_597_537, 0.039_854_751_376_896_7),
        (1000.0, 0.561_921_230_433_115, 0.014_251_547_589_543_3),
        (500_000.0, 0.561_460_407_130_577, 0.000_637_662_167_240_077),
    ];

    /// numpy 2.4: x = i² mod 251, i < 999: `abs(rfft(x - mean))² / n²`.
    #[test]
    fn agrees_with_an_independent_program() {
        let data: Vec<u8> = (0..1000u32).map(|i| (i * i % 251) as u8).collect();
        let spectrum = spectral_analysis(&data).unwrap();
        assert_eq!(spectrum.ordinates, 499);
        for (ours, exact) in [
            (spectrum.total_power, TOTAL),
            (spectrum.flatness, FLAT),
            (spectrum.dominant_frequency, FREQUENCY),
            (spectrum.fisher.statistic, SHARE),
        ] {
            assert!((ours - exact).abs() < 1e-10 * exact, "{ours} against {exact}");
        }
    }

    const TOTAL: f64 = 2_581.016_260_504_749;
    const FLAT: f64 = 0.077_135_831_482_209_7;
    const FREQUENCY: f64 = 24.0 / 999.0;
    const SHARE: f64 = 0.048_093_993_456_608_45;

    #[test]
    fn the_highest_frequency_is_seen_at_even_lengths() {
        let data: Vec<u8> = (0..1000).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        let spectrum = spectral_analysis(&data).unwrap();
        assert!(
            (spectrum.dominant_frequency - 499.0 / 999.0).abs() < 1e-12 && spectrum.fisher.p_value < 1e-30
        );
    }

    #[test]
    fn lengths_are_odd_and_long_ones_divide_well() {
        assert_eq!([256, 257, (1 << 20) - 1].map(odd_length), [255, 257, (1 << 20) - 1]);
        for len in [1 << 20, 16_777_213, 16_777_216] {
            let odd = odd_length(len);
            assert!(odd % 2 == 1 && odd.is_multiple_of(2187) && len - odd < 4374, "{len}: {odd}");
        }
    }

    #[test]
    fn what_has_no_spectrum_says_why() {
        assert_eq!(spectral_analysis(&[3; 300]), Err(Reason::Constant));
        assert!(spectral_analysis(&[3; 30]).is_err());
    }
}
