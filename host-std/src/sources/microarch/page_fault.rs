//! The time of a page fault.
//!
//! The physical effect: the first access to a page traps into the kernel, which finds a free page, fills it with zeros and enters it into the page
//! table; free lists, locks, accounting and caches are in whatever state other programs left them. What is read: ticks of one write to a page whose
//! memory was given back before, untimed, on a mapping that is kept. Every program that takes and returns memory influences it. A view of the
//! kernel's noise rather than of the memory's own.
//!
//! What can go wrong: a machine short of memory takes long to find a page, and a kernel that finds none ends the process, as with any program.
//!
//! Reference: madvise(2), MADV_DONTNEED; on macOS a new mapping in the same place.

use crate::sources::timed::{Timed, Work};
use crate::sys::{Mapping, os, page_size};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "page_fault",
    description: "ticks of the first write to a page of memory",
    physics: "the kernel's page allocator and the caches it runs in vary the time to find and clear a page",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<PageFault>::KIND;

struct PageFault {
    page: Mapping,
}

impl Work for PageFault {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["page_fault_timing", "vm_page_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { page: Mapping::new(page_size())? })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        os::memory::discard(&mut self.page)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.touch();
        Ok(())
    }
}
