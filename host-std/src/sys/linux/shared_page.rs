//! A page of memory without a name that is mapped twice, as two processes would map it.

use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicU64;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::io::Errno;
use std::os::fd::{AsRawFd, OwnedFd};

/// One page.
const LENGTH: usize = 4096;

/// One of the mappings.
pub(crate) struct SharedPage(NonNull<AtomicU64>);

// SAFETY: the mapping belongs to this value alone, is not tied to a thread, and is reached as atomics only.
unsafe impl Send for SharedPage {}
// SAFETY: as above; atomics may be shared.
unsafe impl Sync for SharedPage {}

impl SharedPage {
    /// Two mappings of one zeroed page.
    ///
    /// # Errors
    /// What memfd_create(2), ftruncate(2), fcntl(2) or mmap(2) met.
    pub(crate) fn pair() -> Result<[Self; 2], Errno> {
        let memory = memfd_create("openentropy", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        ftruncate(&memory, LENGTH as u64)?;
        fcntl_add_seals(&memory, SealFlags::SHRINK | SealFlags::SEAL)?; // a mapped page that is cut off would kill its reader
        Ok([Self::map(&memory)?, Self::map(&memory)?])
    }

    fn map(memory: &OwnedFd) -> Result<Self, Errno> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        let address = unsafe {
            libc::mmap(ptr::null_mut(), LENGTH, protection, libc::MAP_SHARED, memory.as_raw_fd(), 0)
        };
        match NonNull::new(address.cast()) {
            Some(page) if address != libc::MAP_FAILED => Ok(Self(page)),
            _ => Err(super::last_errno()),
        }
    }

    /// The word of this index.
    ///
    /// # Panics
    /// Beyond the page.
    pub(crate) fn word(&self, index: usize) -> &AtomicU64 {
        assert!(index < LENGTH / size_of::<AtomicU64>());
        // SAFETY: the index is within the page, as was checked.
        let word = unsafe { self.0.add(index) };
        // SAFETY: the mapping is aligned to a page, zeroed or written as these atomics, sealed against shrinking, and lives as long as `self`.
        unsafe { word.as_ref() }
    }
}

impl Drop for SharedPage {
    fn drop(&mut self) {
        // SAFETY: the page was mapped in `map` with this length, and `&mut self` says that no reference into it is left.
        unsafe { libc::munmap(self.0.as_ptr().cast(), LENGTH) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::Ordering;

    #[test]
    fn both_mappings_show_the_same_memory() {
        let [one, other] = SharedPage::pair().unwrap();
        assert_ne!(one.0, other.0);
        one.word(511).store(7, Ordering::SeqCst);
        assert_eq!(other.word(511).load(Ordering::SeqCst), 7);
    }
}
