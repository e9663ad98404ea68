//! The time of four messages through a POSIX message queue.
//!
//! The physical effect: none of its own. The queue sorts messages by priority in a tree under a lock, so the time tells of caches, the allocator
//! and interrupts. What is read: ticks to send four messages of different priorities, always in the same order, and to receive them. Everybody
//! who loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: kernels without such queues; the user's limit on their bytes (RLIMIT_MSGQUEUE) or the system's on their number, which
//! opening then says. The queue loses its name as soon as it is open and ends with its descriptor. No call ever waits.
//!
//! Reference: mq_overview(7).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::message_queue::{self, MessageQueue};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "posix_mq",
    description: "ticks of four messages sent to a posix message queue and received by priority",
    physics: "cache state, the allocator and interrupts vary the kernel's path through a sorted queue",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<PosixMq>::KIND;

/// The priorities of one round's messages, as they are sent; they come highest first.
const PRIORITIES: [u32; 4] = [1, 0, 3, 2];

struct PosixMq {
    queue: MessageQueue,
}

impl Work for PosixMq {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "posix message queues (CONFIG_POSIX_MQUEUE)";
        asked(
            message_queue::exist(),
            here(),
            facility,
            "a seccomp filter or a security module forbids mq_open(3)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { queue: MessageQueue::new(PRIORITIES.len()).map_err(error_of)? })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        for priority in PRIORITIES {
            self.queue.send(priority).map_err(error_of)?;
        }
        for expected in (0..PRIORITIES.len()).rev() {
            if self.queue.receive().map_err(error_of)? as usize != expected {
                return Err(SourceError::Protocol);
            }
        }
        Ok(())
    }
}
