//! The core of openentropy: noise sources, health tests, a fixed-size pool and generators, without heap, operating
//! system, floating point or unsafe code.
//!
//! A byte's way, and the type that stands at each step:
//!
//! ```text
//! Measure ─ LowBits ─► EntropySource ─ Raw ─► Tested ─ Samples ─► Pool ─ Seed ─► Drbg / Generator ─► bytes with a Label
//! ```
//!
//! No step can be skipped: a raw block is not tested samples, tested samples are not a seed, and only generators implement
//! `rand_core`'s traits. The [`manual`] says how it works, how to use it, and what it does not protect against.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::float_arithmetic,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::exhaustive_enums
    )
)]

mod claim;
pub mod condition;
mod digest;
pub mod drbg;
mod generator;
pub mod health;
mod hmac;
mod independence;
mod info;
mod label;
pub mod manual;
mod pool;
mod raw;
mod rng;
mod samples;
mod seed;
#[cfg(feature = "critical-section")]
mod shared;
mod source;
pub mod sources;
#[cfg(feature = "testing")]
pub mod testing;

pub mod hazmat;

pub use claim::{Claim, MinEntropy, ReportId};
pub use digest::Sha256;
pub use generator::{Generator, GeneratorError, GeneratorState, ReseedPolicy};
pub use health::Tested;
pub use hmac::HmacSha256;
pub use independence::{Group, Independence};
pub use info::{Platform, Requirement, SourceCategory, SourceId, SourceInfo, Width};
pub use label::{LABEL_VERSION, Label, LabelState, SourceReport, SourceState};
pub use pool::{Policy, Pool, Starved};
pub use raw::Raw;
pub use samples::Samples;
pub use seed::Seed;
#[cfg(feature = "critical-section")]
pub use shared::Shared;
pub use source::{Digitisation, EntropySource, LowBits, Measure, SourceError};
