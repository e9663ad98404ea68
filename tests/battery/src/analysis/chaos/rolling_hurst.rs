//! The Hurst exponent along a series.

use super::hurst::{Blocks, MIN_SAMPLES};
use super::surrogate::mean_and_deviation;
use super::window;
use crate::Reason;

/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;

/// The exponent in one window.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct HurstWindow {
    /// Its first sample.
    pub offset: usize,
    /// The exponent; `None` where the window's blocks do not vary.
    pub hurst: Option<f64>,
    /// Share of the variation of ln R/S that its line explains.
    pub r_squared: Option<f64>,
}

/// What [`rolling_hurst`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RollingHurst {
    /// The windows, in order.
    pub windows: Vec<HurstWindow>,
    /// Mean of the windows' exponents.
    pub mean_hurst: f64,
    /// Their standard deviation; 0 for a single window.
    pub std_hurst: f64,
    /// The lowest.
    pub min_hurst: f64,
    /// The highest.
    pub max_hurst: f64,
    /// Standard error of one window's exponent for independent values, to hold `std_hurst` against.
    pub standard_error: f64,
    /// Samples to a window.
    pub window_size: usize,
    /// Samples from one window's start to the next one's.
    pub step: usize,
}

/// The [Hurst exponent](super::hurst) in windows of `window_size` samples, one every `step`. Exploratory: no evidence
/// for or against entropy.
///
/// Null: none. Windows that overlap share samples, so their exponents move together; with `step` = `window_size` they
/// are independent for independent samples, and then about 0.3 % lie further than three times `standard_error` from
/// 0.5.
///
/// Usual sizes are 512 and 64. Windows of at least 128 samples; the first 1,048,576 samples are used. Cost O(n/step ·
/// window log window).
///
/// Source: as for [`hurst`](super::hurst).
///
/// # Errors
/// [`Reason::Parameter`] if the window is below 128 samples or the step is 0; [`Reason::TooFew`] if there is no whole
/// window; [`Reason::Constant`] if no window varies.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let ramp: Vec<u8> = (0..4096u32).map(|i| (i / 4) as u8).collect();
/// let rolling = chaos::rolling_hurst(&ramp, 512, 512)?;
/// assert_eq!(rolling.windows.len(), 8);
/// assert!(rolling.min_hurst > 0.7);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn rolling_hurst(samples: &[u8], window_size: usize, step: usize) -> Result<RollingHurst, Reason> {
    if window_size < MIN_SAMPLES || step == 0 {
        return Err(Reason::Parameter("a window has at least 128 samples, a step at least one"));
    }
    let values = window(samples, window_size, MAX_SAMPLES)?;
    let blocks = Blocks::of(window_size);
    let (mut windows, mut exponents, mut standard_error) = (Vec::new(), Vec::new(), 0.0);
    for (index, window) in values.windows(window_size).step_by(step).enumerate() {
        let found = blocks.measure(window).ok();
        windows.push(HurstWindow {
            offset: index * step,
            hurst: found.as_ref().map(|found| found.hurst_exponent),
            r_squared: found.as_ref().map(|found| found.r_squared),
        });
        if let Some(found) = found {
            exponents.push(found.hurst_exponent);
            standard_error = found.standard_error;
        }
    }
    let min_hurst = exponents.iter().copied().reduce(f64::min).ok_or(Reason::Constant)?;
    let max_hurst = exponents.iter().copied().fold(min_hurst, f64::max);
    let (mean_hurst, deviation) = mean_and_deviation(&exponents);
    let std_hurst = if exponents.len() > 1 { deviation } else { 0.0 };
    Ok(RollingHurst {
        windows,
        mean_hurst,
        std_hurst,
        min_hurst,
        max_hurst,
        standard_error,
        window_size,
        step,
    })
}

#[cfg(test)]
mod tests {
    use super::rolling_hurst;
    use crate::Reason;
    use crate::analysis::chaos::hurst;
    use crate::test_streams::Good;

    #[test]
    fn each_window_is_the_measure_of_its_samples() {
        let bytes = Good::Sha256Counter.bytes(4, 5000);
        let rolling = rolling_hurst(&bytes, 512, 64).unwrap();
        assert_eq!(rolling.windows.len(), (5000 - 512) / 64 + 1);
        for window in &rolling.windows {
            let alone = hurst(&bytes[window.offset..window.offset + 512]).unwrap();
            assert_eq!(window.hurst, Some(alone.hurst_exponent));
        }
        assert!(rolling.min_hurst <= rolling.mean_hurst && rolling.mean_hurst <= rolling.max_hurst);
        let whole = rolling_hurst(&bytes[..512], 512, 64).unwrap();
        assert_eq!((whole.windows.len(), whole.std_hurst), (1, 0.0));
    }

    #[test]
    fn a_stretch_that_does_not_vary_has_no_exponent() {
        let mut bytes = Good::ChaCha20.bytes(5, 1024);
        bytes[512..].fill(7);
        let rolling = rolling_hurst(&bytes, 512, 512).unwrap();
        assert!(rolling.windows[0].hurst.is_some() && rolling.windows[1].hurst.is_none());
        assert_eq!(rolling_hurst(&[7; 2000], 512, 64), Err(Reason::Constant));
        assert!(matches!(rolling_hurst(&bytes, 127, 1), Err(Reason::Parameter(_))));
        assert!(matches!(rolling_hurst(&bytes, 512, 0), Err(Reason::Parameter(_))));
    }
}
