//! How long a word takes to another thread and back.
//!
//! The physical effect: waking a thread on another processor sends an interrupt to it; how deep that processor slept, what else is in its
//! run queue and what interrupts come in between vary the time. The exit from idle is the physical part. What is read: ticks from passing the
//! turn to a partner thread until it has come back. Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`,
//! without claim.
//!
//! The partner runs on the first allowed processor that is not the source's, and is moved when the source's thread has moved; with one processor both
//! share it.
//!
//! What can go wrong: a limit of threads is reached, a filter forbids sched_setaffinity(2), the partner does not answer within a second,
//! the process is a forked child: errors, no readings.
//!
//! Reference: futex(2), sched_setaffinity(2).

use super::baton::Baton;
use super::relay::Relay;
use crate::sources::partner::Seat;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "futex_handoff",
    description: "ticks of waking a thread on another processor and being woken by it",
    physics: "the exit from a processor's idle state, run queues and interrupts vary the time of a wake-up",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<FutexHandoff>::KIND;

struct FutexHandoff(Relay);

impl Work for FutexHandoff {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["dispatch_queue", "dispatch_queue_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self(Relay::start(INFO.name, echo)?))
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.0.ready()?;
        self.0.sit(Seat::Other)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.0.pass();
        self.0.wait()
    }
}

fn echo(baton: &Baton) {
    while baton.is_next() {
        baton.give_back();
    }
}
