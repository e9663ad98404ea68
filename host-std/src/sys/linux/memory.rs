//! What the kernel does with mapped memory when it is advised (madvise(2)).

use crate::sys::Mapping;
use core::ffi::c_int;
use core::ptr;
use openentropy_core::SourceError;
use rustix::io::Errno;

/// Length and alignment of a huge page on x86-64, and on AArch64 with pages of 4 KiB.
pub(crate) const HUGE_PAGE: usize = 2 << 20;

/// The advice to make a huge page now, which not every C library names (Linux, asm-generic/mman-common.h).
const MADV_COLLAPSE: c_int = 25;

/// Gives the memory of a mapping back; the next access finds zeros in fresh pages.
///
/// # Errors
/// [`SourceError::Io`] when the kernel refuses.
pub(crate) fn discard(memory: &mut Mapping) -> Result<(), SourceError> {
    advise(memory, 0, memory.len(), libc::MADV_DONTNEED).map_err(|_| SourceError::Io)
}

/// Asks for huge pages; a kernel without them gives small ones.
pub(crate) fn prefer_huge_pages(memory: &mut Mapping) {
    let _small_pages_do = advise(memory, 0, memory.len(), libc::MADV_HUGEPAGE);
}

/// Whether this kernel makes huge pages on demand (MADV_COLLAPSE, Linux 6.1): an unknown advice is refused even for no memory at all.
pub(crate) fn collapses() -> bool {
    // SAFETY: the range is empty, so no memory is advised.
    unsafe { libc::madvise(ptr::null_mut(), 0, MADV_COLLAPSE) == 0 }
}

/// Memory for one huge page, at an address where one can be.
pub(crate) struct HugeSlot {
    memory: Mapping,
    at: usize,
}

impl HugeSlot {
    /// Maps it.
    ///
    /// # Errors
    /// [`SourceError::Io`] when the system has no room.
    pub(crate) fn new() -> Result<Self, SourceError> {
        let memory = Mapping::new(2 * HUGE_PAGE)?;
        let at = memory.start().align_offset(HUGE_PAGE);
        Ok(Self { memory, at })
    }

    /// Leaves the slot with one small page only.
    ///
    /// # Errors
    /// [`SourceError::Absent`] with a kernel built without huge pages, [`SourceError::Io`] otherwise.
    pub(crate) fn scatter(&mut self) -> Result<(), SourceError> {
        self.advise(libc::MADV_DONTNEED)?;
        self.advise(libc::MADV_NOHUGEPAGE)?;
        // SAFETY: `at` is below the alignment, which is half of the mapping's length; the mapping is writable as long as `self` lives.
        unsafe { ptr::write_volatile(self.memory.start().as_ptr().wrapping_add(self.at), 1) };
        self.advise(libc::MADV_HUGEPAGE)
    }

    /// Has the kernel put the whole slot into one huge page now.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when none is free at the moment, [`SourceError::Absent`] with a kernel that cannot,
    /// [`SourceError::Io`] otherwise.
    pub(crate) fn collapse(&mut self) -> Result<(), SourceError> {
        self.advise(MADV_COLLAPSE)
    }

    fn advise(&mut self, advice: c_int) -> Result<(), SourceError> {
        advise(&mut self.memory, self.at, HUGE_PAGE, advice).map_err(|error| match error {
            Errno::AGAIN | Errno::BUSY | Errno::NOMEM => SourceError::NotReady,
            Errno::INVAL => SourceError::Absent,
            _ => SourceError::Io,
        })
    }
}

/// Advises `length` bytes of `memory` from `at`; only advice that changes no right to the memory.
fn advise(memory: &mut Mapping, at: usize, length: usize, advice: c_int) -> Result<(), Errno> {
    debug_assert!(at + length <= memory.len());
    let start = memory.start().as_ptr().wrapping_add(at).cast();
    // SAFETY: the range lies within one private mapping that is borrowed exclusively; the advices above leave its bytes as they are
    // or, as MADV_DONTNEED does, zero.
    let answer = unsafe { libc::madvise(start, length, advice) };
    match answer {
        0 => Ok(()),
        _ => Err(super::last_errno()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::page_size;

    #[test]
    fn discarded_memory_is_zero_again() {
        let mut page = Mapping::new(page_size()).unwrap();
        page.touch();
        discard(&mut page).unwrap();
        assert_eq!(page.look(), 0);
    }

    #[test]
    fn a_slot_is_aligned_and_keeps_its_byte_when_it_collapses() {
        let mut slot = HugeSlot::new().unwrap();
        assert!(slot.at + HUGE_PAGE <= slot.memory.len());
        if slot.scatter().is_err() || slot.collapse().is_err() {
            return; // a kernel without huge pages, or none is free
        }
        assert_eq!(&slot.memory.bytes()[slot.at..slot.at + 2], [1, 0]);
    }
}
