//! What stands behind a generator's output, and why there is none.

use crate::{Starved, drbg::DrbgError};

/// Whether a generator's output may be had, and what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum GeneratorState {
    /// Not paid for yet, or forked since: no byte comes out.
    Unseeded,
    /// Seeded, and the seed is within the policy's age.
    Seeded,
    /// Seeded, but the pool could not pay for a reseed in time.
    ReseedOverdue,
    /// The self test failed: no byte comes out until the machine restarts.
    SelfTestFailed,
}

/// Why a generator gave no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum GeneratorError {
    /// The first seed is not paid for: collect more. Nothing is lost.
    Starved(Starved),
    /// The seed has answered more requests than the policy allows, and the pool cannot pay for the next: collect more.
    ReseedOverdue(Starved),
    /// The mechanism refused.
    Drbg(DrbgError),
}

impl core::fmt::Display for GeneratorError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Starved(starved) => write!(f, "the generator is not seeded yet: {starved}"),
            Self::ReseedOverdue(starved) => write!(f, "the generator's seed is too old: {starved}"),
            Self::Drbg(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for GeneratorError {}

impl From<DrbgError> for GeneratorError {
    fn from(error: DrbgError) -> Self {
        Self::Drbg(error)
    }
}
