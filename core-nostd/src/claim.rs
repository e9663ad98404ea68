//! What a source is held to be worth.

/// Min-entropy per sample in millibits: zero, or between [`MinEntropy::FLOOR`] and [`MinEntropy::MAX`].
///
/// Integers, because the core has no floating point; a floor, because below it the health tests' cutoffs say nothing.
///
/// ```
/// use openentropy_core::MinEntropy;
/// assert_eq!(MinEntropy::from_millibits(333).map(MinEntropy::millibits), Some(333));
/// assert_eq!(MinEntropy::from_millibits(49), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MinEntropy(u16);

impl MinEntropy {
    /// No entropy.
    pub const ZERO: Self = Self(0);
    /// The smallest amount above zero that can be claimed, 50 millibits per sample.
    pub const FLOOR: Self = Self(50);
    /// The largest amount a sample of at most eight bits can hold, 8,000 millibits.
    pub const MAX: Self = Self(8000);

    /// The amount of `millibits` per sample, or `None` unless it is 0 or within 50..=8000.
    #[must_use]
    pub const fn from_millibits(millibits: u16) -> Option<Self> {
        match millibits {
            0 | 50..=8000 => Some(Self(millibits)),
            _ => None,
        }
    }

    /// The largest claimable amount that is not above `millibits`: values under the floor become zero.
    #[must_use]
    pub const fn at_most(millibits: u32) -> Self {
        match millibits {
            0..50 => Self::ZERO,
            50..8000 => Self(millibits as u16),
            _ => Self::MAX,
        }
    }

    /// Millibits per sample.
    #[must_use]
    pub const fn millibits(self) -> u16 {
        self.0
    }
}

/// The first eight bytes of the SHA-256 of the assessment report that a claim rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReportId(pub [u8; 8]);

/// How much min-entropy a sample of a source is held to carry, and on whose word.
///
/// A claim belongs to a source *and* its [`Digitisation`](crate::Digitisation). It pays credit and sets the cutoffs of the health
/// tests (SP 800-90B §4.4); a claim of [`Claim::None`] pays nothing and is tested as [`MinEntropy::FLOOR`].
///
/// ```
/// use openentropy_core::{Claim, MinEntropy};
/// assert_eq!(Claim::None.min_entropy(), MinEntropy::ZERO);
/// assert_eq!(Claim::None.tested_as(), MinEntropy::FLOOR);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Claim {
    /// Mixed in, worth nothing.
    None,
    /// A ceiling that comes with the source, for the machines it was recorded on.
    BuiltIn(MinEntropy),
    /// Assessed on this very machine.
    Assessed {
        /// The amount, already divided by the source class's safety factor.
        min_entropy: MinEntropy,
        /// The report of the assessment.
        report: ReportId,
    },
    /// Declared by whoever runs the machine, on their own responsibility; output is labelled so.
    OperatorDeclared(MinEntropy),
}

impl Claim {
    /// What a sample pays.
    #[must_use]
    pub const fn min_entropy(self) -> MinEntropy {
        match self {
            Self::None => MinEntropy::ZERO,
            Self::BuiltIn(amount) | Self::OperatorDeclared(amount) => amount,
            Self::Assessed { min_entropy, .. } => min_entropy,
        }
    }

    /// What the health tests assume: the claim, or the floor where there is none.
    #[must_use]
    pub const fn tested_as(self) -> MinEntropy {
        match self.min_entropy() {
            MinEntropy::ZERO => MinEntropy::FLOOR,
            amount => amount,
        }
    }

    /// The same claim, lowered to `limit` where it is above it; a limit of zero makes it [`Claim::None`].
    #[must_use]
    pub const fn lowered_to(self, limit: MinEntropy) -> Self {
        if self.min_entropy().0 <= limit.0 {
            return self;
        }
        if limit.0 == 0 {
            return Self::None;
        }
        match self {
            Self::None => Self::None,
            Self::BuiltIn(_) => Self::BuiltIn(limit),
            Self::Assessed { report, .. } => Self::Assessed { min_entropy: limit, report },
            Self::OperatorDeclared(_) => Self::OperatorDeclared(limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_outside_the_range_are_refused() {
        for millibits in [1, 49, 8001, u16::MAX] {
            assert_eq!(MinEntropy::from_millibits(millibits), None);
        }
        for millibits in [0, 50, 8000] {
            assert_eq!(MinEntropy::from_millibits(millibits).map(MinEntropy::millibits), Some(millibits));
        }
        assert_eq!(MinEntropy::at_most(49), MinEntropy::ZERO);
        assert_eq!(MinEntropy::at_most(u32::MAX), MinEntropy::MAX);
    }

    #[test]
    fn a_claim_is_lowered_and_never_raised() {
        let limit = MinEntropy::FLOOR;
        assert_eq!(Claim::BuiltIn(MinEntropy::MAX).lowered_to(limit), Claim::BuiltIn(limit));
        assert_eq!(Claim::BuiltIn(limit).lowered_to(MinEntropy::MAX), Claim::BuiltIn(limit));
        assert_eq!(Claim::OperatorDeclared(limit).lowered_to(MinEntropy::ZERO), Claim::None);
        assert_eq!(Claim::None.lowered_to(MinEntropy::MAX), Claim::None);
    }
}
