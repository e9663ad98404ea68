//! Loads of single cache lines.

use crate::sys::cpu;
use crate::{Access, Candidate, sources::timed};
use core::hint::black_box;
use openentropy_core::SourceError;

/// Bytes of a cache line, or a whole part of one.
pub(super) const LINE: usize = 64;

/// The candidate of a source that needs lines pushed out of the caches.
pub(super) fn here() -> Candidate {
    match cpu::EVICTS {
        true => timed::here(),
        false => {
            Candidate::missing(Access::Absent, "the processor lets no program push a line out of its caches")
        }
    }
}

/// What [`here`] says, at opening.
///
/// # Errors
/// [`SourceError::Absent`] where no line can be pushed out.
pub(super) const fn evictable() -> Result<(), SourceError> {
    match cpu::EVICTS {
        true => Ok(()),
        false => Err(SourceError::Absent),
    }
}

/// Loads a byte, whether anything depends on it or not.
pub(super) fn load(byte: &u8) {
    black_box(*black_box(byte));
}
