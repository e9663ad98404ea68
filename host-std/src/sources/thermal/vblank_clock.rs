//! The time between two frames of a display.
//!
//! The physical effect: the graphics processor counts pixels by a clock of its own, a loop on a crystal that is often not the processor's. What is read:
//! nanoseconds of the system's clock between the beginnings of two frames in a row, as the graphics driver stamps them to the position of the beam. What an
//! attacker could influence: whoever draws changes no frame's length, but a display that adapts its rate; whoever loads the machine. In a virtual
//! machine, and with the kernel's imitation (vkms), a timer of the processor makes the frames, and the source is shown as emulated.
//!
//! Opening the card makes whoever is first its master; that is given up at once. Nothing is drawn and no picture read.
//!
//! What can go wrong: no right to open the node; a driver without frames, or no display that is on (absent); one that goes off (timeout after a second);
//! frames that nobody looked at bound no reading.
//!
//! Reference: Linux, Documentation/gpu/drm-kms.rst (Vertical Blanking), drivers/gpu/drm/drm_vblank.c.

use crate::sources::errno::error_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::Nodes;
use crate::sources::pace::Pace;
use crate::sys::linux::drm::{Frame, controllers, give_up_mastery, last_frame};
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::os::fd::OwnedFd;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "vblank_clock",
    description: "nanoseconds between two frames of a display",
    physics: "the pixel clock runs apart from the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Group,
    width: Width::WORD,
    independence: Independence::of(Group::DisplayClock),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<VblankClock>::KIND;

const CARDS: Nodes = Nodes {
    class: "class/drm",
    prefix: "card",
    folder: "/dev/dri",
    may: May::READ_OK.union(May::WRITE_OK),
    who: "the group video",
    none: "no graphics card is shown in /sys/class/drm",
};

/// The time between two looks, below the shortest frame.
const PAUSE: Duration = Duration::from_millis(2);
/// The time without a frame after which the display is off.
const PATIENCE: Duration = Duration::from_secs(1);

struct VblankClock {
    card: OwnedFd,
    controller: u32,
    pace: Pace,
    last: Frame,
    /// When a frame was seen last.
    seen: Instant,
}

impl Meter for VblankClock {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Oscillator;
    const ALIASES: &'static [&'static str] = &["display_pll"];
    const OPT_IN: bool = true; // whoever opens a card that nobody shows on is its master for a moment
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        CARDS.find()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let card = open(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        give_up_mastery(&card);
        for controller in controllers(&card)? {
            if let Some(last) = last_frame(&card, controller)? {
                return Ok(Self { card, controller, pace: Pace::new(PAUSE), last, seen: Instant::now() });
            }
        }
        Err(SourceError::Absent)
    }

    /// The driver computes the stamps; they have no step of a clock's.
    fn step() -> Result<u64, SourceError> {
        Ok(1)
    }
}

impl Measure for VblankClock {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.pace.wait()?;
        match last_frame(&self.card, self.controller)? {
            Some(frame) if frame != self.last => {
                self.seen = Instant::now();
                between(core::mem::replace(&mut self.last, frame), frame)
            }
            _ if self.seen.elapsed() > PATIENCE => Err(SourceError::Timeout),
            _ => Err(SourceError::NotReady),
        }
    }
}

/// The time from one frame to the next, if no other was between them.
fn between(last: Frame, frame: Frame) -> Result<u64, SourceError> {
    match frame.number.wrapping_sub(last.number) {
        1 => frame.at.checked_sub(last.at).ok_or(SourceError::ClockError),
        _ => Err(SourceError::NotReady),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_the_time_between_neighbours() {
        let frame = |number, at| Frame { number, at };
        assert_eq!(between(frame(4, 100), frame(5, 16_666_767)), Ok(16_666_667));
        assert_eq!(
            between(frame(4, 100), frame(6, 33_333_434)),
            Err(SourceError::NotReady),
            "one was missed"
        );
        assert_eq!(
            between(frame(4, 100), frame(4, 101)),
            Err(SourceError::NotReady),
            "a better stamp of the same"
        );
        assert_eq!(between(frame(4, 100), frame(5, 99)), Err(SourceError::ClockError));
    }

    #[test]
    fn what_is_no_card_is_refused() {
        let candidate = Candidate { path: Some("/dev/null".into()), ..Candidate::ready() };
        assert_eq!(VblankClock::open(&candidate).err(), Some(SourceError::Absent));
    }
}
