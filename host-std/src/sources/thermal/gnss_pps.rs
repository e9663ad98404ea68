//! The time between two pulses of a receiver of satellite time, or of another reference.
//!
//! The physical effect: the processor's crystal drifts against a pulse that follows other clocks, and the interrupt's way to the kernel takes its time. What
//! is read: nanoseconds of the wall clock, as the kernel stamped them, between the beginnings of two pulses in a row. What an attacker could
//! influence: whoever sends false signals to the receiver, or loads the machine. The wall clock is often steered by the very pulse, which takes
//! the drift out and leaves the jitter. Any program reads the same stamps in `/sys/class/pps`. A pulse that the kernel makes for tests (pps-ktimer) is shown as emulated.
//!
//! What can go wrong: no right to open the node; no pulse for five seconds (timeout); a pulse that was missed ends no reading and begins one;
//! the wall clock is set in between (clock error); the receiver goes away (disconnected).
//!
//! Reference: RFC 2783; Linux, Documentation/driver-api/pps.rst.

use crate::sources::errno::error_of;
use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::Nodes;
use crate::sources::pace::Pace;
use crate::sources::wall::Gaps;
use crate::sys::linux::pps::{Pulse, last_pulse};
use crate::sys::os;
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::os::fd::OwnedFd;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "gnss_pps",
    description: "nanoseconds between two pulses of a reference of time",
    physics: "the processor's crystal drifts against clocks elsewhere",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::Oscillator),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<GnssPps>::KIND;

const RECEIVERS: Nodes = Nodes {
    class: "class/pps",
    prefix: "pps",
    folder: "/dev",
    may: May::READ_OK,
    who: "root or a udev rule",
    none: "no pulse of a reference of time is shown in /sys/class/pps",
};

/// The time between two looks at the last pulse, whose stamp does not depend on them.
const PAUSE: Duration = Duration::from_millis(20);
/// The silence after which there are no pulses.
const PATIENCE: Duration = Duration::from_secs(5);

struct GnssPps {
    device: OwnedFd,
    pace: Pace,
    last: Option<Pulse>,
    gaps: Gaps,
    /// When a pulse was seen last, or it was opened.
    heard: Instant,
}

impl Meter for GnssPps {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Oscillator;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        RECEIVERS.find()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let device = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        let last = last_pulse(&device)?;
        // The last pulse bounds no reading: the clock may have been set since.
        Ok(Self { device, pace: Pace::new(PAUSE), last, gaps: Gaps::new(), heard: Instant::now() })
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::wall_ns))
    }
}

impl Measure for GnssPps {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next pulse for 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.pace.wait()?;
        let pulse = last_pulse(&self.device)?;
        if pulse == self.last {
            return Err(match self.heard.elapsed() > PATIENCE {
                true => SourceError::Timeout,
                false => SourceError::NotReady,
            });
        }
        self.heard = Instant::now();
        if !are_neighbours(core::mem::replace(&mut self.last, pulse), pulse) {
            self.gaps.forget();
        }
        self.gaps.until(pulse.ok_or(SourceError::NotReady)?.at)
    }
}

/// Whether no other pulse was between the two.
fn are_neighbours(last: Option<Pulse>, pulse: Option<Pulse>) -> bool {
    matches!((last, pulse), (Some(last), Some(pulse)) if pulse.number == last.number.wrapping_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_the_time_between_neighbours() {
        let pulse = |number| Some(Pulse { number, at: 1_000_000_007 });
        assert!(are_neighbours(pulse(6), pulse(7)));
        assert!(are_neighbours(pulse(u32::MAX), pulse(0)), "the number wraps");
        assert!(!are_neighbours(pulse(6), pulse(8)), "one was missed");
        assert!(!are_neighbours(None, pulse(1)), "the first");
    }
}
