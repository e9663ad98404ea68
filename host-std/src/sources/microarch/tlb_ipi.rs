//! The time until another processor has forgotten a translation.
//!
//! The physical effect: a page that loses a right, and membarrier(2), must be heard of on every processor that runs a thread of the process. On x86
//! the kernel interrupts those processors and waits for their answers; on AArch64 the hardware tells them of the page and only membarrier
//! interrupts. What is read: ticks of making a page writable, writing it, taking the right back, and one expedited barrier, while a partner
//! runs on another processor. Whoever raises interrupts or loads the partner's processor influences it, and in a virtual machine the host, which
//! delivers the interrupts: a view of the scheduler and interrupt noise.
//!
//! What can go wrong: one processor only, or no expedited barrier (absent); a partner that does not come is a timeout.
//!
//! Reference: mprotect(2), membarrier(2); Linux, arch/x86/mm/tlb.c.

use super::helper::{self, Helper};
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work};
use crate::sys::GuardedPage;
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::thread::{MembarrierCommand, membarrier, membarrier_query};

static INFO: SourceInfo = SourceInfo {
    name: "tlb_ipi",
    description: "ticks of a page's change of rights and a barrier on all processors of the process",
    physics: "interrupts to other processors and their answers take the time that those processors leave",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<TlbIpi>::KIND;

struct TlbIpi {
    page: GuardedPage,
    helper: Helper,
}

impl Work for TlbIpi {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["tlb_shootdown"];

    fn find() -> Vec<Candidate> {
        let expedited = membarrier_query().contains_command(MembarrierCommand::PrivateExpedited);
        vec![match expedited {
            true => helper::here(),
            false => Candidate::missing(
                Access::Absent,
                "the kernel has no expedited membarrier(2), or a filter hides it",
            ),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        membarrier(MembarrierCommand::RegisterPrivateExpedited).map_err(|_| SourceError::Absent)?;
        let helper = Helper::start(INFO.name, core::hint::spin_loop)?;
        Ok(Self { page: GuardedPage::readable().map_err(error_of)?, helper })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.helper.join_in()
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.rewrite().map_err(error_of)?;
        membarrier(MembarrierCommand::PrivateExpedited).map_err(|_| SourceError::Io)
    }
}
