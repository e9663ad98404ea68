//! The time of a request that does nothing, through a ring.
//!
//! The physical effect: none of its own. The kernel takes a request from memory shared with it, allocates what a request needs, and puts a completion
//! there; caches, the allocator's state and interrupts vary the time. What is read: ticks from filling the request in to having its completion.
//! Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! The kernel's polling thread (SQPOLL) is not used: it keeps a processor busy as long as the ring is open.
//!
//! What can go wrong: the kernel is older than 5.4 or built without rings (absent), `kernel.io_uring_disabled` or a container's filter forbids them
//! (denied, or absent where the filter says so), locked memory is short before Linux 5.12; a completion that is missing or not the
//! request's: errors, no readings. Nothing waits: the request is complete when the submitting call returns.
//!
//! Reference: io_uring(7), io_uring_setup(2), io_uring_enter(2).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::Ring;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "uring_nop",
    description: "ticks of a request to the kernel that does nothing, through an io_uring",
    physics: "caches, the kernel's allocator and interrupts vary the time of a request",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<UringNop>::KIND;

struct UringNop(Ring);

impl Work for UringNop {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "io_uring_setup(2) (CONFIG_IO_URING, Linux 5.4)";
        asked(
            Ring::new(),
            here(),
            facility,
            "a seccomp filter, or kernel.io_uring_disabled, forbids io_uring_setup(2)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ring::new().map(Self).map_err(error_of)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.0.nop()
    }
}
