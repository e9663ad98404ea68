//! The counter read twice in a row.
//!
//! The physical effect: next to none of its own. Between two fenced readings lie a few cycles of a pipeline that was drained before, so what varies is how
//! the core's clock falls against the counter's, and now and then an interrupt. Where a hypervisor emulates the counter, each reading is its work.
//! Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`, coarser. As seen on a Zen 5 guest,
//! two values make up all but one reading in ten thousand.
//!
//! What can go wrong: on a counter of 24 to 100 MHz, as AArch64 has, most readings are zero or one step, and the start-up test refuses them.
//!
//! Reference: Intel SDM vol. 3 §19.17 (RDTSC between LFENCEs); Arm ARM §D12 (CNTVCT_EL0 behind ISB).

use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "counter_read",
    description: "ticks between two readings of the counter in a row",
    physics: "the core's clock falls differently against the counter's, and interrupts fall between",
    category: SourceCategory::Timing,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CounterRead>::KIND;

struct CounterRead;

impl Work for CounterRead {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["mach_timing", "cntpct_phys_timer"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self)
    }

    /// Nothing: the readings around it are the work.
    fn run(&mut self) -> Result<(), SourceError> {
        Ok(())
    }
}
