//! Are there peaks in the spectrum?

use core::f64::consts::SQRT_2;

use crate::{Bits, Info, Outcome};
use realfft::RealFftPlanner;

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "FFT",
    group: super::GROUP,
    minimum_bits: 1000,
    statistic: "d, how many standard deviations the number of low spectral lines, below sqrt(n ln 20), is off 95 %",
    null: "standard normal, p two-sided; the lines are not quite independent, and the variance n(.95)(.05)/4 is 5 % below what was found since, so that 12 instead of 10 of 1000 sequences fail at 1 %",
    sees: "periodic parts strong enough to raise many lines, or to lower them",
    misses: "one line alone, however high: it counts as a single one",
    source: "SP 800-22 Rev. 1a, section 2.6",
};

/// The discrete Fourier transform (spectral) test.
///
/// The variance is that of Rev. 1a, a divisor of 4; Rev. 1 had 2. Both examples in the text (2.6.4, 2.6.8) print a wrong count of lines.
/// As in the reference suite the lines are the first ⌊n/2⌋, the mean among them, and for odd n half a line more is expected
/// than there is. The transform takes 24 bytes of memory for each bit.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::dft};
///
/// let hum: Vec<u8> = (0..2500).map(|i| if i % 5 < 2 { 0xFF } else { 0x00 }).collect();
/// assert!(dft::test(&Bits::new(&hum)).p().is_some_and(|p| p < 1e-10));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    super::shortage(&INFO, bits).unwrap_or_else(|| evaluate(bits))
}

/// The test without its minimum, of two bits or more.
pub(super) fn evaluate(bits: &Bits<'_>) -> Outcome {
    let n = bits.len() as f64;
    let low = low_lines(bits, n * 20f64.ln()) as f64;
    let deviations = (low - 0.95 * n / 2.0) / (n * 0.95 * 0.05 / 4.0).sqrt();
    Outcome::p_value(deviations, libm::erfc(deviations.abs() / SQRT_2))
}

/// How many of the first half of the lines have a squared modulus below `threshold`.
pub(super) fn low_lines(bits: &Bits<'_>, threshold: f64) -> usize {
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(bits.len());
    let mut signal: Vec<f64> = bits.iter().map(|bit| f64::from(bit) * 2.0 - 1.0).collect();
    let mut lines = transform.make_output_vec();
    match transform.process(&mut signal, &mut lines) {
        Ok(()) => lines.iter().take(bits.len() / 2).filter(|line| line.norm_sqr() < threshold).count(),
        // The buffers are the transform's own.
        Err(error) => unreachable!("{error}"),
    }
}
