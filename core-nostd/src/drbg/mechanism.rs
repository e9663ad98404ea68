//! What tells one mechanism from another.

use super::{MAX_INPUT, sealed::Sealed};
use zeroize::Zeroize;

/// What a self test's second request gives.
pub(super) type KnownAnswer = [u8; 32];

/// The algorithm of a generator: its working state and the three functions on it, without life cycle or limits.
///
/// Everything that seeds comes as parts that count as joined, so that nothing has to be copied together.
pub trait Mechanism: Sealed + Zeroize {
    /// The name, as labels print it.
    const NAME: &'static str;
    /// The state before it is instantiated.
    const BLANK: Self;
    /// The longest personalization or additional input, in bytes.
    const MAX_INPUT: usize = MAX_INPUT;
    /// What the self test must give.
    const KNOWN_ANSWER: KnownAnswer;

    /// Replaces the state by one derived from entropy input, nonce and personalization.
    fn instantiate(&mut self, material: &[&[u8]; 3]);

    /// Works entropy input and additional input into the state; the third part is empty.
    fn reseed(&mut self, material: &[&[u8]; 3]);

    /// Answers the `counter`-th request since the last seed, of at most [`MAX_PIECE`] bytes, and moves the state on.
    fn generate(&mut self, piece: &mut [u8], additional: &[u8], counter: u64);
}

/// A mechanism that is seeded with entropy input and a nonce: every one but CTR_DRBG without derivation function.
pub trait TakesNonce: Mechanism {}

#[cfg(test)]
pub(super) mod tests;
