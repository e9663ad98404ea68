//! The assessment of one data set: ten estimators, two views, one figure.

use super::{Estimate, Estimator, InputError, Sequence, jobs};
use crate::Progress;

/// Fewest samples the standard accepts for an assessment (SP 800-90B §3.1.1).
pub const MIN_SAMPLES: usize = 1_000_000;

/// Assesses samples of `bits` bits each, one per byte, on the non-IID track (SP 800-90B §3.1.3).
///
/// On all cores with the feature `threads`. A run over 1,000,000 samples of 8 bits takes about 0.7 seconds of one core and
/// 60 MB; repetitions make it up to three times and four times as much, see [`memory_needed`](super::memory_needed).
///
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
    assess_with(samples, bits, &())
}

/// Like [`assess`], and tells `progress` how far it is, in about nanoseconds of one thread.
///
/// # Errors
/// Those of [`assess`], before anything is expected.
///
/// ```
/// use openentropy_tests::sp800_90b::{assess, assess_with};
///
/// let samples: Vec<u8> = (0..2000u32).map(|i| (i * i % 251 % 4) as u8).collect();
/// assert_eq!(assess_with(&samples, 2, &())?, assess(&samples, 2)?);
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub fn assess_with(samples: &[u8], bits: u32, progress: &dyn Progress) -> Result<Assessment, InputError> {
    let data = Views::new(samples, bits)?;
    progress.expect(data.units());
    Ok(data.assess(progress))
}

/// Samples in the forms in which they are estimated.
pub(super) struct Views {
    samples: usize,
    bits: u32,
    /// The samples themselves, then their bits if there are several to a sample.
    sequences: Vec<Sequence>,
}

impl Views {
    pub(super) fn new(samples: &[u8], bits: u32) -> Result<Self, InputError> {
        let mut sequences = vec![Sequence::literal(samples, bits)?];
        // The bits of constant samples may differ, but they have no entropy either.
        if bits > 1 && sequences.iter().all(|literal| literal.alphabet() > 1) {
            sequences.push(Sequence::bit_string(samples, bits)?);
        }
        Ok(Self { samples: samples.len(), bits, sequences })
    }

    /// What [`assess`](Self::assess) will announce as done, over all of it.
    pub(super) fn units(&self) -> u64 {
        jobs::units(&self.sequences)
    }

    pub(super) fn assess(self, progress: &dyn Progress) -> Assessment {
        let Self { samples, bits, sequences } = self;
        let alphabet = sequences.first().map_or(0, Sequence::alphabet);
        let mut estimates = jobs::run(&sequences, progress).into_iter();
        let literal = estimates.next().unwrap_or_default();
        let bit_string = estimates.next().unwrap_or_default();
        Assessment { samples, bits, alphabet, literal, bit_string }
    }
}

/// Every estimate of a data set, and the smallest.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
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

    /// The smallest estimate over the samples themselves, in bits per sample; 0 for constant data.
    pub fn h_original(&self) -> f64 {
        self.lowest(View::Literal).map_or(0.0, |limit| limit.min_entropy)
    }

    /// The smallest estimate over the bits of the samples, in bits per bit, 0 for constant samples; `None` for samples
    /// of one bit, which are their bits already.
    pub fn h_bitstring(&self) -> Option<f64> {
        let lowest = || self.lowest(View::BitString).map_or(0.0, |limit| limit.estimate.min_entropy());
        (self.bits > 1).then(lowest)
    }

    /// The ten estimators in the order of the standard, with what each gave for either form of the data.
    ///
    /// ```
    /// let table = openentropy_tests::sp800_90b::assess(&[0, 3, 1, 2, 0, 1, 3, 3], 2)?.table();
    /// assert_eq!(table[1].id, "collision");
    /// assert!(table[1].literal.is_none(), "defined for binary data only");
    /// assert!(table[1].bitstring.is_some());
    /// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
    /// ```
    pub fn table(&self) -> [Row; 10] {
        Estimator::ALL.map(|estimator| {
            let find = |estimates: &[Estimate]| {
                estimates.iter().find(|estimate| estimate.estimator() == estimator).map(Estimate::min_entropy)
            };
            Row {
                id: estimator.id(),
                name: estimator.name(),
                literal: find(&self.literal),
                bitstring: find(&self.bit_string),
            }
        })
    }

    /// Whether there are at least [`MIN_SAMPLES`] samples; if not, the figures are no assessment.
    pub fn meets_minimum_length(&self) -> bool {
        self.samples >= MIN_SAMPLES
    }
}

/// What one estimator gave, in bits per symbol of either form.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Row {
    /// The estimator's short name for machines.
    pub id: &'static str,
    /// Its name in the standard.
    pub name: &'static str,
    /// Over the samples themselves; `None` where the standard computes none, or there are too few of them.
    pub literal: Option<f64>,
    /// Over their bits; `None` likewise, and if a sample is one bit.
    pub bitstring: Option<f64>,
}

/// The smallest of several estimates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
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
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
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
