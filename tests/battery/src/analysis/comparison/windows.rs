//! Windows that stand out from their own source.

use super::Both;
use crate::analysis::significance::Significance;
use crate::analysis::{ALPHA, histogram, quick_shannon};
use crate::special::normal_two_sided;

/// Windows of both sources.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Temporal {
    /// Bytes of a window.
    pub window_size: usize,
    /// Each source; `None` where it has fewer than two windows, or is constant.
    pub of: Both<Option<Windows>>,
}

/// Windows of one source.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Windows {
    /// Number of windows whose mean stands out at level [`ALPHA`], corrected for all windows (Šidák).
    pub anomaly_count: usize,
    /// Largest |z|, with the p-value of the largest of that many.
    pub max_z: Significance,
    /// The five windows that stand out most, whether by chance or not.
    pub top_anomalies: Vec<Anomaly>,
    /// Shannon entropy of each window.
    pub windowed_entropy: Vec<f64>,
}

/// One window.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Anomaly {
    /// Its first byte.
    pub offset: usize,
    /// Its mean.
    pub mean: f64,
    /// Its distance from the source's mean, in standard errors of a window that belongs to the source.
    pub z_score: f64,
}

/// Bytes of a window.
pub(super) const WINDOW: usize = 1024;

impl Windows {
    /// Windows of `size` bytes against the whole; for independent bytes each z is normal in the limit.
    pub(super) fn of(data: &[u8], size: usize) -> Option<Self> {
        let counts = histogram::counts(data);
        let (mean, squares) = histogram::mean_and_squares(&counts);
        let number = data.len() / size;
        if number < 2 || squares == 0.0 {
            return None;
        }
        // A window is part of the whole, and so nearer to its mean than an independent one.
        let (n, w) = (data.len() as f64, size as f64);
        let error = (squares / (n - 1.0) * (1.0 / w - 1.0 / n)).sqrt();
        let anomaly = |(index, window): (usize, &[u8])| {
            let window_mean = window.iter().map(|&byte| u64::from(byte)).sum::<u64>() as f64 / w;
            Anomaly { offset: index * size, mean: window_mean, z_score: (window_mean - mean) / error }
        };
        let mut windows: Vec<Anomaly> = data.chunks_exact(size).enumerate().map(anomaly).collect();
        let corrected = |z: f64| -(number as f64 * (-normal_two_sided(z)).ln_1p()).exp_m1();
        let anomaly_count = windows.iter().filter(|window| corrected(window.z_score) <= ALPHA).count();
        windows.sort_by(|a, b| b.z_score.abs().total_cmp(&a.z_score.abs()));
        windows.truncate(5);
        let largest = windows.first().map_or(0.0, |window| window.z_score.abs());
        Some(Self {
            anomaly_count,
            max_z: Significance::new(largest, corrected(largest)),
            top_anomalies: windows,
            windowed_entropy: data.chunks_exact(size).filter_map(quick_shannon).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Windows;
    use crate::test_streams::Good;

    /// By hand: of 0 0 2 2 the mean is 1, the variance 4/3; windows of 2: error sqrt(4/3 (1/2 - 1/4)) = sqrt(1/3).
    #[test]
    fn scores_follow_the_formula() {
        let windows = Windows::of(&[0, 0, 2, 2], 2).unwrap();
        assert!((windows.max_z.statistic - 3f64.sqrt()).abs() < 1e-14);
        assert_eq!(windows.windowed_entropy, [0.0, 0.0]);
    }

    #[test]
    fn a_window_out_of_place_is_named() {
        let mut data = Good::AesCtr.bytes(9, 50 * 1024);
        assert_eq!(Windows::of(&data, 1024).unwrap().anomaly_count, 0);
        data[7 * 1024..8 * 1024].iter_mut().for_each(|byte| *byte /= 2);
        let windows = Windows::of(&data, 1024).unwrap();
        assert_eq!((windows.anomaly_count, windows.top_anomalies[0].offset), (1, 7 * 1024));
        assert!(Windows::of(&data[..2047], 1024).is_none());
        assert!(Windows::of(&[3; 4096], 1024).is_none());
    }
}
