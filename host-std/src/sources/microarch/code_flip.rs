//! A page that is made writable and executable in turn.
//!
//! The physical effect: the kernel changes the page's rights and has every processor that knows them forget them; page table, locks and caches
//! are in whatever state they are. What is read: ticks of making an executable page writable, writing it, and making it executable again. Nothing
//! on the page is ever run. Everybody who loads the machine influences it: a view of the kernel's noise.
//!
//! What can go wrong: a security policy (SELinux's execmem, a hardened runtime) forbids to run what was written: denied.
//!
//! Reference: mprotect(2).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::GuardedPage;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "code_flip",
    description: "ticks of a page's change from executable to writable and back",
    physics: "the kernel changes page tables among the locks, caches and interrupts of the moment",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CodeFlip>::KIND;

struct CodeFlip {
    page: GuardedPage,
}

impl Work for CodeFlip {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["aprr_jit_timing"];

    fn find() -> Vec<Candidate> {
        asked(
            GuardedPage::executable(),
            here(),
            "mmap(2) and mprotect(2)",
            "a security policy forbids to run memory that was written (SELinux: execmem)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        GuardedPage::executable().map(|page| Self { page }).map_err(error_of)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.rewrite().map_err(error_of)
    }
}
