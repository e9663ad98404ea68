//! Measures from the study of chaos and of long memory. **Exploratory: none of them is evidence for or against
//! entropy.**
//!
//! A predictable generator can show the figures of noise here, and a good noise source can show those of
//! structure. They describe how a series moves: use them to look at recordings, never to credit a byte.
//!
//! Each function takes one sample per byte and works on a contiguous window from the first sample on, never on
//! every k-th one, which would destroy what it looks for; how long the window may be is a constant beside it.
//! What cannot be computed is an `Err` with the [`Reason`], so that no report holds a figure
//! that is none, and no flag needs to be asked whether it does.
//!
//! | function | of independent uniform bytes | of something else |
//! |---|---|---|
//! | [`hurst`], [`rolling_hurst`], [`bootstrap_hurst`] | 0.5 | persistent series: above |
//! | [`dfa`] | 0.5 | random walk: 1.5 |
//! | [`lyapunov`] | as its shuffled surrogates | logistic map: ln 2 |
//! | [`correlation_dimension`] | the embedding's dimension | sine: 1 |
//! | [`bientropy()`] | its exact expectation | periodic strings: less |
//! | [`epiplexity`] | ratio 1 | repetition: less |
//! | [`sample_entropy`], [`approximate_entropy`] | 2.2066 (limit) | periodic series: 0 |
//! | [`permutation_entropy`] | log₂ of the number of patterns | monotone series: 0 |
//! | [`rqa`] | determinism 1 − (1 − p)² | periodic series: 1 |
//!
//! Surrogates are shuffles of the series by a generator with a fixed seed, so that a report can be computed again.

use crate::Reason;
use crate::analysis::histogram;

mod approximate_entropy;
mod bientropy;
mod bootstrap_hurst;
mod correlation_dimension;
mod dfa;
mod epiplexity;
mod hurst;
mod line;
mod lyapunov;
mod permutation_entropy;
mod report;
mod rolling_hurst;
mod rqa;
mod sample_entropy;
pub(in crate::analysis) mod surrogate;

pub use approximate_entropy::{ApproximateEntropy, approximate_entropy};
pub use bientropy::{BiEntropy, bientropy, bientropy_of};
pub use bootstrap_hurst::{BootstrapHurst, bootstrap_hurst};
pub use correlation_dimension::{CorrelationDimension, EmbeddedDimension, correlation_dimension};
pub use dfa::{Dfa, Fluctuation, dfa};
pub use epiplexity::{Epiplexity, epiplexity};
pub use hurst::{Hurst, RescaledRange, hurst};
pub use lyapunov::{Lyapunov, lyapunov};
pub use permutation_entropy::{PermutationEntropy, permutation_entropy};
pub(in crate::analysis) use report::keep;
pub use report::{Chaos, Missing, analyse};
pub use rolling_hurst::{HurstWindow, RollingHurst, rolling_hurst};
pub use rqa::{Rqa, rqa};
pub use sample_entropy::{SampleEntropy, sample_entropy};

/// The first samples, at most `most` of them, as numbers; an error if there are fewer than `least` or all are equal.
fn window(samples: &[u8], least: usize, most: usize) -> Result<Vec<f64>, Reason> {
    let samples = contiguous(samples, least, most)?;
    Ok(samples.iter().map(|&sample| f64::from(sample)).collect())
}

/// The same as they are.
fn contiguous(samples: &[u8], least: usize, most: usize) -> Result<&[u8], Reason> {
    if samples.len() < least {
        return Err(Reason::TooFew { what: "samples", have: samples.len() as u64, need: least as u64 });
    }
    let window = &samples[..samples.len().min(most)];
    if histogram::is_constant(window) {
        return Err(Reason::Constant);
    }
    Ok(window)
}

/// How often two samples, drawn apart from each other from the histogram of `samples`, differ by at most `radius`.
fn chance_of_match(samples: &[u8], radius: f64) -> f64 {
    let counts = histogram::counts(samples);
    let radius = radius.clamp(0.0, 255.0) as usize;
    let near =
        |value: usize| counts[value.saturating_sub(radius)..=(value + radius).min(255)].iter().sum::<u64>();
    let pairs: f64 = (0..256).map(|value| counts[value] as f64 * near(value) as f64).sum();
    pairs / (samples.len() as f64).powi(2)
}
