//! The time of asking for a clock that only the kernel can read.
//!
//! The physical effect: none of its own. The processor time of a thread is not on the page of clocks that programs read by themselves, so the call
//! crosses into the kernel, which brings the thread's accounts up to date: caches, interrupts and a hypervisor vary the time. Everybody who
//! loads the machine influences it: a view of the same noise as `jitter_loop`. The clocks of that page are another source's, `clock_pair`.
//!
//! What can go wrong: nothing by the call's manual, since every thread has this clock; where a filter forbids it all the same, that is an error
//! and no reading.
//!
//! Reference: clock_gettime(2), CLOCK_THREAD_CPUTIME_ID; vdso(7).

use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work};
use crate::sys::calls;
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "clock_syscall",
    description: "ticks of asking the kernel for the thread's processor time",
    physics: "cache state and interrupts vary the time in which the kernel brings its accounts up to date",
    category: SourceCategory::Timing,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<ClockSyscall>::KIND;

struct ClockSyscall;

impl Work for ClockSyscall {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["commpage_clock_timing", "mach_continuous_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        black_box(calls::thread_time_ns().map_err(error_of)?);
        Ok(())
    }
}
