//! Gaps between the bytes of an interval.

use core::ops::RangeInclusive;

use crate::Reason;
use crate::analysis::significance::at_least;
use crate::special::chi_square_upper;

/// The result of [`gap_test`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GapTest {
    /// Pearson's statistic of the gaps' lengths.
    pub chi_squared: f64,
    /// P(chi-square at least as large).
    pub p_value: f64,
    /// Number of classes less 1.
    pub degrees_of_freedom: usize,
    /// Number of gaps.
    pub gaps: usize,
    /// Mean distance from a byte of the interval to the next.
    pub mean_gap: f64,
    /// That distance for uniform bytes: 256 over the width of the interval.
    pub expected_gap: f64,
}

/// Knuth's gap test: the distances between successive bytes within `interval` are geometric for uniform bytes.
///
/// P(distance d) = p (1 - p)^(d - 1) with p = width / 256. Distances from t on are one class, t as large as five
/// gaps are expected in each class; the statistic is chi-square with t - 1 degrees of freedom. At least 25 gaps.
/// It sees clusters and periods of the interval's values, and a wrong share of them.
///
/// Source: Knuth, The Art of Computer Programming, volume 2, §3.3.2 D.
///
/// # Errors
/// [`Reason::Parameter`]: the interval is empty or holds every byte; [`Reason::TooFew`] gaps, or too few for two classes.
///
/// ```
/// use openentropy_tests::analysis::statistics::gap_test;
///
/// let counter: Vec<u8> = (0u32..20_000).map(|i| i as u8).collect();
/// assert!(gap_test(&counter, 100..=155)?.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn gap_test(data: &[u8], interval: RangeInclusive<u8>) -> Result<GapTest, Reason> {
    let width = interval.clone().count();
    if width == 0 || width == 256 {
        return Err(Reason::Parameter("the interval is empty, or holds every byte"));
    }
    let hits = data.iter().enumerate().filter(|(_, byte)| interval.contains(byte)).map(|(place, _)| place);
    let (mut lengths, mut before, mut total) = (Vec::<u64>::new(), None, 0);
    for place in hits {
        if let Some(before) = before.replace(place) {
            let length = (place - before).min(LONGEST);
            total += place - before;
            if lengths.len() < length {
                lengths.resize(length, 0);
            }
            lengths[length - 1] += 1;
        }
    }
    let gaps = lengths.iter().sum::<u64>() as usize;
    at_least("gaps", gaps, 25)?;
    let p = width as f64 / 256.0;
    let classes = classes(p, gaps as f64)?;
    let observed = |class: usize| match class + 1 == classes.len() {
        true => lengths.iter().skip(class).sum::<u64>(),
        false => lengths.get(class).copied().unwrap_or(0),
    };
    let terms = classes
        .iter()
        .enumerate()
        .map(|(class, expected)| (observed(class) as f64 - expected).powi(2) / expected);
    let (chi_squared, degrees_of_freedom) = (terms.sum(), classes.len() - 1);
    Ok(GapTest {
        chi_squared,
        p_value: chi_square_upper(chi_squared, degrees_of_freedom as f64),
        degrees_of_freedom,
        gaps,
        mean_gap: total as f64 / gaps as f64,
        expected_gap: 1.0 / p,
    })
}

/// Longest distance that has a count of its own, a bound on memory that no sample reaches with five gaps expected.
const LONGEST: usize = 1 << 16;

/// Expected numbers of gaps of length 1, 2, … and of all that are longer, each at least 5.
fn classes(p: f64, gaps: f64) -> Result<Vec<f64>, Reason> {
    let mut expected = Vec::new();
    let mut longer = gaps;
    while longer * p >= 5.0 && longer * (1.0 - p) >= 5.0 && expected.len() + 1 < LONGEST {
        expected.push(longer * p);
        longer *= 1.0 - p;
    }
    if expected.is_empty() {
        return Err(Reason::Parameter("too few gaps for two classes of this interval"));
    }
    expected.push(longer);
    Ok(expected)
}

#[cfg(test)]
mod tests {
    use super::{classes, gap_test};

    /// By hand: the lower half every other byte: 50 gaps of 2, expected 25, 12.5, 6.25, 6.25:
    /// 25 + 37.5²/12.5 + 6.25 + 6.25 = 150.
    #[test]
    fn alternating_halves_have_gaps_of_two_only() {
        let data: Vec<u8> = (0..101).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        let result = gap_test(&data, 0..=127).unwrap();
        assert_eq!((result.gaps, result.mean_gap, result.expected_gap), (50, 2.0, 2.0));
        assert_eq!((result.chi_squared, result.degrees_of_freedom), (150.0, 3));
        assert!(result.p_value < 1e-30);
    }

    /// numpy 2.4 and scipy 1.17: x = i² mod 251, i < 3000.
    #[test]
    fn agrees_with_an_independent_program() {
        let data: Vec<u8> = (0..3000u32).map(|i| (i * i % 251) as u8).collect();
        let result = gap_test(&data, 100..=155).unwrap();
        assert_eq!((result.gaps, result.degrees_of_freedom), (716, 14));
        assert!((result.chi_squared - 325.186_722_262_382_5).abs() < 1e-9);
        assert!((result.mean_gap - 4.166_201_117_318_436).abs() < 1e-14);
        assert!((result.p_value / 6.487_978_704_735_19e-61 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn classes_hold_all_gaps_and_five_at_least() {
        for (p, gaps) in [(0.5, 50.0), (56.0 / 256.0, 10_000.0), (255.0 / 256.0, 5000.0), (1.0 / 256.0, 1e6)]
        {
            let expected = classes(p, gaps).unwrap();
            assert!(
                (expected.iter().sum::<f64>() - gaps).abs() < 1e-6
                    && expected.iter().all(|&count| count >= 5.0)
            );
        }
        assert!(classes(1.0 / 256.0, 100.0).is_err());
    }

    #[test]
    fn intervals_and_lengths_are_checked() {
        #[allow(clippy::reversed_empty_ranges, reason = "this is what is to be refused")]
        let reversed = 9..=3;
        assert!(gap_test(&[1; 1000], reversed).is_err());
        assert!(gap_test(&[1; 1000], 0..=255).is_err());
        assert!(gap_test(&[1; 25], 0..=127).is_err());
        assert!(gap_test(&[1; 26], 0..=127).is_ok());
    }
}
