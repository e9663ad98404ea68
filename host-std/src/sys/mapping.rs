//! Memory mapped for one source alone (mmap(2)).

use core::num::NonZero;
use core::ptr::{self, NonNull};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

/// The size of a page of memory.
pub(crate) fn page_size() -> usize {
    rustix::param::page_size()
}

/// Private memory of whole pages, zero at first.
pub(crate) struct Mapping {
    start: NonNull<u8>,
    length: NonZero<usize>,
}

// SAFETY: the memory belongs to this value alone and is not tied to a thread.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps `length` bytes, a whole number of pages.
    ///
    /// # Errors
    /// [`SourceError::Io`] when the system has no memory or no room for it.
    pub(crate) fn new(length: usize) -> Result<Self, SourceError> {
        Self::map(length).map_err(|_| SourceError::Io)
    }

    fn map(length: usize) -> Result<Self, Errno> {
        let length = NonZero::new(length).ok_or(Errno::INVAL)?;
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: a private mapping at an address of the kernel's choice touches no memory of ours.
        let address = unsafe { mmap_anonymous(ptr::null_mut(), length.get(), protection, MapFlags::PRIVATE) };
        let start = NonNull::new(address?.cast()).ok_or(Errno::NOMEM)?;
        Ok(Self { start, length })
    }

    /// Bytes.
    pub(crate) const fn len(&self) -> usize {
        self.length.get()
    }

    /// Where it begins.
    pub(crate) const fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// The memory.
    pub(crate) const fn bytes(&self) -> &[u8] {
        // SAFETY: the range was mapped readable in `new`, holds zeros or what was written, and lives as long as `self`.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.length.get()) }
    }

    /// Reads the first byte, whether anything depends on it or not.
    #[allow(dead_code, reason = "who waits for a fault on reading is a source of Linux only")]
    pub(crate) fn look(&self) -> u8 {
        // SAFETY: the first byte of a mapping that is readable as long as `self` lives.
        unsafe { ptr::read_volatile(self.start.as_ptr()) }
    }

    /// Writes the first byte, whether anybody reads it or not.
    pub(crate) fn touch(&mut self) {
        // SAFETY: the first byte of a mapping that is writable as long as `self` lives: who makes it read-only owns it whole.
        unsafe { ptr::write_volatile(self.start.as_ptr(), 1) };
    }

    /// Writes a byte of every page, so that each has memory of its own.
    pub(crate) fn populate(&mut self) {
        for at in (0..self.len()).step_by(page_size()) {
            // SAFETY: as in `touch`: `at` is below the length of the mapping.
            unsafe { ptr::write_volatile(self.start.as_ptr().wrapping_add(at), 1) };
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with this length; `&mut self` says that no reference into it is left.
        let unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.length.get()) };
        debug_assert!(unmapped.is_ok(), "munmap refuses only what is not page-aligned");
    }
}

/// A page that is writable only while it is written.
pub(crate) struct GuardedPage {
    page: Mapping,
    rights: MprotectFlags,
}

impl GuardedPage {
    /// A page that is readable at other times.
    ///
    /// # Errors
    /// As [`rewrite`](Self::rewrite), and that of a system without memory.
    #[allow(dead_code, reason = "who waits for other processors to forget a right is a source of Linux only")]
    pub(crate) fn readable() -> Result<Self, Errno> {
        Self::new(MprotectFlags::READ)
    }

    /// A page that is readable and executable at other times.
    ///
    /// # Errors
    /// As [`readable`](Self::readable).
    pub(crate) fn executable() -> Result<Self, Errno> {
        Self::new(MprotectFlags::READ | MprotectFlags::EXEC)
    }

    fn new(rights: MprotectFlags) -> Result<Self, Errno> {
        let mut guarded = Self { page: Mapping::map(page_size())?, rights };
        guarded.rewrite()?;
        Ok(guarded)
    }

    /// Makes it writable, writes it and takes the right back, which every processor with a translation of the page must hear of.
    ///
    /// # Errors
    /// [`Errno::ACCESS`] where a policy forbids the page's rights, or another where the kernel refuses otherwise; what follows the refusal is
    /// not done.
    pub(crate) fn rewrite(&mut self) -> Result<(), Errno> {
        self.protect(MprotectFlags::READ | MprotectFlags::WRITE)?;
        self.page.touch();
        self.protect(self.rights)
    }

    fn protect(&mut self, rights: MprotectFlags) -> Result<(), Errno> {
        let (start, length) = (self.page.start.as_ptr().cast(), self.page.len());
        // SAFETY: the range is a whole mapping that this value alone reaches; only `rewrite` writes it, after it made it writable.
        unsafe { mprotect(start, length, rights) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_zero_then_what_was_written() {
        let mut memory = Mapping::new(2 * page_size()).unwrap();
        assert!(memory.bytes().iter().all(|byte| *byte == 0));
        memory.populate();
        assert_eq!((memory.look(), memory.bytes()[1], memory.bytes()[page_size()]), (1, 0, 1));
        assert_eq!(memory.bytes().as_ptr().addr() % page_size(), 0);
    }

    #[test]
    fn no_memory_and_nothing_are_errors() {
        assert_eq!(Mapping::new(0).err(), Some(SourceError::Io));
        assert_eq!(Mapping::new(usize::MAX & !0xffff).err(), Some(SourceError::Io));
    }

    #[test]
    fn a_guarded_page_is_written_again_and_again() {
        for page in [GuardedPage::readable(), GuardedPage::executable()] {
            let Ok(mut page) = page else { continue }; // a policy forbids executable ones
            for _ in 0..3 {
                page.rewrite().unwrap();
                assert_eq!(page.page.look(), 1);
            }
        }
    }
}
