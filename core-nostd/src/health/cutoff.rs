//! The counts at which a test fails, and the window they are counted in.

use crate::{MinEntropy, Width, health::Alpha};

/// How grave an alarm is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "the two kinds of failure there are")]
pub enum Level {
    /// May be chance or pass: the samples are discarded and the source is started up again.
    Intermittent,
    /// Is not chance: the source is stopped.
    Permanent,
}

/// A test's two cutoffs. A count fails when it *reaches* a cutoff, once per run or window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "one cutoff per level")]
pub struct Levels<T = u16> {
    /// Cutoff of [`Level::Intermittent`].
    pub intermittent: T,
    /// Cutoff of [`Level::Permanent`], not below the other.
    pub permanent: T,
}

impl<T: Copy> Levels<T> {
    /// The gravest level whose cutoff a count reached on its way from `before` to `after`.
    pub(super) fn reached(self, before: u32, after: u32) -> Option<Level>
    where
        u32: From<T>,
    {
        let crossed = |cutoff: T| before < cutoff.into() && after >= cutoff.into();
        if crossed(self.permanent) {
            Some(Level::Permanent)
        } else if crossed(self.intermittent) {
            Some(Level::Intermittent)
        } else {
            None
        }
    }
}

/// The window of the adaptive-proportion test, by the width of a sample (SP 800-90B §4.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "the two that the standard defines")]
pub enum Window {
    /// Samples of one bit: 1,024 of them.
    Binary,
    /// Wider samples: 512 of them.
    Wide,
}

impl Window {
    /// The window for samples of `width`.
    #[must_use]
    pub const fn of(width: Width) -> Self {
        match width {
            Width::BIT => Self::Binary,
            _ => Self::Wide,
        }
    }

    /// Samples in a window.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a window is never empty")]
    pub const fn len(self) -> u32 {
        1 << self.log2()
    }

    /// Binary logarithm of the length: windows are counted by shifts.
    pub(super) const fn log2(self) -> u32 {
        match self {
            Self::Binary => 10,
            Self::Wide => 9,
        }
    }
}

/// The cutoff of the repetition-count test, `1 + ceil(-log2(alpha) / H)` (SP 800-90B §4.4.1), for a claim of `claim` per sample; a claim
/// of zero counts as [`MinEntropy::FLOOR`].
///
/// ```
/// use openentropy_core::{MinEntropy, health::{Alpha, repetition_cutoff}};
/// let third = MinEntropy::from_millibits(333).unwrap();
/// assert_eq!(repetition_cutoff(third, &Alpha::POW_30), 92);
/// ```
#[must_use]
pub const fn repetition_cutoff(claim: MinEntropy, alpha: &Alpha) -> u16 {
    let claim = floored(claim) as u32;
    let surprise = alpha.exponent() as u32 * 1000;
    // The most repetitions that are together likelier than alpha, found by halving: a Cortex-M0 would link a division routine.
    let mut likelier = 0;
    let mut step = 1 << 12;
    while step > 0 {
        if (likelier + step) * claim < surprise {
            likelier += step;
        }
        step >>= 1;
    }
    likelier as u16 + 2
}

/// Millibits, at least [`MinEntropy::FLOOR`].
pub(super) const fn floored(claim: MinEntropy) -> u16 {
    if claim.millibits() < MinEntropy::FLOOR.millibits() {
        MinEntropy::FLOOR.millibits()
    } else {
        claim.millibits()
    }
}
