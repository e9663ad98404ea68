//! Are there peaks in the spectrum?

use core::f64::consts::SQRT_2;
use std::sync::{Arc, Mutex, PoisonError};

use super::words::words;
use crate::{Bits, Info, Outcome};
use realfft::{RealFftPlanner, RealToComplex};

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
/// than there is. The transform takes much memory: [`memory_needed`].
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

/// Memory, in bytes, that the test of so many bits takes at most, as measured at 10,000,000 bits: 30 bytes for each where the
/// length is a product of primes up to 31, and up to 180 elsewhere.
///
/// ```
/// use openentropy_tests::sp800_22::dft;
///
/// assert_eq!(dft::memory_needed(1_000_000), 30_000_000);
/// assert_eq!(dft::memory_needed(999_983), 179_996_940, "a prime");
/// ```
pub fn memory_needed(bits: u64) -> u64 {
    const PRIMES: [u64; 11] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31];
    let without = |rest: u64, prime| {
        core::iter::successors(Some(rest), |rest| (rest % prime == 0 && *rest > 0).then(|| rest / prime))
            .last()
    };
    let rest = PRIMES.into_iter().fold(bits, |rest, prime| without(rest, prime).unwrap_or(rest));
    bits.saturating_mul(if rest <= 1 { 30 } else { 180 })
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
    let transform = plan(bits.len());
    let mut signal = transform.make_input_vec();
    for (values, (word, _)) in signal.chunks_mut(64).zip(words(bits, 0, bits.len())) {
        for (place, value) in values.iter_mut().enumerate() {
            *value = if word << place >> 63 == 1 { 1.0 } else { -1.0 };
        }
    }
    let mut lines = transform.make_output_vec();
    match transform.process(&mut signal, &mut lines) {
        Ok(()) => lines.iter().take(bits.len() / 2).filter(|line| line.norm_sqr() < threshold).count(),
        // The buffers are the transform's own.
        Err(error) => unreachable!("{error}"),
    }
}

/// A transform of this length.
///
/// To plan one takes longer than to apply it, so the last is kept for the next sequence of this length; not a long
/// one, which would keep as much memory as it needs.
fn plan(len: usize) -> Arc<dyn RealToComplex<f64>> {
    static LAST: Mutex<Option<Arc<dyn RealToComplex<f64>>>> = Mutex::new(None);
    const KEPT: usize = 1 << 22;
    let new = || RealFftPlanner::new().plan_fft_forward(len);
    if len > KEPT {
        return new();
    }
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some(kept) if kept.len() == len => Arc::clone(kept),
        _ => Arc::clone(last.insert(new())),
    }
}

#[cfg(test)]
mod tests {
    use super::low_lines;
    use crate::Bits;

    /// The transform by its definition, for even, odd and prime lengths.
    #[test]
    fn lines_are_those_of_the_transform() {
        let bytes: Vec<u8> = (0..60u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 18) as u8).collect();
        for len in [2, 3, 64, 100, 101, 389, 475] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            let squared = |line: usize| {
                let angle = |at: usize| core::f64::consts::TAU * (line * at % len) as f64 / len as f64;
                let sum = |part: fn(f64) -> f64| {
                    let terms = bits
                        .iter()
                        .enumerate()
                        .map(|(at, bit)| (2.0 * f64::from(bit) - 1.0) * part(angle(at)));
                    terms.sum::<f64>().powi(2)
                };
                sum(f64::cos) + sum(f64::sin)
            };
            for threshold in [0.5, 1.0 + len as f64 / 3.0, 3.1 * len as f64] {
                let expected = (0..len / 2).filter(|&line| squared(line) < threshold).count();
                assert_eq!(low_lines(&bits, threshold), expected, "{len} bits, {threshold}");
            }
        }
    }
}
