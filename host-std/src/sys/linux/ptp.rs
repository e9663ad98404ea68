//! A network controller's clock beside the system's (Linux, include/uapi/linux/ptp_clock.h).

use super::request::{Request, ask, meaning};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;

/// `PTP_MAX_SAMPLES`.
const MAX_SAMPLES: usize = 25;

/// `struct ptp_clock_time`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Time {
    seconds: i64,
    nanoseconds: u32,
    reserved: u32,
}

impl Time {
    /// Nanoseconds since the epoch, modulo 2^64.
    const fn ns(self) -> u64 {
        self.seconds.cast_unsigned().wrapping_mul(1_000_000_000).wrapping_add(self.nanoseconds as u64)
    }
}

/// `struct ptp_sys_offset_extended`: in each row the system's clock, the device's, and the system's again.
#[repr(C)]
struct Extended {
    samples: u32,
    reserved: [u32; 3],
    times: [[Time; 3]; MAX_SAMPLES],
}

// SAFETY: the layout is that of PTP_SYS_OFFSET_EXTENDED's structure; it holds numbers only.
unsafe impl Request for Extended {
    const CODE: Opcode = opcode::read_write::<Self>(b'=', 9);
}

/// `struct ptp_sys_offset`: the system's clock and the device's in turns.
#[repr(C)]
struct Plain {
    samples: u32,
    reserved: [u32; 3],
    times: [Time; 2 * MAX_SAMPLES + 1],
}

// SAFETY: the layout is that of PTP_SYS_OFFSET's structure; it holds numbers only. The request's code says that the kernel reads it, and it
// fills it as well.
unsafe impl Request for Plain {
    const CODE: Opcode = opcode::write::<Self>(b'=', 5);
}

/// One look at both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Nanoseconds of the system's wall clock just before.
    pub(crate) system: u64,
    /// Nanoseconds of the device's clock.
    pub(crate) device: u64,
}

/// Reads both clocks, close to the device where its driver can.
///
/// # Errors
/// [`SourceError::Absent`] where no such clock is behind `clock`, [`SourceError::Disconnected`] when it has gone, [`SourceError::Denied`],
/// [`SourceError::Io`].
pub(crate) fn pair(clock: impl AsFd) -> Result<Pair, SourceError> {
    let mut extended = Extended { samples: 1, reserved: [0; 3], times: [[Time::default(); 3]; MAX_SAMPLES] };
    match ask(&clock, &mut extended) {
        Ok(_) => {
            let [system, device, _] = extended.times[0];
            Ok(Pair { system: system.ns(), device: device.ns() })
        }
        Err(Errno::OPNOTSUPP | Errno::NOTTY | Errno::INVAL) => plain_pair(clock).map_err(meaning),
        Err(errno) => Err(meaning(errno)),
    }
}

fn plain_pair(clock: impl AsFd) -> Result<Pair, Errno> {
    let mut plain = Plain { samples: 1, reserved: [0; 3], times: [Time::default(); 2 * MAX_SAMPLES + 1] };
    ask(clock, &mut plain)?;
    let [system, device, ..] = plain.times;
    Ok(Pair { system: system.ns(), device: device.ns() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structures_are_those_of_the_kernel() {
        assert_eq!(size_of::<Extended>(), 1216);
        assert_eq!(size_of::<Plain>(), 832);
        // PTP_SYS_OFFSET_EXTENDED and PTP_SYS_OFFSET as the headers have them for x86-64 and AArch64.
        assert_eq!(<Extended as Request>::CODE, 0xc4c0_3d09);
        assert_eq!(<Plain as Request>::CODE, 0x4340_3d05);
    }

    #[test]
    fn times_are_nanoseconds() {
        let time = Time { seconds: 1_700_000_000, nanoseconds: 123_456_789, reserved: 0 };
        assert_eq!(time.ns(), 1_700_000_000_123_456_789);
        assert_eq!(Time { seconds: -1, nanoseconds: 999_999_999, reserved: 0 }.ns(), u64::MAX);
    }

    #[test]
    fn what_is_no_clock_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(pair(&null), Err(SourceError::Absent));
    }
}
