//! Deterministic random bit generators: the only things here whose output may be used as random bytes.

use crate::Seed;

/// The longest request that a mechanism answers in one piece, in bytes; longer ones are answered in pieces of this length.
///
/// SP 800-90A allows 65,536 bytes, but within one request there is no backtracking protection: a state stolen in the middle tells
/// the bytes before it. Splitting at 4 KiB bounds that.
pub const MAX_PIECE: usize = 4096;

/// Why a generator gave no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DrbgError {
    /// It was never seeded, or was wiped.
    NotInstantiated,
    /// Its reseed interval is used up; reseed it.
    ReseedRequired,
    /// Nonce, personalization or additional input is longer than the mechanism takes.
    InputTooLong,
    /// Its known-answer test failed; it stays unusable until the machine restarts.
    SelfTestFailed,
}

impl core::fmt::Display for DrbgError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotInstantiated => "the generator has not been seeded",
            Self::ReseedRequired => "the generator must be reseeded before it gives more bytes",
            Self::InputTooLong => "the nonce, personalization or additional input is too long",
            Self::SelfTestFailed => "the generator failed its known-answer test",
        })
    }
}

impl core::error::Error for DrbgError {}

mod sealed {
    /// Keeps the set of generators closed.
    pub trait Sealed {}
}

/// A generator of SP 800-90A, or one with the same life cycle.
///
/// The set is closed: what implements this may produce output bytes. Created by a `const fn new()` of each type in the state
/// "not instantiated", and seeded in place, so that it can live in a static.
pub trait Drbg: sealed::Sealed {
    /// The mechanism's name, as labels print it.
    const NAME: &'static str;

    /// Runs the mechanism's known-answer test: instantiate, reseed, generate.
    ///
    /// # Errors
    /// [`DrbgError::SelfTestFailed`].
    fn self_test() -> Result<(), DrbgError>;

    /// Seeds it for the first time, or anew from nothing.
    ///
    /// # Errors
    /// [`DrbgError::InputTooLong`]; the former state is kept.
    fn instantiate(
        &mut self,
        seed: Seed<32>,
        nonce: &[u8; 16],
        personalization: &[u8],
    ) -> Result<(), DrbgError>;

    /// Adds a fresh seed to the state.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::InputTooLong`]; the state is kept.
    fn reseed(&mut self, seed: Seed<32>, additional: &[u8]) -> Result<(), DrbgError>;

    /// Fills `out`, in pieces of at most [`MAX_PIECE`]; `additional` goes into the first.
    ///
    /// # Errors
    /// [`DrbgError::NotInstantiated`], [`DrbgError::InputTooLong`], [`DrbgError::ReseedRequired`]; `out` is then wiped.
    fn generate(&mut self, out: &mut [u8], additional: &[u8]) -> Result<(), DrbgError>;
}
