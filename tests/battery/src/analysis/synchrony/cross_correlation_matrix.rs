//! Correlation of every pair of streams.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::aligned;
use super::cross_correlation::{p_value, pearson};
use crate::analysis::histogram;
use crate::analysis::temporal::level;
use crate::analysis::temporal::summary::mean;
use crate::special::normal_two_sided;
use crate::{Correction, Reason, threads};

/// Fewest samples, so that there are at least a hundred shifts.
const MIN_SAMPLES: usize = 256;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 16;
/// Shifts of fewer samples than this share of the length are left out: what two streams have in common may reach over
/// some samples.
const NEAR: usize = 64;

/// The correlation of one pair of streams.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Pair {
    /// The first stream's place.
    pub source_a: usize,
    /// The second stream's place.
    pub source_b: usize,
    /// Pearson's coefficient at lag 0; `None` where a stream does not vary.
    pub correlation: Option<f64>,
    /// p-value if the samples of each stream were independent (Student's t).
    pub analytic_p_value: Option<f64>,
    /// p-value against the coefficients of circular shifts.
    pub shift_p_value: Option<f64>,
    /// The larger of the two, corrected for all pairs (Benjamini and Hochberg): the share of false ones among pairs
    /// flagged at this level.
    pub q_value: Option<f64>,
    /// Whether `q_value` is at most the level.
    pub flagged: bool,
}

/// What [`cross_correlation_matrix`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CrossCorrelationMatrix {
    /// Every pair, in order.
    pub pairs: Vec<Pair>,
    /// Number of pairs flagged.
    pub flagged_count: usize,
    /// Number of circular shifts behind each `shift_p_value`.
    pub shifts: usize,
    /// Number of samples of each stream looked at.
    pub samples: usize,
}

/// Pearson's correlation of every pair of aligned streams, flagged at false discovery rate `rate`.
///
/// Null: the two streams of a pair are independent of each other. Two p-values stand for it, and the larger counts.
/// One is Student's t with n − 2 degrees of freedom, which takes the samples of each stream for independent. The
/// other holds the coefficient against those of the same streams with the second moved round by every shift from n/64
/// to n − n/64, with mean and standard deviation of these and a normal tail: dependence of each stream on its own
/// past widens both alike, so that two slow streams are not called related because both are slow. It takes each
/// stream's statistics for the same all the time: two streams that both drift correlate.
///
/// Pairs share streams, so their p-values depend on each other; the correction of Benjamini and Hochberg is known to
/// hold for positive dependence and in practice for this.
///
/// At least two streams of 256 samples (248 shifts); the first 65,536 are used. Cost O(k n log n + k² n log n) by
/// Fourier transforms, on several cores; memory O(k n).
///
/// Sources: Benjamini and Hochberg, J. R. Stat. Soc. B 57 (1995) 289; circular shifts: Quian Quiroga and others,
/// Phys. Rev. E 65 (2002) 041903.
///
/// # Errors
/// [`Reason::Parameter`] unless 0 < `rate` < 1; [`Reason::TooFew`] below two streams, or 256 samples in common.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let a: Vec<u8> = (0..1000u32).map(|i| (i * i % 251) as u8).collect();
/// let b: Vec<u8> = (0..1000u32).map(|i| (i * i % 241) as u8).collect();
/// let found = synchrony::cross_correlation_matrix(&[&a, &b, &a], 0.01)?;
/// let flagged: Vec<_> = found.pairs.iter().map(|pair| pair.flagged).collect();
/// assert_eq!(flagged, [false, true, false], "of (0, 1), (0, 2) and (1, 2)");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn cross_correlation_matrix(streams: &[&[u8]], rate: f64) -> Result<CrossCorrelationMatrix, Reason> {
    let rate = level(rate)?;
    let streams = aligned(streams, MIN_SAMPLES, MAX_SAMPLES)?;
    let samples = streams[0].len();
    let spectra = Spectra::of(&streams);
    let number = streams.len();
    let places: Vec<(usize, usize)> =
        (0..number).flat_map(|a| (a + 1..number).map(move |b| (a, b))).collect();
    let mut pairs = threads::map(places, |(a, b)| spectra.pair(&streams, a, b));
    let p_values: Vec<f64> = pairs.iter().filter_map(Pair::larger_p).collect();
    let mut adjusted = Correction::BenjaminiHochberg.adjust(&p_values).into_iter();
    for pair in pairs.iter_mut().filter(|pair| pair.correlation.is_some()) {
        pair.q_value = adjusted.next();
        pair.flagged = pair.q_value.is_some_and(|q| q <= rate);
    }
    let flagged_count = pairs.iter().filter(|pair| pair.flagged).count();
    Ok(CrossCorrelationMatrix { pairs, flagged_count, shifts: shifts(samples).len(), samples })
}

impl Pair {
    fn larger_p(&self) -> Option<f64> {
        self.analytic_p_value.zip(self.shift_p_value).map(|(one, other)| one.max(other))
    }
}

/// The shifts of streams of `samples` samples.
fn shifts(samples: usize) -> core::ops::Range<usize> {
    let near = (samples / NEAR).max(1);
    near..samples - near + 1
}

/// Fourier transforms of streams, each with mean 0 and sum of squares 1; `None` for one that does not vary.
struct Spectra {
    streams: Vec<Option<Vec<Complex<f64>>>>,
    back: Arc<dyn ComplexToReal<f64>>,
}

impl Spectra {
    fn of(streams: &[&[u8]]) -> Self {
        let mut planner = RealFftPlanner::new();
        let (there, back) =
            (planner.plan_fft_forward(streams[0].len()), planner.plan_fft_inverse(streams[0].len()));
        Self { streams: threads::map(streams.to_vec(), |stream| spectrum(stream, &*there)), back }
    }

    fn pair(&self, streams: &[&[u8]], a: usize, b: usize) -> Pair {
        let correlation = pearson(streams[a], streams[b]);
        let spectra = self.streams[a].as_ref().zip(self.streams[b].as_ref());
        Pair {
            source_a: a,
            source_b: b,
            correlation,
            analytic_p_value: correlation.map(|correlation| p_value(correlation, streams[a].len())),
            shift_p_value: correlation.zip(spectra).map(|(r, (a, b))| self.among_shifts(r, a, b)),
            q_value: None,
            flagged: false,
        }
    }

    /// The p-value of a coefficient among those of all shifts.
    fn among_shifts(&self, correlation: f64, a: &[Complex<f64>], b: &[Complex<f64>]) -> f64 {
        let mut product: Vec<Complex<f64>> = a.iter().zip(b).map(|(a, b)| a.conj() * b).collect();
        let mut shifted = self.back.make_output_vec();
        self.back.process(&mut product, &mut shifted).expect("as long as the plan, and real at both ends");
        let length = shifted.len() as f64;
        let figures = &shifted[shifts(shifted.len())];
        let number = figures.len() as f64;
        let mean = figures.iter().sum::<f64>() / number / length;
        let squares: f64 = figures.iter().map(|figure| (figure / length - mean).powi(2)).sum();
        let deviation = (squares / (number - 1.0)).sqrt();
        // Streams of one and the same short period correlate alike at every shift of it: what is left then is rounding.
        let distance = correlation - mean;
        if deviation > 1e-12 {
            normal_two_sided(distance / deviation)
        } else if distance.abs() > 1e-9 {
            0.0
        } else {
            1.0
        }
    }
}

fn spectrum(stream: &[u8], transform: &dyn RealToComplex<f64>) -> Option<Vec<Complex<f64>>> {
    let mean = mean(stream);
    let mut values: Vec<f64> = stream.iter().map(|&sample| f64::from(sample) - mean).collect();
    let size = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    if histogram::is_constant(stream) {
        return None;
    }
    values.iter_mut().for_each(|value| *value /= size);
    let mut spectrum = transform.make_output_vec();
    transform.process(&mut values, &mut spectrum).expect("as long as the plan");
    Some(spectrum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    fn pair_of(a: &[u8], b: &[u8]) -> Pair {
        cross_correlation_matrix(&[a, b], 0.05).unwrap().pairs[0]
    }

    /// A first-order moving average over eight samples: slow, but independent of another one.
    fn slow(bytes: &[u8]) -> Vec<u8> {
        bytes.windows(8).map(|window| (window.iter().map(|&x| u32::from(x)).sum::<u32>() / 8) as u8).collect()
    }

    /// Shifts by transform are those by definition.
    #[test]
    fn transforms_shift() {
        let (a, b) = (Good::ChaCha20.bytes(1, 301), Good::AesCtr.bytes(1, 301));
        let spectra = Spectra::of(&[&a, &b]);
        let figures: Vec<f64> =
            shifts(301).map(|shift| pearson(&a, &[&b[shift..], &b[..shift]].concat()).unwrap()).collect();
        let mean = figures.iter().sum::<f64>() / figures.len() as f64;
        let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
        let z = (0.1 - mean) / (squares / (figures.len() - 1) as f64).sqrt();
        let p = spectra.among_shifts(
            0.1,
            spectra.streams[0].as_ref().unwrap(),
            spectra.streams[1].as_ref().unwrap(),
        );
        assert!((p - normal_two_sided(z)).abs() < 1e-9, "{p}");
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let pair = |seed| pair_of(&Good::ChaCha20.bytes(seed, 1000), &Good::AesCtr.bytes(seed, 1000));
        let pairs: Vec<Pair> = (0..500).map(pair).collect();
        assert_uniform(&pairs.iter().map(|pair| pair.analytic_p_value.unwrap()).collect::<Vec<_>>());
        assert_uniform(&pairs.iter().map(|pair| pair.shift_p_value.unwrap()).collect::<Vec<_>>());
    }

    /// Moving averages of 8 have variance of r 1 + 2 Σ (1 − k/8)² = 5.4 times that of independent samples: Student's
    /// t is wrong, shifts are not.
    #[test]
    fn slow_streams_are_not_called_related_because_they_are_slow() {
        let pair =
            |seed| pair_of(&slow(&Good::ChaCha20.bytes(seed, 4000)), &slow(&Good::AesCtr.bytes(seed, 4000)));
        let pairs: Vec<Pair> = (0..500).map(pair).collect();
        let small = pairs.iter().filter(|pair| pair.analytic_p_value.unwrap() < 0.05).count();
        assert!(small > 150, "{small} of 500 below 5 %");
        assert_uniform(&pairs.iter().map(|pair| pair.shift_p_value.unwrap()).collect::<Vec<_>>());
    }

    /// Twelve streams, 66 pairs, two of them related by a quarter.
    #[test]
    fn related_pairs_are_flagged_among_many() {
        let mut streams: Vec<Vec<u8>> =
            (0..12).map(|seed| Good::ALL[seed % 3].bytes(seed as u64, 8000)).collect();
        for (from, to) in [(0, 5), (3, 9)] {
            streams[to] =
                streams[to].iter().zip(&streams[from]).map(|(own, other)| own / 4 * 3 + other / 4).collect();
        }
        let views: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        let found = cross_correlation_matrix(&views, 1e-4).unwrap();
        let flagged: Vec<_> = found
            .pairs
            .iter()
            .filter(|pair| pair.flagged)
            .map(|pair| (pair.source_a, pair.source_b))
            .collect();
        assert_eq!((found.pairs.len(), flagged, found.flagged_count), (66, vec![(0, 5), (3, 9)], 2));
        assert!(found.shifts >= 100);
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        let found = pair_of(&[1; 300], &Good::AesCtr.bytes(1, 300));
        assert_eq!((found.correlation, found.q_value, found.flagged), (None, None, false));
        assert!(matches!(
            cross_correlation_matrix(&[&[1; 300]], 0.05),
            Err(Reason::TooFew { what: "streams", .. })
        ));
        assert!(matches!(
            cross_correlation_matrix(&[&[1; 300], &[1; 255]], 0.05),
            Err(Reason::TooFew { have: 255, .. })
        ));
        assert!(matches!(cross_correlation_matrix(&[], 0.05), Err(Reason::TooFew { have: 0, .. })));
    }
}
