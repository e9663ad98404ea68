//! Sound devices (Linux, include/uapi/sound/asound.h).

mod control;
mod layout;
mod recording;
mod silence;

pub(crate) use control::{Control, Identity};
pub(crate) use layout::Layout;
pub(crate) use recording::Recording;
pub(crate) use silence::{Position, Silence};

use super::request::{self, Request, ask, tell};
use core::ffi::{c_uint, c_ulong};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;

/// The access by reads and writes of interleaved frames, by number.
const INTERLEAVED: u64 = 1 << 3;
/// The places among the intervals: channels, rate in hertz, and in microseconds the time between two interrupts and that of the whole buffer.
const CHANNELS: usize = 10 - FIRST_INTERVAL;
const RATE: usize = 11 - FIRST_INTERVAL;
const PERIOD_TIME: usize = 12 - FIRST_INTERVAL;
const BUFFER_TIME: usize = 16 - FIRST_INTERVAL;
const FIRST_INTERVAL: usize = 8;
/// Least and most of the rate and of the time between two interrupts.
type Wish = [(u32, u32); 2];
/// What is asked for, until the device takes it: the rates at which converters run rather than those to which devices bring them down.
const WISHES: [Wish; 4] = [
    [(48_000, 48_000), (20_000, u32::MAX)],
    [(44_100, 44_100), (20_000, u32::MAX)],
    [(0, u32::MAX), (20_000, u32::MAX)],
    [(0, u32::MAX), (0, u32::MAX)],
];
/// `SNDRV_PCM_IOCTL_PREPARE` and `SNDRV_PCM_IOCTL_START`.
const PREPARE: Opcode = opcode::none(b'A', 0x40);
const START: Opcode = opcode::none(b'A', 0x42);

/// `struct snd_interval`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Interval {
    least: u32,
    most: u32,
    /// Bits: least excluded, most excluded, whole numbers only, empty.
    flags: u32,
}

/// `struct snd_pcm_hw_params`.
#[repr(C)]
struct HardwareParameters {
    flags: c_uint,
    /// Access, format, subformat.
    masks: [[u32; 8]; 3],
    reserved_masks: [[u32; 8]; 5],
    intervals: [Interval; 12],
    reserved_intervals: [Interval; 9],
    requested: c_uint,
    changed: c_uint,
    info: c_uint,
    significant_bits: c_uint,
    rate_numerator: c_uint,
    rate_denominator: c_uint,
    fifo_size: c_ulong,
    reserved: [u8; 64],
}

// SAFETY: the layout is that of SNDRV_PCM_IOCTL_HW_PARAMS' structure; it holds numbers only.
unsafe impl Request for HardwareParameters {
    const CODE: Opcode = opcode::read_write::<Self>(b'A', 0x11);
}

/// Sets the device up for one of these formats, as bits by number, with a buffer of so many microseconds at most, and says what it chose.
///
/// # Errors
/// [`SourceError::Absent`] where it has none of them, or is no sound device; [`SourceError::Disconnected`], [`SourceError::Io`].
fn set_up(device: impl AsFd, formats: u64, buffer: u32) -> Result<HardwareParameters, SourceError> {
    for wish in WISHES {
        let mut parameters = hardware(formats, buffer, wish);
        match ask(&device, &mut parameters).map_err(meaning) {
            Ok(_) => return Ok(parameters),
            Err(SourceError::Absent) => {}
            Err(error) => return Err(error),
        }
    }
    Err(SourceError::Absent)
}

/// Makes the device, set up, ready and has it run.
fn run(device: impl AsFd) -> Result<(), SourceError> {
    for code in [PREPARE, START] {
        // SAFETY: a sound device's requests of these numbers take nothing, and having been set up it is one.
        unsafe { tell(&device, code) }.map_err(meaning)?;
    }
    Ok(())
}

/// Any setting of the device with one of these formats and no longer a buffer that fits the wish.
fn hardware(formats: u64, buffer: u32, [rate, period_time]: Wish) -> HardwareParameters {
    let anything = Interval { least: 0, most: u32::MAX, flags: 0 };
    let only = |bits: u64| [bits as u32, (bits >> 32) as u32, 0, 0, 0, 0, 0, 0];
    let mut intervals = [anything; 12];
    for (place, (least, most)) in [(RATE, rate), (PERIOD_TIME, period_time), (BUFFER_TIME, (0, buffer))] {
        intervals[place] = Interval { least, most, flags: 0 };
    }
    HardwareParameters {
        flags: 0,
        masks: [only(INTERLEAVED), only(formats), [u32::MAX; 8]],
        reserved_masks: [[u32::MAX; 8]; 5],
        intervals,
        reserved_intervals: [anything; 9],
        requested: c_uint::MAX,
        changed: 0,
        info: c_uint::MAX,
        significant_bits: 0,
        rate_numerator: 0,
        rate_denominator: 0,
        fifo_size: 0,
        reserved: [0; 64],
    }
}

fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::NXIO => SourceError::Absent,
        Errno::BADFD => SourceError::Disconnected,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_structure_is_that_of_the_kernel() {
        use core::mem::offset_of;
        assert_eq!(size_of::<HardwareParameters>(), 608);
        assert_eq!(offset_of!(HardwareParameters, intervals), 260);
        assert_eq!(offset_of!(HardwareParameters, fifo_size), 536);
        assert_eq!(<HardwareParameters as Request>::CODE, 0xc260_4111);
    }
}
