//! Why a pool or a generator handle gave no bytes.

use openentropy_core::drbg::DrbgError;
use openentropy_core::{SourceError, Starved};

/// Why a request was not answered; not one byte of it was then delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolError {
    /// Strict, and the sources have not paid within the deadline.
    Starved(Starved),
    /// Strict, and no credited reseed has come for more than ten minutes.
    ReseedOverdue {
        /// Age of the seed in seconds.
        seconds: u32,
    },
    /// The sources do not pay, and the operating system's randomness fails as well: nothing to draw from.
    NoRandomness(SourceError),
    /// No source of that name in the pool.
    UnknownSource,
    /// The source is no generator that an operator could trust: it has no maker's figure, or is emulated.
    NotTrustable,
    /// The pool holds 65,536 sources.
    TooManySources,
    /// The source that was asked for delivered nothing.
    Source(SourceError),
    /// The mechanism refused.
    Drbg(DrbgError),
}

impl core::fmt::Display for PoolError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Starved(starved) => write!(f, "not paid for within the deadline: {starved}"),
            Self::ReseedOverdue { seconds } => {
                write!(f, "the generator's seed is {seconds} s old and the sources pay for no other")
            }
            Self::NoRandomness(error) => {
                write!(f, "the sources do not pay, and the operating system's randomness fails: {error}")
            }
            Self::UnknownSource => f.write_str("the pool has no source of that name"),
            Self::NotTrustable => {
                f.write_str("only an existing generator that no hypervisor emulates can be credited on trust")
            }
            Self::TooManySources => f.write_str("the pool cannot number another source"),
            Self::Source(error) => error.fmt(f),
            Self::Drbg(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PoolError {}

impl From<DrbgError> for PoolError {
    fn from(error: DrbgError) -> Self {
        Self::Drbg(error)
    }
}

impl From<SourceError> for PoolError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<PoolError> for std::io::Error {
    fn from(error: PoolError) -> Self {
        Self::other(error)
    }
}
