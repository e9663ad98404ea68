//! Differences between adjacent windows.

use super::summary::{mean, variance};
use super::{Windows, level};
use crate::special::student_two_sided;
use crate::{Correction, Reason};

/// Two adjacent windows of different mean.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shift {
    /// The second window's first sample.
    pub offset: usize,
    /// Mean of the first.
    pub mean_before: f64,
    /// Mean of the second.
    pub mean_after: f64,
    /// `mean_after` − `mean_before`.
    pub delta: f64,
    /// `delta` over its standard error; `None` where neither window varies.
    pub z_score: Option<f64>,
    /// p-value of this pair alone.
    pub p_value: f64,
    /// p-value corrected for all pairs (Holm).
    pub p_adjusted: f64,
}

/// What [`shifts`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shifts {
    /// Pairs rejected at the level, in order.
    pub shifts: Vec<Shift>,
    /// Number of them.
    pub n_shifts: usize,
    /// Number of pairs.
    pub n_tested: usize,
    /// Smallest corrected p-value: that of the series as a whole.
    pub p_value: f64,
    /// Samples to a window.
    pub window_size: usize,
}

/// Adjacent windows whose means differ, at family-wise level `alpha`.
///
/// For each pair of adjacent windows of w samples, Welch's t = Δ / √((s₁² + s₂²)/w), with (w−1)(s₁² + s₂²)²/(s₁⁴ +
/// s₂⁴) degrees of freedom.
///
/// Null: the samples of both windows are independent and their means equal; the variances may differ. Pairs share a
/// window, which Holm's correction allows for. Dependence between successive samples makes p-values too small.
///
/// Windows of at least 16 samples, at least two of them. Cost O(n).
///
/// Sources: Welch, Biometrika 34 (1947) 28; Holm 1979 ([`Correction`]).
///
/// # Errors
/// [`Reason::Parameter`] for a window below 16 samples or unless 0 < `alpha` < 1; [`Reason::TooFew`] below two
/// windows.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let samples: Vec<u8> = (0..1024u32).map(|i| (i * i % 13) as u8 + if i < 512 { 50 } else { 70 }).collect();
/// let found = temporal::shifts(&samples, 128, 0.001)?;
/// assert_eq!((found.n_shifts, found.shifts[0].offset), (1, 512));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn shifts(samples: &[u8], window_size: usize, alpha: f64) -> Result<Shifts, Reason> {
    let alpha = level(alpha)?;
    let windows = Windows::of(samples, window_size, 2)?;
    let pairs = windows.iter().zip(windows.iter().skip(1)).enumerate();
    let mut all: Vec<Shift> =
        pairs.map(|(index, (before, after))| shift((index + 1) * window_size, before, after)).collect();
    let adjusted = Correction::Holm.adjust(&all.iter().map(|shift| shift.p_value).collect::<Vec<_>>());
    for (shift, p_adjusted) in all.iter_mut().zip(adjusted) {
        shift.p_adjusted = p_adjusted;
    }
    let n_tested = all.len();
    let p_value = all.iter().map(|shift| shift.p_adjusted).fold(1.0, f64::min);
    all.retain(|shift| shift.p_adjusted <= alpha);
    Ok(Shifts { n_shifts: all.len(), shifts: all, n_tested, p_value, window_size })
}

/// A pair of windows of one size; nothing is corrected yet.
fn shift(offset: usize, before: &[u8], after: &[u8]) -> Shift {
    let size = before.len() as f64;
    let (mean_before, mean_after) = (mean(before), mean(after));
    let delta = mean_after - mean_before;
    let (one, two) = (variance(before), variance(after));
    let (z_score, p_value) = if one + two > 0.0 {
        let t = delta / ((one + two) / size).sqrt();
        let freedom = (size - 1.0) * (one + two).powi(2) / (one * one + two * two);
        (Some(t), student_two_sided(t, freedom))
    } else {
        (None, if delta == 0.0 { 1.0 } else { 0.0 })
    };
    Shift { offset, mean_before, mean_after, delta, z_score, p_value, p_adjusted: p_value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    /// 1, 2, 3 and 5, 6, 7: variances 1, t = 4/√(2/3) = 4.899 with 4 degrees of freedom, p = 0.00805.
    #[test]
    fn welch_by_hand() {
        let found = shift(3, &[1, 2, 3], &[5, 6, 7]);
        assert!(
            (found.z_score.unwrap() - 24f64.sqrt()).abs() < 1e-12 && (found.p_value - 0.008_05).abs() < 1e-5
        );
        assert_eq!((shift(1, &[4], &[5]).p_value, shift(1, &[4], &[4]).p_value), (0.0, 1.0));
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let bytes = |seed: u64| Good::ALL[seed as usize % 3].bytes(seed, 1280);
        let one = |seed| {
            let bytes = bytes(seed);
            shift(128, &bytes[..128], &bytes[128..256]).p_value
        };
        assert_uniform(&(0..500).map(one).collect::<Vec<_>>());
        let any = (0..500).filter(|&seed| shifts(&bytes(seed), 128, 0.05).unwrap().n_shifts > 0).count();
        // Binomial with mean 25 at most: more than 47 with probability 2e-5.
        assert!(any <= 47, "{any}");
    }

    #[test]
    fn a_step_between_windows_is_found_once() {
        let noise = Good::ChaCha20.bytes(5, 2048);
        let samples: Vec<u8> =
            noise.iter().enumerate().map(|(i, x)| x / 2 + if i < 1024 { 0 } else { 100 }).collect();
        let found = shifts(&samples, 256, 1e-3).unwrap();
        assert_eq!((found.n_shifts, found.shifts[0].offset, found.n_tested), (1, 1024, 7));
        assert!(matches!(shifts(&samples, 2000, 0.01), Err(Reason::TooFew { .. })));
        assert!(matches!(shifts(&samples, 64, 1.0), Err(Reason::Parameter(_))));
        assert_eq!(shifts(&[3; 100], 16, 0.01).unwrap().n_shifts, 0);
    }
}
