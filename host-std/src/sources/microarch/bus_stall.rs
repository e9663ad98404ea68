//! A burst of stores that go straight to memory.
//!
//! The physical effect: stores that pass the caches by fill the buffers before the memory controller, and the burst ends when the last one is accepted;
//! refresh, arbitration with other cores and devices, and an encryption engine where there is one decide when. What is read: ticks of writing
//! four kibibytes so and of the fence behind them. Whoever uses the memory bus influences it.
//!
//! What can go wrong: a processor that takes the instruction as a hint only (AArch64) may keep the lines in its caches.
//!
//! Reference: Intel SDM vol. 1 §10.4.6.2 (MOVNTI); Arm ARM §C6.2 (STNP).

use crate::sources::timed::{Timed, Work};
use crate::sys::cpu;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "bus_stall",
    description: "ticks of a burst of stores that pass the caches by",
    physics: "refresh and arbitration of the memory bus decide when a burst of stores is accepted",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<BusStall>::KIND;

/// Words of a burst: 64 lines of 64 bytes.
const WORDS: usize = 512;

/// A burst's memory, from a line's beginning on.
#[repr(align(128))]
struct Burst([i64; WORDS]);

struct BusStall {
    burst: Box<Burst>,
}

impl Work for BusStall {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const ALIASES: &'static [&'static str] = &["memory_bus_crypto"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { burst: Box::new(Burst([0; WORDS])) })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        cpu::stream(&mut self.burst.0);
        Ok(())
    }
}
