//! What the kernel does with mapped memory when it is asked.

use crate::sys::Mapping;
use openentropy_core::SourceError;
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

/// Gives the memory of a mapping back; the next access finds zeros in fresh pages.
///
/// madvise(2) only permits the system to take pages, so new ones are mapped in their place.
///
/// # Errors
/// [`SourceError::Io`] when the system has no memory.
pub(crate) fn discard(memory: &mut Mapping) -> Result<(), SourceError> {
    let (start, flags) = (memory.start().as_ptr().cast(), MapFlags::PRIVATE | MapFlags::FIXED);
    // SAFETY: the range is one whole mapping, borrowed exclusively and replaced by one of the same rights, which reads zero.
    let mapped = unsafe { mmap_anonymous(start, memory.len(), ProtFlags::READ | ProtFlags::WRITE, flags) };
    mapped.map(drop).map_err(|_| SourceError::Io)
}

/// Nothing to ask: the system chooses the size of its pages.
pub(crate) const fn prefer_huge_pages(_: &mut Mapping) {}
