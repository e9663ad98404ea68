//! One estimator's result.

use super::collision::Collision;
use super::compression::Compression;
use super::lrs::Lrs;
use super::markov::Markov;
use super::most_common_value::MostCommonValue;
use super::t_tuple::TTuple;
use super::{
    Prediction, Sequence, TupleCounts, collision, compression, lag, lrs, lz78y, markov, most_common_value,
    multi_mcw, multi_mmc, t_tuple,
};

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
        if sequence.alphabet() < 2 {
            return Vec::new();
        }
        let counts = TupleCounts::new(sequence);
        let (t_tuple, lrs) = (t_tuple::estimate(&counts), lrs::estimate(&counts));
        drop(counts);
        [
            most_common_value::estimate(sequence).map(Self::MostCommonValue),
            collision::estimate(sequence).map(Self::Collision),
            markov::estimate(sequence).map(Self::Markov),
            compression::estimate(sequence).map(Self::Compression),
            t_tuple.map(Self::TTuple),
            lrs.map(Self::Lrs),
            multi_mcw::estimate(sequence).map(Self::MultiMcw),
            lag::estimate(sequence).map(Self::Lag),
            multi_mmc::estimate(sequence).map(Self::MultiMmc),
            lz78y::estimate(sequence).map(Self::Lz78y),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The estimator's name, as the standard gives it, in lower case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MostCommonValue(_) => "most common value",
            Self::Collision(_) => "collision",
            Self::Markov(_) => "markov",
            Self::Compression(_) => "compression",
            Self::TTuple(_) => "t-tuple",
            Self::Lrs(_) => "lrs",
            Self::MultiMcw(_) => "multimcw",
            Self::Lag(_) => "lag",
            Self::MultiMmc(_) => "multimmc",
            Self::Lz78y(_) => "lz78y",
        }
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
