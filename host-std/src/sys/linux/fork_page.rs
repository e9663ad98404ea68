//! A word of memory that a forked child finds wiped (madvise(2), MADV_WIPEONFORK, Linux 4.14).

use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicU64;

/// One private page, of which the first eight bytes are used.
const LENGTH: usize = 4096;

/// No advice of any kernel.
const INVALID_ADVICE: libc::c_int = -1;

/// A mapped word that reads zero in every forked child.
pub(crate) struct ForkPage(NonNull<AtomicU64>);

// SAFETY: the mapping belongs to this value alone, is not tied to a thread, and is reached as an atomic only.
unsafe impl Send for ForkPage {}
// SAFETY: as above; an atomic may be shared.
unsafe impl Sync for ForkPage {}

impl ForkPage {
    /// Maps the page, or `None` where the kernel does not wipe it.
    ///
    /// Some emulators accept every advice and follow none, so an invalid one must be refused first.
    pub(crate) fn new() -> Option<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory of ours.
        let address = unsafe { libc::mmap(ptr::null_mut(), LENGTH, protection, flags, -1, 0) };
        if address == libc::MAP_FAILED {
            return None;
        }
        let page = Self(NonNull::new(address.cast())?);
        // SAFETY: the range is the page that was just mapped; an advice that does not exist changes nothing.
        let refused = unsafe { libc::madvise(address, LENGTH, INVALID_ADVICE) } != 0;
        // SAFETY: the range is the page that was just mapped, private and anonymous as this advice demands.
        let wipes = unsafe { libc::madvise(address, LENGTH, libc::MADV_WIPEONFORK) } == 0;
        (refused && wipes).then_some(page)
    }

    /// The word.
    pub(crate) fn word(&self) -> &AtomicU64 {
        // SAFETY: the mapping is aligned to a page, zeroed or written as this atomic, and lives as long as `self`.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for ForkPage {
    fn drop(&mut self) {
        // SAFETY: the page was mapped in `new` with this length, and `&mut self` says that no reference into it is left.
        unsafe { libc::munmap(self.0.as_ptr().cast(), LENGTH) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::in_child;
    use core::sync::atomic::Ordering;

    #[test]
    fn a_child_finds_the_page_wiped() {
        let page = ForkPage::new().expect("Linux 4.14 and later wipe on fork");
        page.word().store(7, Ordering::SeqCst);
        assert_eq!(in_child(|| page.word().load(Ordering::SeqCst).to_be_bytes().to_vec()), [0; 8]);
        assert_eq!(page.word().load(Ordering::SeqCst), 7);
    }
}
