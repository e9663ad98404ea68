//! The correlation dimension.

use super::contiguous;
use super::line::Line;
use crate::Reason;

/// Largest embedding.
const DIMENSIONS: usize = 6;
/// Pairs are further apart in time than this many samples (Theiler's window).
const THEILER: usize = 10;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 4000;
/// Fewest samples.
const MIN_SAMPLES: usize = 500;
/// Fewest pairs within a radius that is used, for a standard error of a tenth.
const MIN_PAIRS: u64 = 100;
/// Smallest radius that is used: below, whole numbers are too coarse.
const SMALLEST_RADIUS: usize = 3;
/// Largest radius that is used, as a share of the series' range: beyond, edges flatten the sum.
const LARGEST_RADIUS: f64 = 0.15;
/// Fewest radii for a slope.
const MIN_RADII: usize = 4;

/// The slope in one embedding.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EmbeddedDimension {
    /// Coordinates, one sample apart.
    pub embedding_dim: usize,
    /// Slope of ln C on ln r.
    pub dimension: f64,
    /// Share of the variation of ln C that the line explains.
    pub r_squared: f64,
    /// Number of radii behind it.
    pub radii: usize,
}

/// What [`correlation_dimension`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CorrelationDimension {
    /// The slope in the largest embedding in which this many points can show it.
    pub dimension: f64,
    /// Share of the variation of ln C that its line explains.
    pub r_squared: f64,
    /// That embedding.
    pub embedding_dim_used: usize,
    /// Slopes by embedding: those of a set of dimension d level off at d, those of noise grow with the embedding.
    pub by_embedding: Vec<EmbeddedDimension>,
    /// Largest dimension that this many points can show, 2 log₁₀ n (Eckmann and Ruelle).
    pub limit: f64,
    /// Number of samples looked at.
    pub num_points_used: usize,
}

/// The correlation dimension by Grassberger and Procaccia, with Theiler's correction. Exploratory: no evidence for or
/// against entropy.
///
/// The series is embedded in 1 … 6 coordinates, one sample apart. C(r) is the share of pairs of points more than ten
/// samples apart in time whose greatest coordinate difference is at most r. Distances of bytes are whole numbers, so
/// C is known at every radius; a distance of r stands for true ones to r + ½. The dimension is the slope of ln C on
/// ln(r + ½) over the radii from 3 to 0.15 of the series' range with at least 100 pairs.
///
/// Null: none; the figure says something only where the slopes level off well below the embedding's dimension.
/// Uniform bytes give about the embedding's dimension, less some tenths in the larger ones.
///
/// Minimum 500 samples; the first 4000 are used. Cost O(6 n²).
///
/// Sources: Grassberger and Procaccia, Physica D 9 (1983) 189; Theiler, Phys. Rev. A 34 (1986) 2427; Eckmann and
/// Ruelle, Physica D 56 (1992) 185.
///
/// # Errors
/// [`Reason::TooFew`] below 500 samples, or with too few close pairs or radii in every embedding;
/// [`Reason::Constant`] if all samples are equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let sine: Vec<u8> = (0..3000).map(|i| (128.0 + 127.0 * (f64::from(i) * 0.7).sin()) as u8).collect();
/// let found = chaos::correlation_dimension(&sine)?;
/// assert!((found.dimension - 1.0).abs() < 0.1, "a closed curve");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn correlation_dimension(samples: &[u8]) -> Result<CorrelationDimension, Reason> {
    let samples = contiguous(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let (low, high) = samples.iter().fold((u8::MAX, u8::MIN), |(low, high), &x| (low.min(x), high.max(x)));
    let largest = (LARGEST_RADIUS * f64::from(high - low)) as usize;
    let limit = 2.0 * (samples.len() as f64).log10();
    let histograms = distances(samples);
    let slopes =
        histograms.iter().enumerate().filter_map(|(index, counts)| slope(index + 1, counts, largest));
    let by_embedding: Vec<EmbeddedDimension> = slopes.collect();
    let shown = by_embedding.iter().rev().find(|slope| slope.dimension <= limit);
    let few = Reason::TooFew { what: "radii with enough pairs", have: 0, need: MIN_RADII as u64 };
    let shown = *shown.ok_or(few)?;
    Ok(CorrelationDimension {
        dimension: shown.dimension,
        r_squared: shown.r_squared,
        embedding_dim_used: shown.embedding_dim,
        by_embedding,
        limit,
        num_points_used: samples.len(),
    })
}

/// Number of pairs at each distance, for each embedding.
fn distances(samples: &[u8]) -> [[u64; 256]; DIMENSIONS] {
    let mut histograms = [[0; 256]; DIMENSIONS];
    let points = samples.len() + 1 - DIMENSIONS;
    for first in 0..points {
        for second in first + THEILER + 1..points {
            let mut distance = 0;
            let pairs = samples[first..first + DIMENSIONS].iter().zip(&samples[second..]);
            for ((x, y), histogram) in pairs.zip(&mut histograms) {
                distance = distance.max(x.abs_diff(*y));
                histogram[usize::from(distance)] += 1;
            }
        }
    }
    histograms
}

fn slope(embedding_dim: usize, counts: &[u64; 256], largest: usize) -> Option<EmbeddedDimension> {
    let within = counts.iter().scan(0, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    let usable =
        within.enumerate().take(largest + 1).skip(SMALLEST_RADIUS).filter(|&(_, pairs)| pairs >= MIN_PAIRS);
    let points: Vec<_> = usable.map(|(r, pairs)| ((r as f64 + 0.5).ln(), (pairs as f64).ln(), 1.0)).collect();
    if points.len() < MIN_RADII {
        return None;
    }
    let line = Line::through(&points)?;
    Some(EmbeddedDimension {
        embedding_dim,
        dimension: line.slope,
        r_squared: line.r_squared,
        radii: points.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_streams::Good;

    #[test]
    fn a_sine_is_a_line() {
        for step in [0.3, 0.7, 1.1] {
            let sine: Vec<u8> =
                (0..4000).map(|i| (128.0 + 127.0 * (f64::from(i) * step).sin()) as u8).collect();
            let found = correlation_dimension(&sine).unwrap();
            println!("{found:?}");
            assert!((found.dimension - 1.0).abs() < 0.1 && found.r_squared > 0.99, "{found:?}");
        }
    }

    /// Noise fills every embedding; the slope in one coordinate is 1, in two 2, in three 3, a little less for the
    /// edges.
    #[test]
    fn noise_fills_the_embedding() {
        for seed in 0..5 {
            let found = correlation_dimension(&Good::ChaCha20.bytes(seed, 4000)).unwrap();
            println!("{found:?}");
            for slope in &found.by_embedding {
                let m = slope.embedding_dim as f64;
                assert!((slope.dimension / m - 1.0).abs() < 0.12, "{slope:?}");
            }
            assert_eq!(found.embedding_dim_used, 6);
        }
    }

    /// The logistic map's attractor is a curve of dimension 1 (singular ends: the slope at these radii is below).
    #[test]
    fn the_logistic_map_is_a_curve() {
        let step = |x: &f64| Some(4.0 * x * (1.0 - x));
        let values = core::iter::successors(Some(0.3), step).skip(100).take(4000);
        let found = correlation_dimension(&values.map(|x| (x * 255.0) as u8).collect::<Vec<_>>()).unwrap();
        println!("{found:?}");
        assert!((found.dimension - 1.0).abs() < 0.2, "{found:?}");
        assert!(found.by_embedding.iter().all(|slope| slope.dimension < 1.2));
    }

    #[test]
    fn too_little_to_see_is_said() {
        assert!(matches!(correlation_dimension(&[1, 2, 3]), Err(Reason::TooFew { need: 500, .. })));
        assert_eq!(correlation_dimension(&[1; 600]), Err(Reason::Constant));
        let bits: Vec<u8> = Good::AesCtr.bytes(1, 1000).iter().map(|byte| byte & 1).collect();
        assert!(matches!(correlation_dimension(&bits), Err(Reason::TooFew { need: 4, .. })));
    }
}
