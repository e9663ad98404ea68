//! How late a timer's descriptor says that it has run out.
//!
//! The physical effect: as for `sleep_overshoot`, the timer interrupt, the processor's idle states, the run queue and, in a virtual machine, the
//! host decide when a thread that waits for a timer runs again; a descriptor's timer has no slack and wakes its reader through another path of
//! the kernel. What is read: nanoseconds between the programmed expiry and the return of the read. Everybody who loads the machine
//! influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: a filter forbids timerfd_create(2), descriptors run out, a signal cuts a wait short (the reading is left out). The read
//! waits for the timer that was just set, a tenth of a millisecond at most.
//!
//! Reference: timerfd_create(2).

use super::waits::Waits;
use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sys::{Machine, os};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::{Errno, read};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "timer_expiry",
    description: "nanoseconds from a timer's expiry to the return of the read that waited for it",
    physics: "interrupt arrival, idle states and the run queue vary the time from a timer to its reader",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<TimerExpiry>::KIND;

fn timer() -> Result<OwnedFd, Errno> {
    timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)
}

struct TimerExpiry {
    timer: OwnedFd,
    waits: Waits,
}

impl Meter for TimerExpiry {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["kqueue_events"];

    fn find() -> Vec<Candidate> {
        let ready = Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() };
        asked(timer(), ready, "timerfd_create(2)", "a seccomp filter forbids timerfd_create(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { timer: timer().map_err(error_of)?, waits: Waits::default() })
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::monotonic_ns))
    }
}

impl Measure for TimerExpiry {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        let expiry = os::monotonic_ns().saturating_add(self.waits.next_ns());
        let once = Itimerspec {
            it_interval: Timespec::default(),
            it_value: Timespec {
                tv_sec: (expiry / 1_000_000_000).cast_signed(),
                tv_nsec: (expiry % 1_000_000_000).cast_signed(),
            },
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &once).map_err(error_of)?;
        let mut expiries = [0; 8];
        let answer = read(&self.timer, &mut expiries);
        let now = os::monotonic_ns();
        match answer {
            Ok(8) if u64::from_ne_bytes(expiries) == 1 => Ok(now.saturating_sub(expiry)),
            Ok(_) => Err(SourceError::Protocol),
            Err(errno) => Err(error_of(errno)),
        }
    }
}
