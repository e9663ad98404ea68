//! A sound device that records.

use super::{CHANNELS, HardwareParameters, Layout, meaning, run, set_up};
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use std::os::fd::OwnedFd;

/// Formats by number with the bytes of a point and the bits that are used, widest first: S32_LE, S24_LE, S24_3LE, S16_LE.
const FORMATS: [(u32, usize, u32); 4] = [(10, 4, 32), (6, 4, 24), (32, 3, 24), (2, 2, 16)];
/// Microseconds of sound that the kernel keeps at most for who reads late: no more is lost, or lies about.
const KEPT: u32 = 1_000_000;
/// More channels than any converter has.
const MOST_CHANNELS: u32 = 64;
/// What one wait may take.
const WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A device that records until it is dropped.
pub(crate) struct Recording {
    device: OwnedFd,
    layout: Layout,
}

impl Recording {
    /// Sets up the recording device behind `device`, opened without waiting, at its widest format, and starts it.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where it records no signed numbers, [`SourceError::Disconnected`] when it has gone, [`SourceError::Io`].
    pub(crate) fn start(device: OwnedFd) -> Result<Self, SourceError> {
        for (number, stored, used) in FORMATS {
            match set_up(&device, 1 << number, KEPT) {
                Ok(parameters) => {
                    let layout = layout(&parameters, stored, used).ok_or(SourceError::Protocol)?;
                    run(&device)?;
                    return Ok(Self { device, layout });
                }
                Err(SourceError::Absent) => {}
                Err(error) => return Err(error),
            }
        }
        Err(SourceError::Absent)
    }

    /// How the points are stored.
    pub(crate) const fn layout(&self) -> Layout {
        self.layout
    }

    /// Reads whole frames into `bytes`, waits for the first of them for 20 ms at most, and says how many bytes they have.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when none came; [`SourceError::Overrun`] when some were lost, after which it records anew;
    /// [`SourceError::Disconnected`] when the device has gone, [`SourceError::Io`].
    pub(crate) fn read(&self, bytes: &mut [u8]) -> Result<usize, SourceError> {
        poll(&mut [PollFd::new(&self.device, PollFlags::IN)], Some(&WAIT)).map_err(meaning)?;
        match read(&self.device, bytes) {
            Ok(length) => Ok(length),
            Err(Errno::AGAIN) => Err(SourceError::NotReady),
            // Nobody read for too long, or the machine slept.
            Err(Errno::PIPE | Errno::STRPIPE) => {
                run(&self.device)?;
                Err(SourceError::Overrun)
            }
            Err(errno) => Err(meaning(errno)),
        }
    }
}

/// How a device that chose `parameters` stores its points; `None` where it claims nonsense.
fn layout(parameters: &HardwareParameters, stored: usize, used: u32) -> Option<Layout> {
    let channels = parameters.intervals[CHANNELS].least;
    let given = match parameters.significant_bits {
        bits if (1..=used).contains(&bits) => bits,
        _ => used, // it does not say
    };
    let channels = (1..=MOST_CHANNELS).contains(&channels).then_some(channels as usize)?;
    Some(Layout { stored, used, given, channels })
}

#[cfg(test)]
mod tests {
    use super::super::{Interval, hardware};
    use super::*;
    use rustix::io::write;
    use rustix::pipe::{PipeFlags, pipe_with};

    #[test]
    fn the_layout_is_what_the_device_chose() {
        let chosen = |channels, significant_bits| {
            let mut parameters = hardware(1 << 10, KEPT, [(0, u32::MAX), (0, u32::MAX)]);
            parameters.intervals[CHANNELS] = Interval { least: channels, most: channels, flags: 0 };
            parameters.significant_bits = significant_bits;
            layout(&parameters, 4, 32)
        };
        assert_eq!(chosen(2, 24), Some(Layout { stored: 4, used: 32, given: 24, channels: 2 }));
        assert_eq!(chosen(1, 0).unwrap().given, 32, "it did not say");
        assert_eq!(chosen(1, 33).unwrap().given, 32, "more than there are");
        assert_eq!((chosen(0, 24), chosen(u32::MAX, 24)), (None, None));
    }

    #[test]
    fn what_is_there_is_read_and_nothing_is_waited_for_shortly() {
        let (device, kernel) = pipe_with(PipeFlags::NONBLOCK).unwrap();
        let layout = Layout { stored: 2, used: 16, given: 16, channels: 1 };
        let recording = Recording { device, layout };
        let mut bytes = [0; 8];
        assert_eq!(recording.read(&mut bytes), Err(SourceError::NotReady));
        write(&kernel, &[1, 2, 3, 4]).unwrap();
        assert_eq!((recording.read(&mut bytes), &bytes[..4]), (Ok(4), &[1, 2, 3, 4][..]));
    }

    #[test]
    fn what_is_no_sound_device_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(Recording::start(null.into()).err(), Some(SourceError::Absent));
    }
}
