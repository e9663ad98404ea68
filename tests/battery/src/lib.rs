//! Statistical tests and entropy estimators: pure functions from bytes to reports.
//!
//! Nothing here reads a device, a file or a clock: a function takes the samples as `&[u8]` and
//! returns what the standard asks to be computed from them. What a figure is worth is said beside
//! it; no estimate certifies that a source is unpredictable.
//!
//! | module | source |
//! |---|---|
//! | [`sp800_90b`] | NIST SP 800-90B: min-entropy estimators, IID tests, restart tests, conditioning components |
//! | [`sp800_22`] | NIST SP 800-22: fifteen tests of bits, and the second level over many sequences |
//! | [`battery`] | thirty-one named tests in ten groups, and further families |
//! | [`fips140`], [`ais31`], [`ent`] | block tests of FIPS 140, procedures A and B of AIS 31, the five figures of ent |
//! | [`analysis`] | what researchers look at: spectrum, drift, runs, comparisons, trials |
//! | [`controls`] | broken generators that a battery must fail |
//!
//! Tests answer with [`Finding`]s; [`Verdict`] judges many of them together.
#![forbid(unsafe_code)]

pub mod ais31;
pub mod analysis;
pub mod battery;
mod bits;
pub mod controls;
pub mod ent;
pub mod fips140;
mod multiplicity;
mod outcome;
mod periodogram;
mod progress;
pub mod sp800_22;
pub mod sp800_90b;
mod special;
mod split_mix;
#[cfg(test)]
mod test_streams;
mod threads;

pub use bits::Bits;
pub use multiplicity::{Correction, Verdict};
pub use outcome::{Finding, Info, Outcome, Reason};
pub use progress::Progress;
