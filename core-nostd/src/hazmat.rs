//! Dangerous things, under one name that can be searched for: raw samples for recorders, seeds from bytes for known answers.
//!
//! Nothing here belongs in a program that produces random bytes.

use crate::{Raw, Seed};

/// The samples of a block, consuming it: what was shown is never absorbed with credit.
///
/// ```
/// use openentropy_core::{hazmat, Raw};
/// assert_eq!(hazmat::show(Raw::<[u8; 2]>::new()), [0, 0]);
/// ```
#[must_use]
pub fn show<const N: usize>(block: Raw<[u8; N]>) -> [u8; N] {
    block.shown()
}

/// A seed made of given bytes, for known-answer tests: it holds no entropy that anybody vouches for.
///
/// ```
/// let seed = openentropy_core::hazmat::seed_from_bytes([0x42; 32]);
/// # drop(seed);
/// ```
#[must_use]
pub const fn seed_from_bytes<const N: usize>(bytes: [u8; N]) -> Seed<N> {
    Seed::new(bytes)
}
