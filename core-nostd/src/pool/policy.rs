//! Who may pay for a seed, and what is said when too few have.

use super::FULL;

/// Who may pay for a seed.
///
/// A group counts as contributing once it has paid anything; how much must come from others than the first is the cap's to say.
///
/// ```
/// use openentropy_core::Policy;
/// const TWO_GROUPS: Policy = Policy { min_groups: 2, group_cap: 256_000 }; // 64 bits must come from a second
/// assert_eq!(Policy::SINGLE_GROUP.min_groups, 1);
/// # let _ = TWO_GROUPS;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "written as a constant")]
pub struct Policy {
    /// How many independence groups must contribute to a seed; a pool with fewer lanes never pays.
    pub min_groups: u8,
    /// The most one group may pay towards one seed, in millibits.
    pub group_cap: u32,
}

impl Policy {
    /// One group suffices and may pay all: the choice of firmware and of machines with one noise source.
    pub const SINGLE_GROUP: Self = Self { min_groups: 1, group_cap: FULL };
}

/// A seed was asked for that the pool cannot pay; nothing is lost, collect more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Starved {
    /// Credited millibits in the pool, under the policy's cap.
    pub have: u32,
    /// Millibits that the seed costs.
    pub need: u32,
    /// Groups that have paid.
    pub groups: u8,
    /// Groups that the policy asks for.
    pub min_groups: u8,
}

impl core::fmt::Display for Starved {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "the pool holds {} of {} credited bits, from {} of {} independent groups",
            self.have / 1000,
            self.need / 1000,
            self.groups,
            self.min_groups
        )
    }
}

impl core::error::Error for Starved {}
