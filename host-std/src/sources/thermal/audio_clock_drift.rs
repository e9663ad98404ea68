//! The sample clock of a sound device against the processor's.
//!
//! The physical effect: a converter's clock comes from a crystal of its own (a USB device's, often a sound card's) or by a loop from the board's, and jitters
//! against the processor's. What is read: how many frames of silence the device has played since the last look, and how many nanoseconds of the
//! steady clock passed, as the driver stamped them: frames in the high 32 bits of a reading, nanoseconds in the low 32. The sample is made of the
//! latter. Nothing is recorded: no sound comes in. What an attacker could influence: whoever loads the machine or the bus. In a virtual machine, and
//! with the kernel's imitations (snd-dummy, snd-aloop), a timer of the processor plays, and the source is shown as emulated.
//!
//! It must be named: a device that plays is taken from other programs, and its amplifier may click.
//!
//! What can go wrong: another program has the device (denied); it plays nothing that we know (absent); it stands still (stuck after a second);
//! it is unplugged (disconnected).
//!
//! Reference: Linux, Documentation/sound/designs/timestamping.rst, include/uapi/sound/asound.h.

use crate::sources::errno::error_of;
use crate::sources::measured::{Digitiser, step_of};
use crate::sources::metered::{Meter, Metered};
use crate::sources::nodes::{SYS, or_none};
use crate::sources::pace::Pace;
use crate::sources::sound_cards::first_devices;
use crate::sys::linux::sound::{Position, Silence};
use crate::sys::os;
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use rustix::io::Errno;
use std::path::Path;
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "audio_clock_drift",
    description: "frames of silence that a sound device played, and nanoseconds that passed",
    physics: "the device's sample clock jitters against the processor's",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Group,
    width: Width::WORD,
    independence: Independence::of(Group::AudioClock),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<AudioClockDrift>::KIND;

/// Low eight bits of the nanoseconds, in steps.
const NANOSECONDS: Digitiser = Digitiser {
    digitisation: Digitisation { name: "nanoseconds-low-bits", version: 1 },
    rule: |reading, step| ((reading & u64::from(u32::MAX)) / step) as u8,
};

/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(2);
/// The time after which a device that plays no frame stands still.
const PATIENCE: Duration = Duration::from_secs(1);

struct AudioClockDrift {
    device: Silence,
    pace: Pace,
    last: Position,
    /// When it was seen to move last, or opened.
    moved: Instant,
}

impl Meter for AudioClockDrift {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Oscillator;
    const ALIASES: &'static [&'static str] = &["audio_pll_timing", "counter_beat"];
    const OPT_IN: bool = true;
    const FAST: bool = false;
    const DIGITISER: Digitiser = NANOSECONDS;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        // Without O_NONBLOCK the opening would wait for whoever has the device.
        let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let device = open(path, flags, Mode::empty()).map_err(|errno| match errno {
            Errno::BUSY | Errno::AGAIN => SourceError::Denied,
            errno => error_of(errno),
        })?;
        let device = Silence::start(device)?;
        let last = device.position()?;
        Ok(Self { device, pace: Pace::new(PAUSE), last, moved: Instant::now() })
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::steady_ns))
    }
}

impl Measure for AudioClockDrift {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.pace.wait()?;
        let now = self.device.position()?;
        let frames = self.device.frames(self.last, now);
        if frames == 0 {
            return Err(match self.moved.elapsed() > PATIENCE {
                true => SourceError::Stuck,
                false => SourceError::NotReady,
            });
        }
        self.moved = Instant::now();
        let last = core::mem::replace(&mut self.last, now);
        let passed = now.at.checked_sub(last.at).ok_or(SourceError::CoarseClock)?;
        Ok(packed(frames, passed))
    }
}

/// Frames and nanoseconds as one reading, each cut at 2^32 - 1.
fn packed(frames: u64, nanoseconds: u64) -> u64 {
    let most = u64::from(u32::MAX);
    frames.min(most) << 32 | nanoseconds.min(most)
}

/// The first device of each card that plays.
fn find_in(sys: &Path) -> Vec<Candidate> {
    or_none(
        first_devices(sys, 'p', May::READ_OK | May::WRITE_OK),
        "no sound card that plays is shown in /sys/class/sound",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Access;

    #[test]
    fn a_machine_without_a_card_says_so() {
        assert_eq!(find_in(Path::new("/proc/self/nothing"))[0].access, Access::Absent);
    }

    #[test]
    fn a_reading_keeps_frames_and_time_apart() {
        assert_eq!(packed(96, 2_000_123), 96 << 32 | 2_000_123);
        assert_eq!(packed(1 << 40, 1 << 40), u64::MAX, "an hour without a look");
        assert_eq!((NANOSECONDS.rule)(96 << 32 | 0x12340, 16), 0x34);
    }
}
