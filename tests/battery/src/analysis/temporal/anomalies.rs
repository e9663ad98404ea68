//! Windows that are unlike the others.

use super::summary::{entropy, mean};
use super::{Windows, level};
use crate::special::student_two_sided;
use crate::{Correction, Reason};

/// Fewest windows: with fewer, the others say too little of how much windows vary.
const MIN_WINDOWS: usize = 10;

/// In what a window is unlike the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum AnomalyType {
    /// The mean of its samples.
    Mean,
    /// The Shannon entropy of its histogram.
    Entropy,
}

/// A window that is unlike the others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Anomaly {
    /// Its first sample.
    pub offset: usize,
    /// Mean of its samples.
    pub window_mean: f64,
    /// Shannon entropy of its histogram, in bits per sample; below 8 for any window of few samples.
    pub window_entropy: f64,
    /// Distance from the mean of the other windows in their standard deviations; `None` where the others do not vary
    /// at all.
    pub z_score: Option<f64>,
    /// In what it is unlike them.
    pub anomaly_type: AnomalyType,
    /// p-value of this window alone.
    pub p_value: f64,
    /// p-value corrected for all windows and both types (Holm).
    pub p_adjusted: f64,
}

/// What [`anomalies`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Anomalies {
    /// Windows rejected at the level, by offset.
    pub anomalies: Vec<Anomaly>,
    /// Number of windows.
    pub total_windows: usize,
    /// Anomalies over windows.
    pub anomaly_rate: f64,
    /// Smallest corrected p-value: that of the series as a whole.
    pub p_value: f64,
    /// Samples to a window.
    pub window_size: usize,
}

/// Windows whose mean or entropy is unlike that of the others, at family-wise level `alpha`.
///
/// The series is cut into windows of `window_size` samples, a last one that is not whole left out. For the mean and
/// for the entropy of each, the distance from the mean of the other k − 1 windows is divided by their standard
/// deviation times √(1 + 1/(k−1)).
///
/// Null: the windows' figures are independent draws of one nearly normal distribution; then the quotient is Student's
/// t with k − 2 degrees of freedom. Because the spread is that of windows, dependence within a window is allowed for.
/// Windows of less than some hundred samples, or of few different values, have figures that are not normal, and small
/// p-values are then approximate. Many anomalies widen the spread and hide each other: [`shifts`](super::shifts) and
/// [`change_points`](super::change_points) see those.
///
/// Windows of at least 16 samples, at least 10 of them. Cost O(n).
///
/// Sources: Barnett and Lewis, Outliers in Statistical Data, 3rd ed. 1994, §6.3; Holm 1979 ([`Correction`]).
///
/// # Errors
/// [`Reason::Parameter`] for a window below 16 samples or unless 0 < `alpha` < 1; [`Reason::TooFew`] below ten
/// windows.
///
/// ```
/// use openentropy_tests::analysis::temporal;
///
/// let mut samples: Vec<u8> = (0..12_800u32).map(|i| (i * i % 251) as u8).collect();
/// samples[2560..2816].fill(0);
/// let found = temporal::anomalies(&samples, 256, 0.001)?;
/// assert!(found.anomalies.iter().all(|anomaly| anomaly.offset == 2560));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn anomalies(samples: &[u8], window_size: usize, alpha: f64) -> Result<Anomalies, Reason> {
    let alpha = level(alpha)?;
    let windows = Windows::of(samples, window_size, MIN_WINDOWS)?;
    let means: Vec<f64> = windows.iter().map(mean).collect();
    let entropies: Vec<f64> = windows.iter().map(entropy).collect();
    let figures = [(AnomalyType::Mean, &means), (AnomalyType::Entropy, &entropies)];
    let found = figures.map(|(anomaly_type, figures)| {
        against_the_others(figures).map(move |(window, z, p)| (anomaly_type, window, z, p))
    });
    let found: Vec<_> = found.into_iter().flatten().collect();
    let adjusted = Correction::Holm.adjust(&found.iter().map(|found| found.3).collect::<Vec<_>>());
    let rejected = found.iter().zip(&adjusted).filter(|&(_, &p)| p <= alpha);
    let mut anomalies: Vec<Anomaly> = rejected
        .map(|(&(anomaly_type, window, z_score, p_value), &p_adjusted)| Anomaly {
            offset: window * window_size,
            window_mean: means[window],
            window_entropy: entropies[window],
            z_score,
            anomaly_type,
            p_value,
            p_adjusted,
        })
        .collect();
    anomalies.sort_by_key(|anomaly| anomaly.offset);
    Ok(Anomalies {
        anomaly_rate: anomalies.len() as f64 / means.len() as f64,
        anomalies,
        total_windows: means.len(),
        p_value: adjusted.into_iter().fold(1.0, f64::min),
        window_size,
    })
}

/// Each figure's index, its distance from the others in their standard deviations, and its p-value.
fn against_the_others(figures: &[f64]) -> impl Iterator<Item = (usize, Option<f64>, f64)> {
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
    // What rounding alone may make of figures that are equal, and of one that is not.
    let nothing = 1e-20 * count * (1.0 + mean * mean) + 1e-12 * squares;
    figures.iter().enumerate().map(move |(window, figure)| {
        let own = (figure - mean).powi(2) * count / (count - 1.0);
        let others = squares - own;
        let distance = (figure - mean) * count / (count - 1.0);
        if others > nothing {
            let deviation = (others / (count - 2.0)).sqrt();
            let t = distance / (deviation * (count / (count - 1.0)).sqrt());
            (window, Some(distance / deviation), student_two_sided(t, count - 2.0))
        } else {
            (window, None, if own > nothing { 0.0 } else { 1.0 })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    /// 1, 2, 3 against 10: mean 2, deviation 1, z 8, t = 8/√(4/3) = 6.9282 with 2 degrees of freedom, p = 1 − t/√(2 +
    /// t²) = 0.0202.
    #[test]
    fn a_quotient_by_hand() {
        let found: Vec<_> = against_the_others(&[1.0, 2.0, 3.0, 10.0]).collect();
        let (window, z, p) = found[3];
        assert_eq!(window, 3);
        assert!((z.unwrap() - 8.0).abs() < 1e-9 && (p - 0.020_203).abs() < 1e-5, "{z:?} {p}");
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let mut all = [Vec::new(), Vec::new()];
        let mut rejected = 0;
        for seed in 0..500 {
            let bytes = Good::ALL[seed as usize % 3].bytes(seed, 20 * 256);
            let windows = Windows::of(&bytes, 256, 10).unwrap();
            for (figure, all) in [mean, entropy].into_iter().zip(&mut all) {
                let figures: Vec<f64> = windows.iter().map(figure).collect();
                all.push(against_the_others(&figures).nth(seed as usize % 20).unwrap().2);
            }
            rejected += usize::from(anomalies(&bytes, 256, 0.05).unwrap().p_value <= 0.05);
        }
        all.iter().for_each(|all| assert_uniform(all));
        // Binomial with mean 25 at most: more than 47 with probability 2e-5.
        assert!(rejected <= 47, "{rejected}");
    }

    #[test]
    fn a_window_of_another_kind_is_found() {
        let mut bytes = Good::AesCtr.bytes(1, 12_800);
        bytes[2560..2816].iter_mut().for_each(|byte| *byte = *byte % 4 + 126);
        let found = anomalies(&bytes, 256, 1e-4).unwrap();
        let [anomaly] = found.anomalies[..] else { panic!("{found:?}") };
        assert_eq!((anomaly.offset, anomaly.anomaly_type), (2560, AnomalyType::Entropy));
        assert_eq!((found.total_windows, found.anomaly_rate), (50, 0.02));
    }

    #[test]
    fn windows_that_do_not_vary() {
        let mut counter: Vec<u8> = (0..5120u32).map(|i| i as u8).collect();
        assert_eq!(anomalies(&counter, 256, 0.01).unwrap().p_value, 1.0);
        counter[256..512].fill(0);
        let found = anomalies(&counter, 256, 0.01).unwrap();
        assert!(
            found.anomalies.len() == 2
                && found.anomalies.iter().all(|a| a.z_score.is_none() && a.p_value == 0.0)
        );
        assert_eq!(anomalies(&[9; 5120], 256, 0.01).unwrap().anomalies, []);
        assert!(matches!(anomalies(&counter, 600, 0.01), Err(Reason::TooFew { have: 8, need: 10, .. })));
        assert!(matches!(anomalies(&counter, 0, 0.01), Err(Reason::Parameter(_))));
    }
}
