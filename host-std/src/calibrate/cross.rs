//! Whether groups that are credited side by side share information on this machine.
//!
//! Two groups pay twice only if their noise is not the same noise. For each pair of groups the leading source of either, the one with the most claim,
//! is sampled by a thread of its own, both at once; the last samples of each short slot of time make a pair, and the information that the pairs
//! share is held against that of 100 circular shifts. Groups that share more, at a false discovery rate of 1 % over all pairs, are to be merged: they then pay as one. So
//! are groups that could not be judged, since nobody has seen that they are independent. That nothing is found does not show that there is nothing, nor
//! what another source of the same group would show: in a pool the one that pays at the least cost leads, which may be another.
//!
//! ```
//! use openentropy_host::calibrate::cross::{CrossPlan, Leader, cross, leaders};
//! let credited: Vec<Leader> = Vec::new(); // sources with a claim
//! let pairs = cross(&leaders(credited), &CrossPlan::default(), &())?;
//! assert!(pairs.is_empty(), "one group or none has no pair");
//! # Ok::<(), openentropy_host::calibrate::CalibrateError>(())
//! ```

mod listen;
mod slots;

use super::{CalibrateError, Stage, Watch};
use crate::FoundSource;
use crate::recorder::Subject;
use core::time::Duration;
use listen::{Halted, Heard, listen};
use openentropy_core::{Digitisation, Independence, MinEntropy, SourceError};
use openentropy_tests::Correction;
use openentropy_tests::analysis::synchrony::{ShiftedInformation, shifted_information};
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use slots::pair;

/// Circular shifts that a pair is held against.
pub const SHIFTS: usize = 100;
/// The false discovery rate, over all pairs, below which a pair is merged.
pub const FALSE_DISCOVERY_RATE: f64 = 0.01;

/// A source that leads its group, and the claim by which it does.
#[derive(Debug, Clone)]
#[allow(clippy::exhaustive_structs, reason = "whoever knows the claims writes it")]
pub struct Leader {
    /// The source.
    pub found: FoundSource,
    /// The rule that makes its samples.
    pub digitisation: Digitisation,
    /// What it claims.
    pub min_entropy: MinEntropy,
}

impl Leader {
    /// The lane that it pays into.
    #[must_use]
    pub fn group(&self) -> Independence {
        self.found.info().independence.with_instance(self.found.candidate.instance)
    }
}

/// Of `credited` sources the one with the most claim in each group, in the order of their groups' first.
#[must_use]
pub fn leaders(credited: impl IntoIterator<Item = Leader>) -> Vec<Leader> {
    let mut leaders: Vec<Leader> = Vec::new();
    for source in credited.into_iter().filter(|source| source.min_entropy > MinEntropy::ZERO) {
        match leaders.iter_mut().find(|leader| leader.group() == source.group()) {
            Some(leader) if leader.min_entropy < source.min_entropy => *leader = source,
            Some(_) => {}
            None => leaders.push(source),
        }
    }
    leaders
}

/// How much of each pair is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "whoever calibrates decides all of it")]
pub struct CrossPlan {
    /// How many pairs of samples each pair of sources must give.
    pub samples: usize,
    /// The longest that recording a pair may take.
    pub limit: Duration,
}

impl Default for CrossPlan {
    /// As beside recordings of a minute.
    fn default() -> Self {
        Self::beside(Duration::from_secs(60))
    }
}

impl CrossPlan {
    /// How many times the limit of a recording a pair may take: sources that are sampled at once are slower, and some samples find no partner.
    const LIMITS: u32 = 3;

    /// 1,000,000 pairs of samples, in time for any two sources of which as many samples can be recorded within `limit`.
    ///
    /// ```
    /// use core::time::Duration;
    /// use openentropy_host::calibrate::{Plan, cross::CrossPlan};
    /// assert_eq!(CrossPlan::beside(Plan::default().limit).limit, Duration::from_secs(180));
    /// ```
    #[must_use]
    pub const fn beside(limit: Duration) -> Self {
        Self { samples: MIN_SAMPLES, limit: limit.saturating_mul(Self::LIMITS) }
    }
}

/// Two groups side by side.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// The groups.
    pub groups: [Independence; 2],
    /// Their leading sources.
    pub sources: [&'static str; 2],
    /// What they share, or why nobody knows.
    pub outcome: Result<Shared, NotJudged>,
}

impl Pair {
    /// Whether the groups have to be merged: they share information, or could not be judged.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        match &self.outcome {
            Ok(shared) => shared.q_value < FALSE_DISCOVERY_RATE,
            Err(_) => true,
        }
    }
}

/// The information that two sources share.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Shared {
    /// Pairs of samples.
    pub samples: usize,
    /// The most that the times of a pair differ.
    pub tolerance: Duration,
    /// Mutual information of the pairs, as counted, in bits per pair.
    pub information: f64,
    /// The mean of the same over the circular shifts: what counting alone brings.
    pub shifted: f64,
    /// p-value of independence, from a law fitted to the shifts.
    pub p_value: f64,
    /// The same corrected for the number of pairs (Benjamini and Hochberg 1995).
    pub q_value: f64,
}

/// Why nobody knows what two sources share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotJudged {
    /// Too few pairs of samples within the limit.
    Few {
        /// How many there were.
        samples: usize,
    },
    /// The first or the second source failed.
    Failed {
        /// Which of the two, 0 or 1.
        place: usize,
        /// How.
        error: SourceError,
    },
    /// One of them gave one value only.
    Constant,
}

impl NotJudged {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Few { .. } => "few",
            Self::Failed { .. } => "failed",
            Self::Constant => "constant",
        }
    }
}

impl core::fmt::Display for NotJudged {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Few { samples } => write!(
                f,
                "only {samples} pairs of samples within the limit: stop what else runs, or raise it"
            ),
            Self::Failed { place, error } => {
                write!(f, "the {} source failed: {error}", if *place == 0 { "first" } else { "second" })
            }
            Self::Constant => f.write_str("a source gave one value only"),
        }
    }
}

/// Judges every pair of `leaders`; `watch` is told the share of all pairs that is done.
///
/// Takes at most the plan's limit and some seconds of all processors for each pair, and at most 300 bytes per sample.
///
/// # Errors
/// [`CalibrateError::Cancelled`].
pub fn cross(leaders: &[Leader], plan: &CrossPlan, watch: &dyn Watch) -> Result<Vec<Pair>, CalibrateError> {
    let mut pairs = Vec::new();
    let total = leaders.len() * leaders.len().saturating_sub(1) / 2;
    for (place, one) in leaders.iter().enumerate() {
        for other in &leaders[place + 1..] {
            let share = |of_pair: f64| (pairs.len() as f64 + of_pair) / total as f64;
            let heard = hear([one, other], plan, &Overall { watch, share: &share })?;
            pairs.push(Pair {
                groups: [one.group(), other.group()],
                sources: [one.found.name(), other.found.name()],
                outcome: heard.and_then(|heard| judge(&heard, plan.samples)),
            });
        }
    }
    correct(&mut pairs);
    Ok(pairs)
}

/// Makes the share of one pair that of all.
struct Overall<'w> {
    watch: &'w dyn Watch,
    share: &'w (dyn Fn(f64) -> f64 + Sync),
}

impl Watch for Overall<'_> {
    fn at(&self, source: &str, stage: Stage, share: f64) {
        self.watch.at(source, stage, (self.share)(share));
    }

    fn is_cancelled(&self) -> bool {
        self.watch.is_cancelled()
    }
}

/// Samples both sources at once.
fn hear(
    leaders: [&Leader; 2],
    plan: &CrossPlan,
    watch: &dyn Watch,
) -> Result<Result<Heard, NotJudged>, CalibrateError> {
    let subjects = leaders.map(|leader| Subject {
        kind: leader.found.kind,
        candidate: &leader.found.candidate,
        digitisation: Some(leader.digitisation.name),
    });
    match listen(&subjects, plan, watch) {
        Ok(heard) => Ok(Ok(heard)),
        Err(Halted::Failed { place, error }) => Ok(Err(NotJudged::Failed { place, error })),
        Err(Halted::Cancelled) => Err(CalibrateError::Cancelled),
    }
}

/// What the two share, its p-value not corrected yet.
///
/// Samples are paired by slots that neither source has a say in, and each source alone decides what it has there. Were neighbours in time paired,
/// who meets whom would depend on how long both took, and sources whose samples are such times would look dependent when they are not.
fn judge(heard: &Heard, wanted: usize) -> Result<Shared, NotJudged> {
    let [one, other] = &heard.streams;
    let [one, other] = &pair(one, other);
    if one.len() < wanted {
        return Err(NotJudged::Few { samples: one.len() });
    }
    let found = shifted_information(one, other, SHIFTS);
    let ShiftedInformation { observed, shifted, p_value, samples, .. } =
        found.map_err(|_too_few| NotJudged::Few { samples: one.len() })?;
    let p_value = p_value.ok_or(NotJudged::Constant)?;
    Ok(Shared { samples, tolerance: heard.slot, information: observed, shifted, p_value, q_value: p_value })
}

/// Corrects the p-values for their number.
fn correct(pairs: &mut [Pair]) {
    let mut judged: Vec<&mut Shared> =
        pairs.iter_mut().filter_map(|pair| pair.outcome.as_mut().ok()).collect();
    let p_values: Vec<f64> = judged.iter().map(|shared| shared.p_value).collect();
    for (shared, q_value) in judged.iter_mut().zip(Correction::BenjaminiHochberg.adjust(&p_values)) {
        shared.q_value = q_value;
    }
}

#[cfg(test)]
mod tests;
