//! Conditioning: from tested samples to fewer, better bits.
//!
//! | what | assumes of the samples | may be claimed |
//! |---|---|---|
//! | [`Sha256Conditioner`] | nothing but their entropy | [`output_entropy`], full entropy from 320 bits in |
//! | [`Toeplitz`] | nothing but their entropy, which must be *proven* | nothing here |
//! | [`VonNeumann`], [`Peres`] | independent, with a constant bias | nothing: unbiased if the assumption holds |
//! | [`XorFold`], [`Delta`] | named transforms, for looking at samples | nothing |
//!
//! All but the first are [`Transform`]s. Their output is made of samples that were shown, so it pays for nothing: no
//! [`Seed`](crate::Seed) comes of it, and the samples cannot be absorbed any more. What becomes key material goes through a
//! [`Pool`](crate::Pool).

mod accounting;
mod bits;
mod delta;
mod peres;
mod sha256;
mod toeplitz;
mod transform;
mod von_neumann;
mod xor_fold;

pub use accounting::output_entropy;
pub use delta::Delta;
pub use peres::Peres;
pub use sha256::{Conditioned, Sha256Conditioner};
pub use toeplitz::Toeplitz;
pub use transform::Transform;
pub use von_neumann::VonNeumann;
pub use xor_fold::XorFold;
