//! The largest Lyapunov exponent.

use super::line::Line;
use super::surrogate::{Surrogate, mean_and_deviation, two_sided};
use super::window;
use crate::{Reason, threads};

/// Coordinates of the embedding, one sample apart.
const DIMENSION: usize = 3;
/// Neighbours are further apart in time than this many samples (Theiler's window).
const THEILER: usize = 10;
/// Steps over which the divergence is followed.
const STEPS: usize = 12;
/// Steps to which the line is fitted: bytes that start one unit apart are as far apart as they can be a few doublings
/// later.
const FIT: usize = 4;
/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 2000;
/// Fewest samples.
const MIN_SAMPLES: usize = 200;
/// Number of shuffles.
const SURROGATES: u64 = 39;

/// What [`lyapunov`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Lyapunov {
    /// The slope of the divergence over its first four steps, in nats per sample. Its sign alone means nothing.
    pub lyapunov_exponent: f64,
    /// Mean logarithm of the distance of neighbours after 0, 1, 2, … samples; shorter where none are left apart.
    pub divergence_curve: Vec<f64>,
    /// Share of the variation of the fitted part that the line explains.
    pub r_squared: f64,
    /// Coordinates of the embedding.
    pub embedding_dim: usize,
    /// Samples between coordinates.
    pub delay: usize,
    /// Mean exponent of the series' shuffles: what the method makes of noise with this histogram.
    pub surrogate_mean: f64,
    /// Standard deviation of the shuffles' exponents.
    pub surrogate_deviation: f64,
    /// Mean of the shuffles' `r_squared`.
    pub surrogate_r_squared: f64,
    /// Two-sided p-value of the exponent among the shuffles.
    pub p_value: f64,
    /// Number of samples looked at.
    pub samples: usize,
}

/// The largest Lyapunov exponent by the method of Rosenstein, beside what it gives for shuffles. Exploratory: no
/// evidence for or against entropy.
///
/// The series is embedded in three coordinates, one sample apart. Each point is paired with its nearest neighbour
/// that is not itself (greatest coordinate difference above 0) and more than ten samples away; the curve is the mean
/// logarithm of the pairs' distance k samples later, the exponent the slope over k = 0 … 4.
///
/// Noise has neighbours too, and they part at once: the curve jumps to its ceiling, and the slope comes out positive,
/// about 0.67 for 2000 bytes and so by accident near ln 2. An exponent means something only where the curve is a
/// straight line first: where `r_squared` is near 1 and above that of the shuffles.
///
/// Null of the p-value: exchangeable samples; a rank among 40, (1 + number at least as far out) / 40.
///
/// Minimum 200 samples; the first 2000 are used. Cost O(40 n²), on several cores.
///
/// Source: Rosenstein, Collins and De Luca, Physica D 65 (1993) 117.
///
/// # Errors
/// [`Reason::TooFew`] below 200 samples, or if no neighbours stay apart; [`Reason::Constant`] if all samples are
/// equal.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let mut x = 0.3;
/// let logistic: Vec<u8> = (0..1000).map(|_| { x = 4.0 * x * (1.0 - x); (x * 255.0) as u8 }).collect();
/// let found = chaos::lyapunov(&logistic)?;
/// assert!((found.lyapunov_exponent - 0.693).abs() < 0.15, "ln 2");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn lyapunov(samples: &[u8]) -> Result<Lyapunov, Reason> {
    let values = window(samples, MIN_SAMPLES, MAX_SAMPLES)?;
    let divergence_curve = divergence(&values);
    let apart =
        Reason::TooFew { what: "steps with neighbours apart", have: divergence_curve.len() as u64, need: 3 };
    let line = fit(&divergence_curve).ok_or(apart)?;
    let shuffled = |index| {
        let mut values = values.clone();
        Surrogate::new(index).shuffle(&mut values);
        fit(&divergence(&values)).map(|line| (line.slope, line.r_squared))
    };
    let shuffles = threads::map((0..SURROGATES).collect(), shuffled).into_iter().collect::<Option<Vec<_>>>();
    let (shuffles, straight): (Vec<f64>, Vec<f64>) = shuffles.ok_or(apart)?.into_iter().unzip();
    let (surrogate_mean, surrogate_deviation) = mean_and_deviation(&shuffles);
    Ok(Lyapunov {
        lyapunov_exponent: line.slope,
        r_squared: line.r_squared,
        divergence_curve,
        embedding_dim: DIMENSION,
        delay: 1,
        surrogate_mean,
        surrogate_deviation,
        surrogate_r_squared: mean_and_deviation(&straight).0,
        p_value: two_sided(line.slope, &shuffles),
        samples: values.len(),
    })
}

/// Mean logarithm of the distance of nearest neighbours after 0 … `STEPS` samples, as far as there are any apart.
fn divergence(values: &[f64]) -> Vec<f64> {
    let points = values.len() + 1 - DIMENSION;
    let (mut sums, mut counts) = ([0.0; STEPS + 1], [0u32; STEPS + 1]);
    for point in 0..points - STEPS {
        let Some(neighbour) = nearest(values, point, points - STEPS) else { continue };
        for step in 0..=STEPS {
            let distance = distance(values, point + step, neighbour + step, f64::INFINITY);
            if distance > 0.0 {
                sums[step] += distance.ln();
                counts[step] += 1;
            }
        }
    }
    let means = sums.iter().zip(counts).map_while(|(sum, count)| (count > 0).then(|| sum / f64::from(count)));
    means.collect()
}

/// The nearest of the first `points` points that is apart from `point` in space and time; the first of equal ones.
fn nearest(values: &[f64], point: usize, points: usize) -> Option<usize> {
    let (mut best, mut least) = (None, f64::INFINITY);
    let before = 0..point.saturating_sub(THEILER);
    for other in before.chain(point + THEILER + 1..points) {
        let distance = distance(values, point, other, least);
        if distance > 0.0 && distance < least {
            (best, least) = (Some(other), distance);
        }
    }
    best
}

/// The greatest coordinate difference of two points; at least `enough` where it reaches that.
fn distance(values: &[f64], a: usize, b: usize, enough: f64) -> f64 {
    let mut distance = 0.0f64;
    for coordinate in 0..DIMENSION {
        distance = distance.max((values[a + coordinate] - values[b + coordinate]).abs());
        if distance >= enough {
            break;
        }
    }
    distance
}

/// The line through the first steps of a curve of at least three.
fn fit(curve: &[f64]) -> Option<Line> {
    let points: Vec<_> =
        curve.iter().take(FIT + 1).enumerate().map(|(step, &mean)| (step as f64, mean, 1.0)).collect();
    if points.len() < 3 { None } else { Line::through(&points) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    fn logistic(start: f64, len: usize) -> Vec<f64> {
        let step = |x: &f64| Some(4.0 * x * (1.0 - x));
        core::iter::successors(Some(start), step).skip(100).take(len).collect()
    }

    /// The logistic map at 4 has exponent ln 2: within 10 % of it in full precision, within 15 % in bytes.
    #[test]
    fn the_logistic_map_doubles_distances() {
        for start in [0.1, 0.3, 0.7123] {
            let values = logistic(start, 2000);
            let exact = fit(&divergence(&values)).unwrap().slope;
            let bytes: Vec<u8> = values.iter().map(|x| (x * 255.0) as u8).collect();
            let found = lyapunov(&bytes).unwrap();
            println!("{exact} {found:?}");
            assert!((exact / core::f64::consts::LN_2 - 1.0).abs() < 0.1, "{exact}");
            assert!((found.lyapunov_exponent / core::f64::consts::LN_2 - 1.0).abs() < 0.15, "{found:?}");
            assert!(found.r_squared > 0.99 && found.surrogate_r_squared < 0.9);
        }
    }

    /// The Hénon map at 1.4, 0.3 has exponent 0.419 (Rosenstein and others, table 1, 0.418).
    #[test]
    fn the_henon_map() {
        let (mut x, mut y) = (0.1, 0.1);
        let step = |_| {
            (x, y) = (1.0 - 1.4 * x * x + y, 0.3 * x);
            x
        };
        let values: Vec<f64> = (0..2100).map(step).skip(100).collect();
        let exponent = fit(&divergence(&values)).unwrap().slope;
        println!("{exponent}");
        assert!((exponent - 0.418).abs() < 0.06, "{exponent}");
    }

    #[test]
    fn neighbours_on_a_circle_stay_apart_as_they_were() {
        let sine: Vec<f64> = (0..1500).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let exponent = fit(&divergence(&sine)).unwrap().slope;
        assert!(exponent.abs() < 0.01, "{exponent}");
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let p = |seed| lyapunov(&Good::ChaCha20.bytes(seed, 200)).unwrap().p_value;
        assert_uniform(&(0..500).map(p).collect::<Vec<_>>());
    }

    #[test]
    fn noise_has_a_positive_slope_that_means_nothing() {
        let found = lyapunov(&Good::AesCtr.bytes(1, 2000)).unwrap();
        assert!(found.lyapunov_exponent > 0.1 && found.p_value > 0.001);
        assert!((found.lyapunov_exponent - found.surrogate_mean).abs() < 6.0 * found.surrogate_deviation);
        let alternating: Vec<u8> = (0..500).map(|i| i as u8 & 1).collect();
        assert!(lyapunov(&alternating).is_ok_and(|found| found.lyapunov_exponent == 0.0));
        assert_eq!(lyapunov(&[1; 500]), Err(Reason::Constant));
    }
}
