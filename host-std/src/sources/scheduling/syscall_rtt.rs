//! The time of a system call that does nothing.
//!
//! The physical effect: none of its own. A call that only returns a number crosses into the kernel and back, so its time tells of caches, of
//! interrupts that hit it, and of a hypervisor. Everybody who loads the machine influences it. A view of the same noise as `jitter_loop`, without
//! claim.
//!
//! What can go wrong: nothing by the call's manual; where a filter forbids it all the same, that is an error and no reading.
//!
//! Reference: getppid(2).

use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work};
use crate::sys::calls;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "syscall_rtt",
    description: "ticks of a system call that returns a number",
    physics: "cache state and interrupts vary the time to cross into the kernel and back",
    category: SourceCategory::Scheduling,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<SyscallRtt>::KIND;

struct SyscallRtt;

impl Work for SyscallRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["proc_info_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        calls::parent().map_err(error_of)
    }
}
