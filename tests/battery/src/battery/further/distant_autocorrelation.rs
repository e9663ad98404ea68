//! Distant autocorrelation: each byte against all those up to 65,536 places later.

use crate::battery::distribution::null::of_smallest;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, Reason};
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// Most lags that are looked at.
const LAGS: usize = 1 << 16;

/// What the test computes.
pub static INFO: Info = Info {
    name: "distant_autocorrelation",
    group: "Further",
    minimum_bits: 131_072,
    statistic: "the largest |z| of the correlations of bytes 1..L places apart; L is the largest power of two up to a quarter \
                of their number, at most 65,536",
    null: "each z, standardised by the sequence's own mean and variance, is normal in the limit and any two are uncorrelated; \
           the p-value is 1 - (1 - p)^L for the smallest p of one (Šidák), right to a per cent of itself at 1e-4",
    sees: "echoes, buffers delivered twice, blocks that repeat, periods up to L bytes, hum and its harmonics",
    misses: "bias; dependence that is not linear in the bytes; many weak correlations at once",
    source: "Wiener–Khinchin, by fast Fourier transform in sections; Šidák 1967, Journal of the American Statistical \
             Association 62",
};

/// Tests the largest of many correlations, to both sides.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::distant_autocorrelation};
///
/// let block: Vec<u8> = (0u32..3001).map(|i| (i.wrapping_mul(2_654_435_769) >> 24) as u8).collect();
/// let outcome = distant_autocorrelation::test(&Bits::new(&block.repeat(6)));
/// assert!(outcome.p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let bytes = bits.bytes();
    let lags = match bytes.len() / 4 {
        0 => return Outcome::too_short(INFO.minimum_bits),
        quarter => LAGS.min(1 << quarter.ilog2()),
    };
    let n = bytes.len() as f64;
    let mean = bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>() as f64 / n;
    let variance = bytes.iter().map(|&byte| (f64::from(byte) - mean).powi(2)).sum::<f64>() / n;
    if variance == 0.0 {
        return Outcome::NotApplicable(Reason::Constant);
    }
    let correlations = correlations(bytes, mean, lags);
    let standardised = correlations.iter().enumerate().skip(1);
    let largest = standardised.fold(0.0f64, |largest, (lag, correlation)| {
        let z = correlation / (variance * (n - lag as f64).sqrt());
        if z.abs() > largest.abs() { z } else { largest }
    });
    Outcome::p_value(largest, of_smallest(normal_two_sided(largest), lags))
}

/// Σ (x_i - mean)·(x_{i+lag} - mean) for the lags 0 to `lags`, a power of two.
///
/// Each section of `lags` bytes is correlated with twice as many from its start on, so that nothing wraps round; the
/// spectra add up, and one transform back is enough.
fn correlations(bytes: &[u8], mean: f64, lags: usize) -> Vec<f64> {
    let len = 2 * lags;
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(len), planner.plan_fft_inverse(len));
    let spectrum_of = |part: &[u8]| {
        let mut section: Vec<f64> = part.iter().map(|&byte| f64::from(byte) - mean).collect();
        section.resize(len, 0.0);
        let mut spectrum = forward.make_output_vec();
        // The buffers are the plan's own size, which is all that the transform can object to.
        forward.process(&mut section, &mut spectrum).map(|()| spectrum).unwrap_or_default()
    };
    let mut sum = vec![Complex::default(); lags + 1];
    for start in (0..bytes.len()).step_by(lags) {
        let section = |len: usize| &bytes[start..bytes.len().min(start + len)];
        let (first, both) = (spectrum_of(section(lags)), spectrum_of(section(len)));
        let products = first.iter().zip(&both).map(|(first, both)| first.conj() * both);
        sum.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
    }
    // Both ends of a real signal's spectrum are real; what rounding left there must go.
    sum[0].im = 0.0;
    sum[lags].im = 0.0;
    let mut correlations = vec![0.0; len];
    let _ = inverse.process(&mut sum, &mut correlations);
    correlations.truncate(lags + 1);
    correlations.iter_mut().for_each(|correlation| *correlation /= len as f64);
    correlations
}

#[cfg(test)]
mod tests {
    use super::{correlations, test};
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn sections_add_up_to_the_sums_by_definition() {
        let bytes = Good::ChaCha20.bytes(1, 1003);
        for lags in [1, 16, 128, 256] {
            for (lag, correlation) in correlations(&bytes, 100.5, lags).into_iter().enumerate() {
                let pairs = bytes.iter().zip(&bytes[lag..]);
                let sum: f64 = pairs.map(|(&a, &b)| (f64::from(a) - 100.5) * (f64::from(b) - 100.5)).sum();
                assert!((correlation - sum).abs() < 1e-5, "{lags} {lag} {correlation} {sum}");
            }
        }
    }

    #[test]
    fn a_faint_echo_far_away_is_seen() {
        let fresh = Good::AesCtr.bytes(1, 200_000);
        let mut bytes = fresh.clone();
        for i in 30_011..bytes.len() {
            bytes[i] = ((19 * u32::from(fresh[i]) + u32::from(fresh[i - 30_011])) / 20) as u8;
        }
        let outcome = test(&Bits::new(&bytes));
        assert!(outcome.p().unwrap() < 1e-9, "{outcome:?}");
    }
}
