//! A letter for the assessed min-entropy.

use super::histogram;
use super::min_entropy::min_entropy_report;
use crate::sp800_90b::InputError;

/// A letter that names an interval of min-entropy in bits per byte.
///
/// A letter describes; it is no verdict, and no letter makes a source creditable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Grade {
    /// Less than half a bit of min-entropy per byte.
    F,
    /// At least half a bit.
    D,
    /// At least 1 bit.
    C,
    /// At least 2 bits.
    B,
    /// At least 4 bits: half of a byte.
    A,
}

impl Grade {
    /// The letter of a min-entropy in bits per byte.
    ///
    /// ```
    /// use openentropy_tests::analysis::Grade;
    ///
    /// assert_eq!((Grade::of(7.2), Grade::of(1.9), Grade::of(0.0)), (Grade::A, Grade::C, Grade::F));
    /// ```
    pub fn of(min_entropy: f64) -> Self {
        let grades = [(4.0, Self::A), (2.0, Self::B), (1.0, Self::C), (0.5, Self::D)];
        grades.into_iter().find(|(least, _)| min_entropy >= *least).map_or(Self::F, |(_, grade)| grade)
    }
}

/// The assessed figure of some bytes, with its letter and what length alone would allow.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Quality {
    /// Number of bytes.
    pub samples: usize,
    /// Whether there are fewer than the 1,000,000 that SP 800-90B asks for.
    pub below_minimum: bool,
    /// Number of different byte values.
    pub unique_values: usize,
    /// Shannon entropy of the histogram, for comparison; it does not enter the grade.
    pub shannon_entropy: f64,
    /// The smallest of the ten estimates of SP 800-90B, in bits per byte.
    pub min_entropy: f64,
    /// The assessed figure as a percentage of eight bits.
    pub quality_score: f64,
    /// The letter of the assessed figure; `None` where some of the ten estimators need more bytes,
    /// so that the figure is the smallest of too few.
    pub grade: Option<Grade>,
    /// About what ideal bytes of this number are assessed at: the estimators are lower bounds that need
    /// length. `None` below 1000 bytes.
    pub ideal_min_entropy: Option<f64>,
}

/// Grades bytes by their assessed min-entropy, never by their Shannon entropy (a counter has 8 bits of that, and F).
///
/// The figure, and so the letter, depends on the number of bytes: below about a thousand there is no letter,
/// and [`Quality::ideal_min_entropy`] says what more than a thousand can show.
///
/// # Errors
/// [`InputError::Length`]: fewer than two bytes, or more than 2^29 - 1.
///
/// ```
/// use openentropy_tests::analysis::{Grade, quick_quality};
///
/// let counter: Vec<u8> = (0u32..50_000).map(|i| i as u8).collect();
/// assert_eq!(quick_quality(&counter)?.grade, Some(Grade::F));
/// assert_eq!(quick_quality(&counter[..300])?.grade, None);
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub fn quick_quality(data: &[u8]) -> Result<Quality, InputError> {
    let report = min_entropy_report(data)?;
    let grade = report.is_complete().then(|| Grade::of(report.min_entropy));
    Ok(Quality {
        samples: report.samples,
        below_minimum: report.below_minimum,
        unique_values: histogram::counts(data).iter().filter(|&&count| count > 0).count(),
        shannon_entropy: report.shannon_entropy,
        min_entropy: report.min_entropy,
        quality_score: report.min_entropy / 8.0 * 100.0,
        grade,
        ideal_min_entropy: ideal(data.len()),
    })
}

/// About the assessed min-entropy of `samples` ideal bytes, by the logarithm between the measured lengths.
fn ideal(samples: usize) -> Option<f64> {
    let log = |samples: usize| (samples as f64).ln();
    let between = |pair: &[(usize, f64)]| match *pair {
        [(start, low), (end, high)] if (start..end).contains(&samples) => {
            Some(low + (high - low) * (log(samples) - log(start)) / (log(end) - log(start)))
        }
        _ => None,
    };
    let &(longest, figure) = IDEAL.last()?;
    if samples >= longest { Some(figure) } else { IDEAL.windows(2).find_map(between) }
}

/// Medians of the assessed figure over nine streams of ChaCha20, seeds 0 to 8.
const IDEAL: [(usize, f64); 4] = [(1_000, 4.3872), (10_000, 5.9288), (100_000, 6.8472), (1_000_000, 7.1876)];

#[cfg(test)]
mod tests {
    use super::{Grade, IDEAL, ideal, quick_quality};
    use crate::test_streams::Good;

    fn assert_median(samples: usize, figure: f64) {
        let assessed = |seed| quick_quality(&Good::ChaCha20.bytes(seed, samples)).unwrap().min_entropy;
        let mut figures: Vec<f64> = (0..9).map(assessed).collect();
        figures.sort_by(f64::total_cmp);
        assert!((figures[4] - figure).abs() < 5e-5, "{samples}: {}", figures[4]);
    }

    #[test]
    fn the_committed_medians_are_those_of_ideal_streams() {
        IDEAL
            .into_iter()
            .filter(|(samples, _)| *samples < 100_000)
            .for_each(|(n, figure)| assert_median(n, figure));
    }

    #[test]
    #[ignore = "takes half a minute"]
    fn the_committed_medians_are_those_of_long_ideal_streams() {
        IDEAL
            .into_iter()
            .filter(|(samples, _)| *samples >= 100_000)
            .for_each(|(n, figure)| assert_median(n, figure));
    }

    #[test]
    fn what_length_allows_lies_between_what_was_measured() {
        assert_eq!((ideal(999), ideal(1000), ideal(5_000_000)), (None, Some(4.3872), Some(7.1876)));
        let geometric_middle = ideal(31_623).unwrap();
        assert!((geometric_middle - (5.9288 + 6.8472) / 2.0).abs() < 1e-4);
    }

    #[test]
    fn letters_follow_the_assessed_figure() {
        let noise = Good::AesCtr.bytes(3, 20_000);
        assert_eq!(quick_quality(&noise).unwrap().grade, Some(Grade::A));
        let nibbles: Vec<u8> = noise.iter().map(|byte| byte & 0x0F).collect();
        // Four bits of Shannon entropy; the bit string, half of it stuck, is assessed lower.
        let quality = quick_quality(&nibbles).unwrap();
        assert!(quality.shannon_entropy > 3.99 && quality.grade == Some(Grade::C), "{quality:?}");
        assert_eq!(quick_quality(&[1; 20_000]).unwrap().grade, Some(Grade::F));
        assert!(quick_quality(&noise[..100]).unwrap().grade.is_none());
        assert!(Grade::A > Grade::B);
    }
}
