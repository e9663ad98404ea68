//! The wall clock read between two readings of the steady clock.
//!
//! The physical effect: next to none of its own. Both clocks come from one counter, so the width of the bracket is the time of three calls:
//! cache state, interrupts, and the update of the kernel's clock page that a reader now and then runs into. Other programs influence it by
//! loading the machine. It is a view of the same noise as `jitter_loop`, coarser, and has no claim.
//!
//! What can go wrong: a steady clock that goes back (coarse clock). A wall clock that is set changes nothing: its reading is thrown away.
//!
//! Reference: clock_gettime(2); on macOS clock_gettime_nsec_np.

use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sys::{Machine, os};
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "clock_pair",
    description: "width of a bracket of the steady clock around a reading of the wall clock",
    physics: "cache state, interrupts and clock-page updates vary the time of three clock readings",
    category: SourceCategory::Timing,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: BRACKET,
    independence: Independence::of(Group::CpuTiming),
};

/// Nanoseconds of a bracket, as an unsigned integer of 32 bits.
const BRACKET: Width = Width::new(32).expect("within 1..=64");

pub(super) static KIND: &dyn SourceKind = &Metered::<ClockPair>::KIND;

struct ClockPair;

impl Meter for ClockPair {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["clock_jitter"];
    const DEFAULT: bool = true;

    fn find() -> Vec<Candidate> {
        vec![Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self)
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::steady_ns))
    }
}

impl Measure for ClockPair {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        let before = os::steady_ns();
        black_box(os::wall_ns());
        let width = os::steady_ns().checked_sub(before).ok_or(SourceError::CoarseClock)?;
        Ok(width.min(u64::from(u32::MAX)))
    }
}
