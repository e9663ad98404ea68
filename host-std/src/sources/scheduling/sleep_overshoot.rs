//! How late a sleep ends.
//!
//! The physical effect: when a timer interrupt is taken and its thread runs again depends on what else the processor does, on its idle states
//! and, in a virtual machine, on the host. What is read: nanoseconds between the programmed deadline and the return. Everybody who loads
//! the machine influences it, and a program that watches the run queue sees part of it: a view of the same noise as `jitter_loop`, without claim.
//!
//! The deadlines follow a fixed pattern that never locks to a tick: 50 µs, and from 0 to 31 times 1.618 µs more.
//!
//! What can go wrong: a signal cuts a sleep short (the reading is left out), a filter forbids the calls (an error, no reading). On a loaded machine a
//! sleep is as late as the run queue is long: late, not wrong.
//!
//! Reference: clock_nanosleep(2) with TIMER_ABSTIME, prctl(2) PR_SET_TIMERSLACK; on macOS mach_wait_until.

use super::waits::Waits;
use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sys::Machine;
use crate::sys::os::{self, Slack};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::thread::{self, ThreadId};

static INFO: SourceInfo = SourceInfo {
    name: "sleep_overshoot",
    description: "nanoseconds by which a sleep ends after its deadline",
    physics: "interrupt arrival, idle states and the run queue vary the time from a timer to its thread",
    category: SourceCategory::Scheduling,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<SleepOvershoot>::KIND;

struct SleepOvershoot {
    waits: Waits,
    /// The thread whose timers were tuned, and how they were: the source may be opened on one and read on another.
    tuned: Option<(ThreadId, Slack)>,
}

impl Meter for SleepOvershoot {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["sleep_jitter", "timer_coalescing"];
    const DEFAULT: bool = true;

    fn find() -> Vec<Candidate> {
        vec![Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { waits: Waits::default(), tuned: None })
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::steady_ns))
    }
}

impl Measure for SleepOvershoot {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        let thread = thread::current().id();
        if self.tuned.as_ref().is_none_or(|(tuned, _)| *tuned != thread) {
            self.tuned = Some((thread, os::finest_sleep()?));
        }
        os::sleep_until(self.waits.next_ns())
    }
}

impl Drop for SleepOvershoot {
    /// Of a thread that does not drop it nothing can be put back.
    fn drop(&mut self) {
        if let Some((tuned, slack)) = &self.tuned
            && *tuned == thread::current().id()
        {
            slack.put_back();
        }
    }
}
