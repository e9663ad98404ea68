//! Slow change of the mean.

use super::Windows;
use super::summary::{entropy, mean, variance};
use crate::Reason;
use crate::special::student_two_sided;

/// Number of segments.
const SEGMENTS: usize = 32;

/// A segment of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Segment {
    /// Its place among the segments.
    pub index: usize,
    /// Mean of its samples.
    pub mean: f64,
    /// Their variance, divisor n − 1.
    pub variance: f64,
    /// Shannon entropy of its histogram, in bits per sample; below 8 for any segment of few samples.
    pub entropy: f64,
}

/// What [`drift`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Drift {
    /// The segments, in order.
    pub segments: Vec<Segment>,
    /// Change of the mean per sample.
    pub drift_slope: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Share of the variation of the segments' means that the line explains.
    pub drift_r_squared: f64,
    /// Two-sided p-value of the slope.
    pub p_value: f64,
    /// Samples to a segment.
    pub segment_size: usize,
}

/// The slope of the mean over time, with the error that the segments themselves show.
///
/// The series is cut into 32 segments of equal length, up to 31 last samples left out. A line of least squares is
/// laid through their means; the slope's standard error is √(Σ residuals² / 30 / Σ (t − mean)²).
///
/// Null: the segments' means are independent and nearly normal, with one mean and one variance; slope over error is
/// Student's t with 30 degrees of freedom. The spread between segments holds any dependence that dies out within one,
/// which an error from the single samples would miss; dependence over longer times looks like drift.
///
/// Minimum 512 samples. Cost O(n).
///
/// Source: Draper and Smith, Applied Regression Analysis, 3rd ed. 1998, §1.4.
///
/// # Errors
/// [`Reason::TooFew`] below 512 samples; [`Reason::Constant`] if the segments' means are all equal.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let samples: Vec<u8> = (0..6400u32).map(|i| (i / 100) as u8 + (i * i % 31) as u8).collect();
/// let found = temporal::drift(&samples)?;
/// assert!((found.drift_slope - 0.01).abs() < 1e-4 && found.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn drift(samples: &[u8]) -> Result<Drift, Reason> {
    let least = SEGMENTS * super::MIN_WINDOW;
    if samples.len() < least {
        return Err(Reason::TooFew { what: "samples", have: samples.len() as u64, need: least as u64 });
    }
    let segment_size = samples.len() / SEGMENTS;
    let windows = Windows::of(samples, segment_size, SEGMENTS)?;
    let segment = |(index, samples): (usize, &[u8])| Segment {
        index,
        mean: mean(samples),
        variance: variance(samples),
        entropy: entropy(samples),
    };
    let segments: Vec<Segment> = windows.iter().take(SEGMENTS).enumerate().map(segment).collect();
    let means: Vec<f64> = segments.iter().map(|segment| segment.mean).collect();
    let trend = Trend::of(&means).ok_or(Reason::Constant)?;
    let per_sample = segment_size as f64;
    Ok(Drift {
        segments,
        drift_slope: trend.slope / per_sample,
        standard_error: trend.error / per_sample,
        drift_r_squared: trend.r_squared,
        p_value: trend.p,
        segment_size,
    })
}

/// The line of least squares through values at 0, 1, 2, …
struct Trend {
    slope: f64,
    error: f64,
    r_squared: f64,
    p: f64,
}

impl Trend {
    /// Of at least three values; `None` if all are equal.
    fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let (middle, mean) = ((n - 1.0) / 2.0, values.iter().sum::<f64>() / n);
        let time = |index: usize| index as f64 - middle;
        let xx = n * (n * n - 1.0) / 12.0;
        let xy: f64 = values.iter().enumerate().map(|(index, value)| time(index) * (value - mean)).sum();
        let yy: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        if values.iter().all(|value| *value == values[0]) {
            return None;
        }
        let slope = xy / xx;
        let residual = |(index, value): (usize, &f64)| (value - mean - slope * time(index)).powi(2);
        let residuals: f64 = values.iter().enumerate().map(residual).sum();
        let error = (residuals / (n - 2.0) / xx).sqrt();
        // A line without residuals: certain, were it not for rounding.
        let p = if error > 0.0 { student_two_sided(slope / error, n - 2.0) } else { 0.0 };
        Some(Self { slope, error, r_squared: (xy * xy / (xx * yy)).min(1.0), p })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    /// 1, 2, 4: slope 1.5, residuals 1/6, −1/3, 1/6, error √(1/6/2) = 0.2887, t = 5.196 with one degree of freedom, p
    /// = 0.121.
    #[test]
    fn a_line_by_hand() {
        let trend = Trend::of(&[1.0, 2.0, 4.0]).unwrap();
        assert!((trend.slope - 1.5).abs() < 1e-12 && (trend.error - (1.0f64 / 12.0).sqrt()).abs() < 1e-12);
        assert!(
            (trend.r_squared - 27.0 / 28.0).abs() < 1e-12 && (trend.p - 0.121_038).abs() < 1e-5,
            "{}",
            trend.p
        );
    }

    #[test]
    fn p_values_of_good_streams_are_uniform_even_if_samples_repeat() {
        let p = |seed| drift(&Good::ALL[seed as usize % 3].bytes(seed, 1024)).unwrap().p_value;
        assert_uniform(&(0..500).map(p).collect::<Vec<_>>());
        // Every sample eight times: an error from single samples would be √8 times too small.
        let repeated =
            |seed| Good::AesCtr.bytes(seed, 1024).into_iter().flat_map(|byte| [byte; 8]).collect::<Vec<_>>();
        assert_uniform(&(0..500).map(|seed| drift(&repeated(seed)).unwrap().p_value).collect::<Vec<_>>());
    }

    #[test]
    fn a_ramp_under_noise_has_its_slope() {
        let noise = Good::ChaCha20.bytes(3, 32_000);
        let samples: Vec<u8> =
            noise.iter().enumerate().map(|(i, noise)| noise / 2 + (i / 320) as u8).collect();
        let found = drift(&samples).unwrap();
        assert!((found.drift_slope - 1.0 / 320.0).abs() < 5.0 * found.standard_error && found.p_value < 1e-9);
        assert_eq!((found.segments.len(), found.segment_size), (32, 1000));
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        assert_eq!(drift(&[1; 1000]), Err(Reason::Constant));
        assert!(matches!(drift(&[1; 511]), Err(Reason::TooFew { need: 512, .. })));
    }
}
