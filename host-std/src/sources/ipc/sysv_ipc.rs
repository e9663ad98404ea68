//! The time to attach a System V memory segment once more.
//!
//! The physical effect: none of its own. The kernel looks the segment up in its table of identifiers, maps it, faults its page in and takes
//! all that back, so the time tells of caches, allocators and interrupts. What is read: ticks to attach, write one word and detach. Everybody
//! who loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! It is a segment and not a message queue or a semaphore set because those outlive a process that is killed: only a segment can be marked for
//! removal while it is in use. This one is marked as soon as it is attached, is private, and ends with the process whatever happens.
//!
//! What can go wrong: kernels without System V calls, and namespaces or limits that allow no segment; opening says so.
//!
//! Reference: shmop(2), shmctl(2) IPC_RMID.

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::segment::{self, Segment};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "sysv_ipc",
    description: "ticks to attach a system v memory segment, write to it and detach it",
    physics: "cache state, the allocators and interrupts vary the kernel's path through its table of segments",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<SysvIpc>::KIND;

struct SysvIpc {
    segment: Segment,
}

impl Work for SysvIpc {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "system v segments (CONFIG_SYSVIPC)";
        asked(segment::exist(), here(), facility, "a seccomp filter or a security module forbids shmctl(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { segment: Segment::new().map_err(error_of)? })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.segment.attach_and_detach().map_err(error_of)
    }
}
