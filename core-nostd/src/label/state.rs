//! What output is worth, in one word.

use super::{SourceReport, SourceState, paying_groups};

/// What output is worth, in one word.
///
/// The order of the variants is the order of priority: where several hold, the greatest is said, because it says what the reader
/// must know first. `max` of two labels' states is the state of their bytes joined.
///
/// ```
/// use openentropy_core::LabelState;
/// assert_eq!(LabelState::SingleGroup.max(LabelState::ReseedOverdue).name(), "reseed-overdue");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum LabelState {
    /// Seeded with credited entropy from at least two independent groups.
    Credited,
    /// All credit comes from one group.
    SingleGroup,
    /// Some credit comes from a source that was recorded on other machines only, or of which a file that cannot be used may have said less.
    Uncalibrated,
    /// Some credit rests on the operator's word.
    OperatorDeclared,
    /// The generator was seeded so, but its pool could not pay for a reseed in time.
    ReseedOverdue,
    /// No credited source works: mixed from what there is, and from the operating system.
    Degraded,
    /// Debiased samples of a source, without a generator.
    Debiased,
    /// Samples of a source as they are, without a generator.
    Raw,
}

impl LabelState {
    /// The word in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::SingleGroup => "single-group",
            Self::Uncalibrated => "uncalibrated",
            Self::OperatorDeclared => "operator-declared",
            Self::ReseedOverdue => "reseed-overdue",
            Self::Degraded => "degraded",
            Self::Debiased => "debiased",
            Self::Raw => "raw",
        }
    }

    /// What a seed is worth that `sources` pay for, as they stand now.
    ///
    /// ```
    /// use openentropy_core::{Group, Independence, LabelState, SourceReport, SourceState};
    /// let clock = SourceReport::new("clock_pair", Independence::of(Group::CpuTiming), SourceState::Credited);
    /// let disk = SourceReport::new("disk_latency", Independence::of(Group::Storage), SourceState::Failed);
    /// assert_eq!(LabelState::paid_by(&[clock, disk]), LabelState::SingleGroup);
    /// assert_eq!(LabelState::paid_by(&[disk]), LabelState::Degraded);
    /// ```
    #[must_use]
    pub fn paid_by(sources: &[SourceReport]) -> Self {
        let groups = match paying_groups(sources).count() {
            0 => Self::Degraded,
            1 => Self::SingleGroup,
            _ => Self::Credited,
        };
        let word_of = |source: &SourceReport| match source.state {
            SourceState::Uncalibrated => Self::Uncalibrated,
            SourceState::OperatorDeclared => Self::OperatorDeclared,
            _ => Self::Credited,
        };
        sources.iter().map(word_of).fold(groups, Self::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Group, Independence};

    const CPU: Independence = Independence::of(Group::CpuTiming);
    const DISK: Independence = Independence::of(Group::Storage);

    /// Every combination of k sources in every state, against the rule spelled out the long way.
    #[test]
    fn the_matrix_of_states() {
        use SourceState::{Credited, Failed, Mixed, OperatorDeclared, Uncalibrated};
        let states = [Credited, Uncalibrated, OperatorDeclared, Mixed, Failed];
        let places = [("a", CPU), ("b", CPU), ("c", DISK)];
        for code in 0..states.len().pow(3) {
            let chosen = [code % 5, code / 5 % 5, code / 25].map(|digit| states[digit]);
            let sources: [SourceReport; 3] =
                core::array::from_fn(|i| SourceReport::new(places[i].0, places[i].1, chosen[i]));
            let cpu = chosen[0].pays() || chosen[1].pays();
            let expected = if !cpu && !chosen[2].pays() {
                LabelState::Degraded
            } else if chosen.contains(&OperatorDeclared) {
                LabelState::OperatorDeclared
            } else if chosen.contains(&Uncalibrated) {
                LabelState::Uncalibrated
            } else if cpu && chosen[2].pays() {
                LabelState::Credited
            } else {
                LabelState::SingleGroup
            };
            assert_eq!(LabelState::paid_by(&sources), expected, "{chosen:?}");
        }
    }
}
