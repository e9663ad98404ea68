//! A digest of a kibibyte.
//!
//! The physical effect: none of its own. SHA-256 does the same steps for all data, so caches, the core's clock against the counter's, and interrupts
//! vary its time. What is read: ticks of hashing 1,024 bytes that begin with the digest before. Everybody who loads the machine influences it:
//! a view of the same noise as `jitter_loop`, which adds a walk over memory. As seen on a Zen 5 guest, three values make up all but one reading in a
//! thousand.
//!
//! What can go wrong: nothing but the counter, which the process may not be allowed to read (denied); so few values may fail the start-up test.
//!
//! Reference: FIPS 180-4 §6.2.

use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::Sha256;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "hash_loop",
    description: "ticks of a SHA-256 of 1,024 bytes",
    physics: "cache state, the clock and interrupts vary the time of a fixed computation",
    category: SourceCategory::Signal,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<HashLoop>::KIND;

/// Bytes that are hashed in a reading.
const LENGTH: usize = 1024;

struct HashLoop {
    data: Box<[u8; LENGTH]>,
}

impl Work for HashLoop {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["hash_timing", "sha256_hw_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { data: Box::new([0; LENGTH]) })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let mut hash = Sha256::new();
        hash.update(self.data.as_slice());
        let digest = hash.finish();
        self.data[..digest.len()].copy_from_slice(&digest);
        Ok(())
    }
}
