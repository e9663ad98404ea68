//! Detrended fluctuation analysis.

use super::line::Line;
use super::window;
use crate::Reason;

/// Most samples that are looked at, from the first on.
const MAX_SAMPLES: usize = 1 << 20;
/// Fewest samples: three box sizes, with four boxes of the largest.
const MIN_SAMPLES: usize = 256;
/// Shortest box: below, taking out a line takes out much of the fluctuation too.
const MIN_BOX: usize = 16;

/// The fluctuation in boxes of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Fluctuation {
    /// Samples to a box.
    pub box_size: usize,
    /// Root mean square deviation of the profile from the boxes' lines.
    pub fluctuation: f64,
}

/// What [`dfa`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Dfa {
    /// The exponent: 0.5 for independent values, 1 for 1/f noise, 1.5 for a random walk.
    pub alpha: f64,
    /// Share of the variation of ln F that the line explains.
    pub r_squared: f64,
    /// The fluctuations behind it, by box size.
    pub fluctuations: Vec<Fluctuation>,
    /// Degree of the trend taken out of each box.
    pub order: u32,
    /// Number of samples looked at.
    pub samples: usize,
}

/// Detrended fluctuation analysis of order 1. Exploratory: no evidence for or against entropy.
///
/// The profile is the running sum of the deviations from the mean. It is cut into boxes of n = 16, 32, 64, … samples,
/// at least four of each; from each the line of least squares is taken out. F(n) is the root mean square of what is
/// left, alpha the slope of ln F on ln n, each size weighted by its number of boxes. Independent values of variance
/// σ² have E F² = σ² (n² − 4) / (15 n).
///
/// Null: none in closed form. Over 500 fixed streams of uniform bytes alpha lay about 0.5 with a standard deviation
/// of 0.11 (256 bytes), 0.020 (4096) and 0.005 (65,536).
///
/// Minimum 256 samples; the first 1,048,576 are used. Cost O(n log n).
///
/// Source: Peng and others, Phys. Rev. E 49 (1994) 1685; the expectation: Höll and Kantz, Eur. Phys. J. B 88 (2015)
/// 327.
///
/// # Errors
/// [`Reason::TooFew`] below 256 samples; [`Reason::Constant`] if they do not vary.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let slow: Vec<u8> = (0..2048).map(|i| (127.0 + 100.0 * (f64::from(i) / 300.0).sin()) as u8).collect();
/// assert!(chaos::dfa(&slow)?.alpha > 1.5, "a slow wave is smoother than a random walk");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn dfa(samples: &[u8]) -> Result<Dfa, Reason> {
    exponent(&window(samples, MIN_SAMPLES, MAX_SAMPLES)?)
}

fn exponent(values: &[f64]) -> Result<Dfa, Reason> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut height = 0.0;
    let rise = |value: &f64| {
        height += value - mean;
        height
    };
    let profile: Vec<f64> = values.iter().map(rise).collect();
    let (mut fluctuations, mut points) = (Vec::new(), Vec::new());
    for size in core::iter::successors(Some(MIN_BOX), |size| Some(size * 2))
        .take_while(|size| *size <= values.len() / 4)
    {
        let boxes = values.len() / size;
        let fluctuation = (profile.chunks_exact(size).map(residual).sum::<f64>() / boxes as f64).sqrt();
        if fluctuation > 0.0 {
            points.push(((size as f64).ln(), fluctuation.ln(), boxes as f64));
        }
        fluctuations.push(Fluctuation { box_size: size, fluctuation });
    }
    let line = Line::through(&points).ok_or(Reason::Constant)?;
    Ok(Dfa { alpha: line.slope, r_squared: line.r_squared, fluctuations, order: 1, samples: values.len() })
}

/// Mean square of what the line of least squares leaves of the values.
fn residual(values: &[f64]) -> f64 {
    let size = values.len() as f64;
    let (middle, mean) = ((size - 1.0) / 2.0, values.iter().sum::<f64>() / size);
    let (mut along, mut squares) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        along += (index as f64 - middle) * (value - mean);
        squares += (value - mean).powi(2);
    }
    let spread = size * (size * size - 1.0) / 12.0;
    ((squares - along * along / spread) / size).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::chaos::surrogate::mean_and_deviation;
    use crate::test_streams::Good;

    #[test]
    fn a_line_leaves_nothing_and_a_tent_what_it_must() {
        let line: Vec<f64> = (0..16).map(|i| 3.0 + 0.5 * f64::from(i)).collect();
        assert!(residual(&line) < 1e-20);
        // 0, 1, 0: no slope, mean 1/3, squares 2/3, over three values.
        assert!((residual(&[0.0, 1.0, 0.0]) - 2.0 / 9.0).abs() < 1e-12);
    }

    /// Mean of F² over 2000 boxes of 16: standard error 1.3 %; 8 % is six of them.
    #[test]
    fn white_noise_fluctuates_as_the_formula_says() {
        let bytes = Good::ChaCha20.bytes(3, 32_000);
        let found = dfa(&bytes).unwrap();
        let sigma2 = (65_536.0 - 1.0) / 12.0;
        let expected = sigma2 * (256.0 - 4.0) / (15.0 * 16.0);
        let ratio = found.fluctuations[0].fluctuation.powi(2) / expected;
        assert!((ratio - 1.0).abs() < 0.08, "{ratio}");
    }

    #[test]
    fn good_bytes_give_a_half() {
        for (len, streams, deviation) in [(256, 500u64, 0.11), (4096, 500, 0.020), (65_536, 40, 0.005)] {
            let alphas: Vec<f64> =
                (0..streams).map(|seed| dfa(&Good::ChaCha20.bytes(seed, len)).unwrap().alpha).collect();
            let (mean, spread) = mean_and_deviation(&alphas);
            println!("{len}: {mean} {spread}");
            assert!((mean - 0.5).abs() < 0.01, "{len}: {mean}");
            assert!((0.7..1.4).contains(&(spread / deviation)), "{len}: {spread}");
        }
    }

    /// Sums of white noise: 1.5. As bytes, a walk of ±1 that stays between 0 and 255 for its 4096 steps.
    #[test]
    fn a_random_walk_gives_one_and_a_half() {
        let steps = Good::AesCtr.bytes(1, 65_536);
        let mut height = 0.0;
        let rise = |&step: &u8| {
            height += f64::from(step) - 127.5;
            height
        };
        let found = exponent(&steps.iter().map(rise).collect::<Vec<_>>()).unwrap();
        assert!((found.alpha - 1.5).abs() < 0.05 && found.r_squared > 0.99, "{}", found.alpha);
        let mut height = 128u8;
        let rise = |&step: &u8| {
            height = if step & 1 == 1 { height.saturating_add(1) } else { height.saturating_sub(1) };
            height
        };
        let walk: Vec<u8> = steps[..4096].iter().map(rise).collect();
        assert!(walk.iter().all(|height| (1..255).contains(height)), "it does not meet an end");
        let alpha = dfa(&walk).unwrap().alpha;
        assert!((alpha - 1.5).abs() < 0.1, "{alpha}");
    }

    #[test]
    fn what_is_no_series_is_refused() {
        assert!(matches!(dfa(&[1; 255]), Err(Reason::TooFew { need: 256, .. })));
        assert_eq!(dfa(&[1; 256]), Err(Reason::Constant));
    }
}
