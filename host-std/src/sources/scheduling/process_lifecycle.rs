//! How long a child takes that ends at once.
//!
//! The physical effect: none of its own. Starting a process takes a number, a place on a run queue and a context switch, its end is reported and
//! collected; caches, locks of the kernel, run queues and interrupts vary all of that. What is read: ticks from before the start to after the
//! child was waited for. Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! Off until it is named, since a library should not make processes in a program that does not expect it. The child shares the program's memory and
//! files instead of copying them, runs nothing but its end, and this thread stands still meanwhile with all signals held back. Its end
//! sends no SIGCHLD, and a program that waits for its own children does not meet it. Process numbers are used up, which others see.
//!
//! What can go wrong: a filter forbids clone(2) or waitid(2), a limit of processes is reached, the kernel is older than 5.4: errors, no
//! readings. Waiting is bounded to a second.
//!
//! Reference: clone(2), CLONE_VFORK and CLONE_PIDFD; waitid(2), P_PIDFD.

use crate::sources::asked::asked;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::Cradle;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::process::{PidfdFlags, getpid, pidfd_open};

static INFO: SourceInfo = SourceInfo {
    name: "process_lifecycle",
    description: "ticks of starting a child that ends at once, and of waiting for it",
    physics: "run queues, the kernel's locks, caches and interrupts vary the time of a short process",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<ProcessLifecycle>::KIND;

struct ProcessLifecycle(Cradle);

impl Work for ProcessLifecycle {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["dyld_timing"];
    const OPT_IN: bool = true;

    /// Looks for descriptors of processes only: whether children are allowed shows when it is opened and used.
    fn find() -> Vec<Candidate> {
        let own = pidfd_open(getpid(), PidfdFlags::empty());
        let facility = "pidfd_open(2), and waiting by it (Linux 5.4)";
        asked(own, here(), facility, "a seccomp filter forbids pidfd_open(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self(Cradle::new()))
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.0.child()
    }
}
