//! The assessment of one data set: ten estimators, two views, one figure.

use super::{Estimate, InputError, Sequence};

/// Fewest samples the standard accepts for an assessment (SP 800-90B §3.1.1).
pub const MIN_SAMPLES: usize = 1_000_000;

/// Assesses samples of `bits` bits each, one per byte, on the non-IID track (SP 800-90B §3.1.3).
///
/// A run over 1,000,000 samples of 8 bits takes about three seconds on one core and 100 to 200 MB of memory.
/// Fewer than [`MIN_SAMPLES`] samples are estimated too, but [`Assessment::meets_minimum_length`] then says no.
///
/// # Errors
/// [`InputError::Width`], [`InputError::Length`] and [`InputError::Symbol`].
///
/// ```
/// use openentropy_tests::sp800_90b::assess;
///
/// let stuck = assess(&[5; 1000], 4)?;
/// assert_eq!(stuck.min_entropy(), 0.0);
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub fn assess(samples: &[u8], bits: u32) -> Result<Assessment, InputError> {
    let sequence = Sequence::literal(samples, bits)?;
    let literal = Estimate::all(&sequence);
    let alphabet = sequence.alphabet();
    drop(sequence);
    let bit_string = match bits {
        1 => Vec::new(),
        _ => Estimate::all(&Sequence::bit_string(samples, bits)?),
    };
    Ok(Assessment { samples: samples.len(), bits, alphabet, literal, bit_string })
}

/// Every estimate of a data set, and the smallest.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Number of samples.
    pub samples: usize,
    /// Bits per sample.
    pub bits: u32,
    /// Number of different sample values.
    pub alphabet: usize,
    /// Estimates over the samples themselves; empty if they are constant.
    pub literal: Vec<Estimate>,
    /// Estimates over the bits of the samples; empty if a sample is one bit, or if they are constant.
    pub bit_string: Vec<Estimate>,
}

impl Assessment {
    /// The assessed min-entropy in bits per sample: `min(H_original, bits × H_bitstring)`, 0 for constant data.
    ///
    /// A claim of the designer below this figure lowers it further; one above it does not count.
    pub fn min_entropy(&self) -> f64 {
        self.limit().map_or(0.0, |limit| limit.min_entropy)
    }

    /// The estimate that set the figure; `None` for constant data.
    pub fn limit(&self) -> Option<Limit<'_>> {
        let limits = [View::Literal, View::BitString].into_iter().filter_map(|view| self.lowest(view));
        limits.min_by(|a, b| a.min_entropy.total_cmp(&b.min_entropy))
    }

    /// The smallest estimate over one form of the data: the standard's `H_original` or `bits × H_bitstring`.
    ///
    /// Output of a conditioning component that is not vetted is judged by its bits alone (§3.1.5.2).
    pub fn lowest(&self, view: View) -> Option<Limit<'_>> {
        let (estimates, symbols) = match view {
            View::Literal => (&self.literal, 1.0),
            View::BitString => (&self.bit_string, f64::from(self.bits)),
        };
        let limit =
            |estimate| Limit { view, estimate, min_entropy: symbols * Estimate::min_entropy(estimate) };
        estimates.iter().map(limit).min_by(|a, b| a.min_entropy.total_cmp(&b.min_entropy))
    }

    /// Whether there are at least [`MIN_SAMPLES`] samples; if not, the figures are no assessment.
    pub fn meets_minimum_length(&self) -> bool {
        self.samples >= MIN_SAMPLES
    }
}

/// The smallest of several estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit<'a> {
    /// The form of the data it was made over.
    pub view: View,
    /// The estimate, in bits per symbol of that form.
    pub estimate: &'a Estimate,
    /// What it amounts to in bits per sample.
    pub min_entropy: f64,
}

/// A form of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The samples as they are.
    Literal,
    /// Their bits, most significant first.
    BitString,
}

impl View {
    /// The form's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::BitString => "bit string",
        }
    }
}
