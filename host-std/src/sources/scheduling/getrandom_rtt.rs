//! The time of asking the kernel for random bytes.
//!
//! The physical effect: none of its own. The kernel's generator is a cipher that does the same work every time, so the time tells of caches, of
//! the crossing into the kernel and of interrupts that hit it. The bytes themselves are thrown away: this times `os_rng`, it does not read it.
//! Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! A call asks for 256 bytes, which no signal cuts short, and is a true system call: the shortcut of Linux 6.11 through the C library
//! is not taken.
//!
//! What can go wrong: a filter forbids the call; the generator is not seeded yet, early at boot: errors, no readings.
//!
//! Reference: getrandom(2); on macOS getentropy(2).

use crate::sources::timed::{Timed, Work};
use crate::sys::os;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "getrandom_rtt",
    description: "ticks of a system call that returns 256 random bytes, which are thrown away",
    physics: "cache state and interrupts vary the time of the kernel's cipher",
    category: SourceCategory::Scheduling,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// The most bytes that come in one piece whatever happens (getrandom(2)).
const BYTES: usize = 256;

pub(super) static KIND: &dyn SourceKind = &Timed::<GetrandomRtt>::KIND;

struct GetrandomRtt([u8; BYTES]);

impl Work for GetrandomRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["getentropy_timing", "sep_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self([0; BYTES]))
    }

    fn run(&mut self) -> Result<(), SourceError> {
        os::fill_random(&mut self.0)
    }
}
