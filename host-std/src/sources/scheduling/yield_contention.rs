//! How long a thread that yields is without the processor.
//!
//! The physical effect: none of its own. Beside a rival on the same processor, yielding means a context switch there and one back; which of the two
//! the scheduler takes, for how long, and what interrupts come in between vary the time. What is read: ticks of one sched_yield(2). Everybody
//! who loads the machine influences it: a view of the same noise as `jitter_loop`, without claim.
//!
//! The rival follows the source's thread to its processor, yields too as long as a round lasts, and sleeps between rounds. When the source's thread is
//! moved within a round, that round has no rival.
//!
//! What can go wrong: a limit of threads is reached, a filter forbids sched_setaffinity(2) or sched_yield(2), the process is a forked child: errors,
//! no readings.
//!
//! Reference: sched_yield(2), sched_setaffinity(2).

use super::baton::{Baton, Turn};
use super::relay::Relay;
use crate::sources::errno::error_of;
use crate::sources::partner::Seat;
use crate::sources::timed::{Timed, Work};
use crate::sys::calls;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "yield_contention",
    description: "ticks of a yield beside a rival on the same processor",
    physics: "the scheduler's choice, context switches and interrupts vary the time until a thread runs again",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Yields after which a rival that nobody called off sleeps again.
const MOST_YIELDS: u32 = 1 << 16;

pub(super) static KIND: &dyn SourceKind = &Timed::<YieldContention>::KIND;

struct YieldContention(Relay);

impl Work for YieldContention {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self(Relay::start(INFO.name, rival)?))
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.0.ready()?;
        self.0.sit(Seat::Same)?;
        self.0.pass();
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let yielded = calls::yield_processor();
        self.0.take_back();
        yielded.map_err(error_of)
    }
}

fn rival(baton: &Baton) {
    while baton.is_next() {
        for _ in 0..MOST_YIELDS {
            if baton.turn() != Turn::Partner {
                break;
            }
            if calls::yield_processor().is_err() {
                return;
            }
        }
        baton.give_back();
    }
}
