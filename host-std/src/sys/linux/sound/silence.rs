//! A sound device that plays silence, and where it stands (Linux, include/uapi/sound/asound.h).

#![allow(clippy::unnecessary_cast, reason = "the kernel's long has 32 bits on some processors")]

use super::{Request, ask, meaning, run, set_up};
use core::ffi::{c_int, c_long, c_uint, c_ulong};
use core::mem::zeroed;
use openentropy_core::SourceError;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::OwnedFd;

/// Formats by number whose silence is zero: S16_LE, S24_LE, S32_LE, S24_3LE.
const SIGNED_FORMATS: u64 = 1 << 2 | 1 << 6 | 1 << 10 | 1 << 32;
/// The protocol from which on the kind of time stamp can be asked for, 2.0.12.
const PROTOCOL: u32 = 2 << 16 | 12;
/// `SNDRV_PCM_TSTAMP_ENABLE`, `SNDRV_PCM_TSTAMP_TYPE_MONOTONIC_RAW`.
const STAMPS_ON: c_int = 1;
const STEADY_STAMPS: u32 = 2;
/// States of a device.
const RUNNING: c_int = 3;
const SUSPENDED: c_int = 7;
const DISCONNECTED: c_int = 8;
/// `struct snd_pcm_sw_params`.
#[repr(C)]
struct SoftwareParameters {
    stamp_mode: c_int,
    period_step: c_uint,
    sleep_min: c_uint,
    least_available: c_ulong,
    transfer_align: c_ulong,
    start_threshold: c_ulong,
    stop_threshold: c_ulong,
    silence_threshold: c_ulong,
    silence_size: c_ulong,
    boundary: c_ulong,
    protocol: c_uint,
    stamp_type: c_uint,
    reserved: [u8; 56],
}

/// `struct snd_pcm_status`.
#[repr(C)]
struct Status {
    state: c_int,
    trigger_time: libc::timespec,
    time: libc::timespec,
    application_pointer: c_ulong,
    hardware_pointer: c_ulong,
    delay: c_long,
    available: c_ulong,
    most_available: c_ulong,
    overrange: c_ulong,
    suspended_state: c_int,
    audio_time_data: u32,
    audio_time: libc::timespec,
    driver_time: libc::timespec,
    audio_time_accuracy: u32,
    reserved: [u8; 52 - 2 * size_of::<libc::timespec>()],
}

// SAFETY: the layout is that of SNDRV_PCM_IOCTL_SW_PARAMS' structure; it holds numbers only.
unsafe impl Request for SoftwareParameters {
    const CODE: Opcode = opcode::read_write::<Self>(b'A', 0x13);
}

// SAFETY: the layout is that of SNDRV_PCM_IOCTL_STATUS' structure; it holds numbers only.
unsafe impl Request for Status {
    const CODE: Opcode = opcode::read::<Self>(b'A', 0x20);
}

/// Where the device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// Frames played, modulo the device's boundary.
    pub(crate) frames: u64,
    /// Nanoseconds of CLOCK_MONOTONIC_RAW at which it stood there.
    pub(crate) at: u64,
}

/// A device that plays silence until it is dropped.
pub(crate) struct Silence {
    device: OwnedFd,
    /// Where the count of frames begins anew.
    boundary: u64,
}

impl Silence {
    /// Sets up the playing device behind `device` and starts it.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where it plays no signed samples, [`SourceError::Disconnected`] when it has gone, [`SourceError::Io`].
    pub(crate) fn start(device: OwnedFd) -> Result<Self, SourceError> {
        set_up(&device, SIGNED_FORMATS, u32::MAX)?;
        let mut software = software();
        ask(&device, &mut software).map_err(meaning)?;
        run(&device)?;
        Ok(Self { device, boundary: software.boundary as u64 })
    }

    /// Where it stands now.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`] when it has gone, [`SourceError::Io`] when it was suspended, [`SourceError::Protocol`] when it plays no more.
    pub(crate) fn position(&self) -> Result<Position, SourceError> {
        // SAFETY: zeros are valid in a structure of numbers.
        let mut status: Status = unsafe { zeroed() };
        ask(&self.device, &mut status).map_err(meaning)?;
        position(&status)
    }

    /// Frames from one position to a later one.
    pub(crate) const fn frames(&self, from: Position, to: Position) -> u64 {
        match to.frames.checked_sub(from.frames) {
            Some(frames) => frames,
            None => to.frames + self.boundary - from.frames,
        }
    }
}

fn position(status: &Status) -> Result<Position, SourceError> {
    match status.state {
        RUNNING => {}
        DISCONNECTED => return Err(SourceError::Disconnected),
        SUSPENDED => return Err(SourceError::Io),
        _ => return Err(SourceError::Protocol),
    }
    let seconds = u64::try_from(status.time.tv_sec).map_err(|_| SourceError::ClockError)?;
    let nanos = u64::try_from(status.time.tv_nsec).map_err(|_| SourceError::ClockError)?;
    let at = seconds.checked_mul(1_000_000_000).and_then(|whole| whole.checked_add(nanos));
    Ok(Position { frames: status.hardware_pointer as u64, at: at.ok_or(SourceError::ClockError)? })
}

/// Plays on for ever, and fills with silence what nobody writes.
const fn software() -> SoftwareParameters {
    SoftwareParameters {
        stamp_mode: STAMPS_ON,
        period_step: 1,
        sleep_min: 0,
        least_available: 1,
        transfer_align: 1,
        start_threshold: 1,
        stop_threshold: c_ulong::MAX,
        silence_threshold: 0,
        silence_size: c_ulong::MAX,
        boundary: 0,
        protocol: PROTOCOL,
        stamp_type: STEADY_STAMPS,
        reserved: [0; 56],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_structures_are_those_of_the_kernel() {
        use core::mem::offset_of;
        assert_eq!(size_of::<SoftwareParameters>(), 136);
        assert_eq!(offset_of!(SoftwareParameters, protocol), 72);
        assert_eq!(size_of::<Status>(), 152);
        assert_eq!(offset_of!(Status, hardware_pointer), 48);
        assert_eq!(<SoftwareParameters as Request>::CODE, 0xc088_4113);
        assert_eq!(<Status as Request>::CODE, 0x8098_4120);
    }

    fn status(state: c_int) -> Status {
        // SAFETY: zeros are valid in a structure of numbers.
        let mut status: Status = unsafe { zeroed() };
        status.state = state;
        status.time = libc::timespec { tv_sec: 3, tv_nsec: 4 };
        status.hardware_pointer = 96_001;
        status
    }

    #[test]
    fn only_a_device_that_plays_stands_somewhere() {
        assert_eq!(position(&status(RUNNING)), Ok(Position { frames: 96_001, at: 3_000_000_004 }));
        assert_eq!(position(&status(DISCONNECTED)), Err(SourceError::Disconnected));
        assert_eq!(position(&status(SUSPENDED)), Err(SourceError::Io));
        assert_eq!(position(&status(4)), Err(SourceError::Protocol), "an underrun");
    }

    #[test]
    fn frames_are_counted_over_the_boundary() {
        let device = std::fs::File::open("/dev/null").unwrap().into();
        let silence = Silence { device, boundary: 1_000 };
        let at = |frames| Position { frames, at: 0 };
        assert_eq!(silence.frames(at(10), at(58)), 48);
        assert_eq!(silence.frames(at(990), at(38)), 48);
        assert_eq!(silence.position(), Err(SourceError::Absent), "no sound device");
    }

    #[test]
    fn what_is_no_sound_device_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(Silence::start(null.into()).err(), Some(SourceError::Absent));
    }
}
