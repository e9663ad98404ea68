//! A file mapped for reading, whose pages are dropped and faulted in by request.
//!
//! No byte of the mapping is ever touched: a disk that fails would answer a touch with a signal.

use core::ffi::c_void;
use core::ptr::{self, NonNull};
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd};

/// Bytes handed to calls that work on whole pages and round up.
const ONE_PAGE: usize = 1;

/// The mapping.
pub(crate) struct FileMap {
    start: NonNull<c_void>,
    length: usize,
}

// SAFETY: the mapping belongs to this value alone and is not tied to a thread.
unsafe impl Send for FileMap {}

impl FileMap {
    /// Maps the first `length` bytes of `file`, without reading ahead.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the file cannot be mapped, [`SourceError::Io`] where memory is short.
    pub(crate) fn new(file: impl AsFd, length: u64) -> Result<Self, SourceError> {
        let length = usize::try_from(length).map_err(|_| SourceError::Absent)?;
        let fd = file.as_fd().as_raw_fd();
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours; the descriptor is open.
        let start = unsafe { libc::mmap(ptr::null_mut(), length, libc::PROT_READ, libc::MAP_SHARED, fd, 0) };
        if start == libc::MAP_FAILED {
            return Err(last_error());
        }
        let start = NonNull::new(start).ok_or(SourceError::Io)?;
        let map = Self { start, length };
        map.advise(0, length, libc::MADV_RANDOM)?;
        Ok(map)
    }

    /// Takes the page at `offset` out of this mapping; it may stay in the cache.
    pub(crate) fn drop_page(&self, offset: u64) -> Result<(), SourceError> {
        self.advise(offset, ONE_PAGE, libc::MADV_DONTNEED)
    }

    /// Faults the page at `offset` in (MADV_POPULATE_READ, Linux 5.14).
    ///
    /// # Errors
    /// [`SourceError::Absent`] with an older kernel, [`SourceError::Io`] where the disk fails.
    pub(crate) fn fault_in(&self, offset: u64) -> Result<(), SourceError> {
        self.advise(offset, ONE_PAGE, libc::MADV_POPULATE_READ)
    }

    /// Whether the page at `offset` is in the page cache (mincore(2)).
    pub(crate) fn is_cached(&self, offset: u64) -> Result<bool, SourceError> {
        let start = self.at(offset, ONE_PAGE)?;
        let mut page = 0_u8;
        // SAFETY: the range lies in the mapping and is one page, for which the call writes one byte, that of a live variable.
        match unsafe { libc::mincore(start, ONE_PAGE, &raw mut page) } {
            0 => Ok(page & 1 != 0),
            _ => Err(last_error()),
        }
    }

    fn advise(&self, offset: u64, length: usize, advice: libc::c_int) -> Result<(), SourceError> {
        let start = self.at(offset, length)?;
        // SAFETY: the range lies in the mapping, which nothing points into; of a shared file mapping these advices change no byte.
        match unsafe { libc::madvise(start, length, advice) } {
            0 => Ok(()),
            _ => Err(last_error()),
        }
    }

    /// The address of `offset`, from where `length` bytes lie in the mapping.
    fn at(&self, offset: u64, length: usize) -> Result<*mut c_void, SourceError> {
        let offset = usize::try_from(offset).map_err(|_| SourceError::Io)?;
        match offset.checked_add(length).is_some_and(|end| end <= self.length) {
            true => Ok(self.start.as_ptr().wrapping_byte_add(offset)),
            false => Err(SourceError::Io),
        }
    }
}

impl Drop for FileMap {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with this length; nothing points into it.
        unsafe { libc::munmap(self.start.as_ptr(), self.length) };
    }
}

fn last_error() -> SourceError {
    match super::last_errno() {
        Errno::INVAL | Errno::NODEV | Errno::NOSYS => SourceError::Absent,
        Errno::ACCESS | Errno::PERM => SourceError::Denied,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

    #[test]
    fn pages_are_faulted_in_within_the_mapping_only() {
        let file = memfd_create("test", MemfdFlags::CLOEXEC).unwrap();
        ftruncate(&file, 1 << 20).unwrap();
        let map = FileMap::new(&file, 1 << 20).unwrap();
        assert_eq!(map.is_cached(65_536), Ok(false));
        assert_eq!(map.fault_in(65_536), Ok(()));
        assert_eq!(map.is_cached(65_536), Ok(true));
        assert_eq!(map.drop_page(65_536), Ok(()));
        assert_eq!(map.fault_in(1 << 20), Err(SourceError::Io));
        assert_eq!(map.is_cached(u64::MAX), Err(SourceError::Io));
    }

    /// Where a touch would raise SIGBUS, the call answers.
    #[test]
    fn a_page_that_cannot_come_is_an_error_and_no_signal() {
        let file = memfd_create("test", MemfdFlags::CLOEXEC).unwrap();
        ftruncate(&file, 1 << 20).unwrap();
        let map = FileMap::new(&file, 1 << 20).unwrap();
        ftruncate(&file, 0).unwrap();
        assert_eq!(map.fault_in(0), Err(SourceError::Io));
    }
}
