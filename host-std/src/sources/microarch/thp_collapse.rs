//! The time in which the kernel makes a huge page.
//!
//! The physical effect: the kernel finds two mebibytes of contiguous free memory, clears or copies them, and replaces the page table; memory controller,
//! caches and the free lists' state vary the time. What is read: ticks of one MADV_COLLAPSE on a slot of two mebibytes that holds one small
//! page. Every program that uses memory influences it.
//!
//! What can go wrong: kernels before 6.1, or without huge pages, refuse (absent); when no huge page is free the round is not ready. A reading
//! costs some hundred microseconds and the memory's bandwidth.
//!
//! Reference: madvise(2), MADV_COLLAPSE; Linux, mm/khugepaged.c.

use crate::sources::timed::{self, Timed, Work};
use crate::sys::os::memory::{HugeSlot, collapses};
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "thp_collapse",
    description: "ticks in which the kernel collapses two mebibytes into a huge page",
    physics: "clearing two mebibytes meets refresh and arbitration, finding them the state of the free lists",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<ThpCollapse>::KIND;

/// There on kernels that were built with huge pages.
const SETTINGS: &str = "/sys/kernel/mm/transparent_hugepage";

struct ThpCollapse {
    slot: HugeSlot,
}

impl Work for ThpCollapse {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;

    fn find() -> Vec<Candidate> {
        vec![match collapses() && Path::new(SETTINGS).exists() {
            true => timed::here(),
            false => Candidate::missing(
                Access::Absent,
                "the kernel lacks MADV_COLLAPSE (Linux 6.1) or transparent huge pages",
            ),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { slot: HugeSlot::new()? })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.slot.scatter()
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.slot.collapse()
    }
}
