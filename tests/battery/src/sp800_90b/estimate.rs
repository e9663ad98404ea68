//! One estimator's result.

use super::collision::Collision;
use super::compression::Compression;
use super::lrs::Lrs;
use super::markov::Markov;
use super::most_common_value::MostCommonValue;
use super::t_tuple::TTuple;
use super::{Estimator, Prediction, Sequence, jobs};

/// The result of one of the ten estimators, with the figures it was computed from.
///
/// ```
/// use openentropy_tests::sp800_90b::{Estimate, Sequence};
///
/// let sequence = Sequence::literal(&[0, 1, 1, 0, 1, 0, 0, 0], 1)?;
/// let estimates = Estimate::all(&sequence);
/// assert_eq!(estimates[0].name(), "most common value");
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Estimate {
    /// §6.3.1
    MostCommonValue(MostCommonValue),
    /// §6.3.2
    Collision(Collision),
    /// §6.3.3
    Markov(Markov),
    /// §6.3.4
    Compression(Compression),
    /// §6.3.5
    TTuple(TTuple),
    /// §6.3.6
    Lrs(Lrs),
    /// §6.3.7
    MultiMcw(Prediction),
    /// §6.3.8
    Lag(Prediction),
    /// §6.3.9
    MultiMmc(Prediction),
    /// §6.3.10
    Lz78y(Prediction),
}

impl Estimate {
    /// Runs every estimator that applies to `sequence`, in the order of the standard.
    ///
    /// Constant data has no entropy to estimate: the list is empty.
    pub fn all(sequence: &Sequence) -> Vec<Self> {
        jobs::run(core::slice::from_ref(sequence), &()).pop().unwrap_or_default()
    }

    /// Which estimator made it.
    pub fn estimator(&self) -> Estimator {
        match self {
            Self::MostCommonValue(_) => Estimator::MostCommonValue,
            Self::Collision(_) => Estimator::Collision,
            Self::Markov(_) => Estimator::Markov,
            Self::Compression(_) => Estimator::Compression,
            Self::TTuple(_) => Estimator::TTuple,
            Self::Lrs(_) => Estimator::Lrs,
            Self::MultiMcw(_) => Estimator::MultiMcw,
            Self::Lag(_) => Estimator::Lag,
            Self::MultiMmc(_) => Estimator::MultiMmc,
            Self::Lz78y(_) => Estimator::Lz78y,
        }
    }

    /// The estimator's short name for machines.
    pub fn id(&self) -> &'static str {
        self.estimator().id()
    }

    /// The estimator's name, as the standard gives it, in lower case.
    pub fn name(&self) -> &'static str {
        self.estimator().name()
    }

    /// Estimated min-entropy in bits per symbol of the sequence.
    pub fn min_entropy(&self) -> f64 {
        match self {
            Self::MostCommonValue(result) => result.min_entropy,
            Self::Collision(result) => result.min_entropy,
            Self::Markov(result) => result.min_entropy,
            Self::Compression(result) => result.min_entropy,
            Self::TTuple(result) => result.min_entropy,
            Self::Lrs(result) => result.min_entropy,
            Self::MultiMcw(result) | Self::Lag(result) | Self::MultiMmc(result) | Self::Lz78y(result) => {
                result.min_entropy
            }
        }
    }
}
