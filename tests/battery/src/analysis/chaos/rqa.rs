//! Recurrence quantification.

use super::sample_entropy::deviation;
use super::{chance_of_match, contiguous};
use crate::Reason;

/// Coordinates of the embedding, one sample apart.
const DIMENSION: usize = 3;
/// Radius in standard deviations of the series.
const RADIUS: f64 = 0.5;
/// Shortest diagonal or vertical line.
const MIN_LINE: usize = 2;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 2000;
/// Fewest samples.
const MIN_SAMPLES: usize = 100;

/// What [`rqa`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Rqa {
    /// Share of pairs of points that are close.
    pub recurrence_rate: f64,
    /// Share of close pairs on diagonal lines of at least two.
    pub determinism: f64,
    /// Share of close pairs on vertical lines of at least two.
    pub laminarity: f64,
    /// Mean length of the diagonal lines of at least two; 0 if there are none.
    pub avg_diagonal_length: f64,
    /// Length of the longest diagonal line.
    pub max_diagonal_length: usize,
    /// `recurrence_rate` to expect of independent samples with the same histogram.
    pub expected_recurrence_rate: f64,
    /// `determinism` to expect of independent samples with the same histogram.
    pub expected_determinism: f64,
    /// Coordinates of the embedding.
    pub embedding_dim: usize,
    /// Samples between coordinates.
    pub delay: usize,
    /// Radius within which points are close, in units of the samples: half a standard deviation.
    pub threshold: f64,
    /// Number of samples looked at.
    pub num_points_used: usize,
}

/// How a series comes back to where it was. Exploratory: no evidence for or against entropy.
///
/// The series is embedded in three coordinates, one sample apart; points are close when no coordinate differs by more
/// than half a standard deviation. Pairs that share samples (less than three apart) are left out. Diagonal lines are
/// stretches that repeat another, vertical lines stretches that stay where they were.
///
/// Null: none. For independent samples, with p the chance that two samples of the histogram are that close, about p³
/// of the pairs are close and 1 − (1 − p)² of those lie on diagonals, because close points share two of three
/// coordinates with the next. The expectations neglect that pairs with a point in common depend on each other.
///
/// Minimum 100 samples; the first 2000 are used, one after the other. Cost O(n²).
///
/// Sources: Zbilut and Webber, Phys. Lett. A 171 (1992) 199; Marwan and others, Phys. Rep. 438 (2007) 237.
///
/// # Errors
/// [`Reason::TooFew`] below 100 samples, or if no points are close; [`Reason::Constant`] if all samples are equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let period: Vec<u8> = [10, 60, 200, 120].into_iter().cycle().take(800).collect();
/// let found = chaos::rqa(&period)?;
/// assert_eq!((found.determinism, found.laminarity), (1.0, 0.0));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn rqa(samples: &[u8]) -> Result<Rqa, Reason> {
    let samples = contiguous(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let threshold = RADIUS * deviation(samples);
    let points = samples.len() + 1 - DIMENSION;
    let radius = threshold as u8;
    let close =
        |a: usize, b: usize| (0..DIMENSION).all(|i| samples[a + i].abs_diff(samples[b + i]) <= radius);
    let (mut diagonal, mut vertical) = (Lines::default(), Lines::default());
    for distance in DIMENSION..points {
        diagonal.scan((0..points - distance).map(|point| close(point, point + distance)));
    }
    for column in 0..points {
        vertical.scan((0..(column + 1).saturating_sub(DIMENSION)).map(|row| close(row, column)));
        vertical.scan((column + DIMENSION..points).map(|row| close(row, column)));
    }
    if diagonal.close == 0 {
        return Err(Reason::TooFew { what: "pairs of close points", have: 0, need: 1 });
    }
    let chance = chance_of_match(samples, threshold);
    Ok(Rqa {
        recurrence_rate: diagonal.close as f64 / diagonal.pairs as f64,
        determinism: diagonal.on_lines as f64 / diagonal.close as f64,
        laminarity: vertical.on_lines as f64 / vertical.close as f64,
        avg_diagonal_length: diagonal.on_lines as f64 / diagonal.lines.max(1) as f64,
        max_diagonal_length: diagonal.longest,
        expected_recurrence_rate: chance.powi(DIMENSION as i32),
        expected_determinism: 1.0 - (1.0 - chance).powi(2),
        embedding_dim: DIMENSION,
        delay: 1,
        threshold,
        num_points_used: samples.len(),
    })
}

/// Counts of lines of close pairs.
#[derive(Default)]
struct Lines {
    pairs: u64,
    close: u64,
    lines: u64,
    on_lines: u64,
    longest: usize,
}

impl Lines {
    fn scan(&mut self, pairs: impl Iterator<Item = bool>) {
        let mut run = 0;
        for close in pairs {
            self.pairs += 1;
            if close {
                run += 1;
            } else {
                self.end(run);
                run = 0;
            }
        }
        self.end(run);
    }

    fn end(&mut self, run: usize) {
        self.close += run as u64;
        self.longest = self.longest.max(run);
        if run >= MIN_LINE {
            self.lines += 1;
            self.on_lines += run as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_streams::Good;

    #[test]
    fn lines_by_hand() {
        let mut lines = Lines::default();
        lines.scan([true, true, true, false, true, false, true, true].into_iter());
        lines.scan([true].into_iter());
        assert_eq!((lines.pairs, lines.close, lines.lines, lines.on_lines, lines.longest), (9, 7, 2, 5, 3));
    }

    /// A period of 2: of the distances 3 … 997, every even one is one line over its whole length.
    #[test]
    fn an_alternation_is_all_diagonals() {
        let alternating: Vec<u8> = (0..1000).map(|i| if i % 2 == 0 { 0 } else { 100 }).collect();
        let found = rqa(&alternating).unwrap();
        let pairs = |distances: core::ops::Range<usize>, step| {
            distances.step_by(step).map(|d| 998 - d).sum::<usize>() as f64
        };
        assert!((found.recurrence_rate - pairs(4..998, 2) / pairs(3..998, 1)).abs() < 1e-12);
        assert_eq!((found.determinism, found.laminarity, found.max_diagonal_length), (1.0, 0.0, 994));
    }

    /// Uniform bytes: σ = 73.9, differences to 36 match, p = (256·73 − 36·37)/65536 = 0.2648; 1 − (1 − p)² = 0.4595.
    #[test]
    fn noise_recurs_as_its_histogram_says() {
        for seed in 0..5 {
            let found = rqa(&Good::ChaCha20.bytes(seed, 2000)).unwrap();
            println!("{found:?}");
            assert!((found.recurrence_rate / found.expected_recurrence_rate - 1.0).abs() < 0.1, "{found:?}");
            assert!((found.determinism - found.expected_determinism).abs() < 0.03, "{found:?}");
            assert!((found.expected_determinism - 0.46).abs() < 0.02);
        }
    }

    #[test]
    fn a_series_that_stands_still_at_times_is_laminar() {
        let steps: Vec<u8> = Good::AesCtr.bytes(2, 100).into_iter().flat_map(|byte| [byte; 10]).collect();
        let found = rqa(&steps).unwrap();
        assert!(found.laminarity > 0.8, "{found:?}");
        assert_eq!(rqa(&[1; 100]), Err(Reason::Constant));
    }
}
