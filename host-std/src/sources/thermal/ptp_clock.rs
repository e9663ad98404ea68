//! By how much a network controller's clock is ahead of the system's.
//!
//! The physical effect: the controller stamps packets by a crystal of its own, which runs apart from the processor's, and the bus between them takes its
//! time. What is read: nanoseconds of the controller's clock less those of the wall clock just before, a millisecond apart, so that both
//! have moved. What an attacker could influence: a program that steers either clock (a time server's client) moves the offset, in steps that are known
//! to it; whoever loads the bus. In a virtual machine the clock is the hypervisor's, and the source is shown as emulated.
//!
//! What can go wrong: no right to open the node; a clock that stands still (stuck); a controller that goes away (disconnected).
//!
//! Reference: Linux, Documentation/driver-api/ptp.rst, include/uapi/linux/ptp_clock.h.

use crate::sources::errno::error_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::Nodes;
use crate::sources::pace::Pace;
use crate::sys::linux::ptp::{Pair, pair};
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "ptp_clock",
    description: "nanoseconds by which a network controller's clock is ahead of the system's",
    physics: "the controller's crystal runs apart from the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::NicCrystal),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<PtpClock>::KIND;

const CLOCKS: Nodes = Nodes {
    class: "class/ptp",
    prefix: "ptp",
    folder: "/dev",
    may: May::READ_OK,
    who: "root or a udev rule",
    none: "no network controller here has a clock (/sys/class/ptp is empty)",
};

/// The time from one reading to the next.
const PAUSE: Duration = Duration::from_millis(1);

struct PtpClock {
    clock: OwnedFd,
    pace: Pace,
    /// The device's time at the last reading.
    last: Option<u64>,
}

impl Meter for PtpClock {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Oscillator;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        CLOCKS.find()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let clock = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        pair(&clock)?;
        Ok(Self { clock, pace: Pace::new(PAUSE), last: None })
    }

    /// The two clocks tick in steps that have nothing to do with each other.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl Measure for PtpClock {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.pace.wait()?;
        ahead(pair(&self.clock)?, &mut self.last)
    }
}

/// How far the device is ahead, unless it stands where it stood at the `last` reading.
fn ahead(pair: Pair, last: &mut Option<u64>) -> Result<u64, SourceError> {
    match last.replace(pair.device) {
        Some(before) if before == pair.device => Err(SourceError::Stuck),
        _ => Ok(pair.device.wrapping_sub(pair.system)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reading_is_the_lead_and_a_clock_that_stands_has_none() {
        let mut last = None;
        assert_eq!(ahead(Pair { system: 100, device: 137_000_000_130 }, &mut last), Ok(137_000_000_030));
        assert_eq!(ahead(Pair { system: 200, device: 150 }, &mut last), Ok(50_u64.wrapping_neg()));
        assert_eq!(ahead(Pair { system: 300, device: 150 }, &mut last), Err(SourceError::Stuck));
    }

    #[test]
    fn what_is_no_clock_is_absent() {
        let candidate = Candidate { path: Some("/dev/null".into()), ..Candidate::ready() };
        assert_eq!(PtpClock::open(&candidate).err(), Some(SourceError::Absent));
        assert_eq!(PtpClock::open(&Candidate::ready()).err(), Some(SourceError::Absent));
    }
}
