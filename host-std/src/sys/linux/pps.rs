//! Pulses per second as the kernel stamps them (RFC 2783; Linux, include/uapi/linux/pps.h).

use super::request::{Request, ask};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;

/// `struct pps_ktime`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Time {
    seconds: i64,
    nanoseconds: i32,
    flags: u32,
}

/// `struct pps_fdata`, which begins with `struct pps_kinfo`; a timeout of zero asks for what there is.
#[repr(C)]
#[derive(Default)]
struct Fetch {
    asserted: u32,
    cleared: u32,
    assert_time: Time,
    clear_time: Time,
    mode: i32,
    timeout: Time,
}

// SAFETY: the layout is that of PPS_FETCH's structure; it holds numbers only. The headers compute the code with the size of a pointer to it.
unsafe impl Request for Fetch {
    const CODE: Opcode = opcode::read_write::<*mut Self>(b'p', 0xa4);
}

/// The last pulse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pulse {
    /// Its number, modulo 2^32; the first is 1.
    pub(crate) number: u32,
    /// Nanoseconds of the wall clock at its beginning.
    pub(crate) at: u64,
}

/// The last beginning of a pulse, or `None` before the first.
///
/// # Errors
/// [`SourceError::Absent`] where no pulses are behind `device`, [`SourceError::Disconnected`] when they have gone, [`SourceError::ClockError`]
/// where the stamp is none, [`SourceError::Io`].
pub(crate) fn last_pulse(device: impl AsFd) -> Result<Option<Pulse>, SourceError> {
    let mut fetch = Fetch::default();
    match ask(device, &mut fetch) {
        Ok(_) => pulse(&fetch),
        Err(Errno::NOTTY | Errno::INVAL | Errno::OPNOTSUPP) => Err(SourceError::Absent),
        Err(Errno::NODEV) => Err(SourceError::Disconnected),
        Err(Errno::INTR) => Err(SourceError::NotReady),
        Err(_) => Err(SourceError::Io),
    }
}

fn pulse(fetch: &Fetch) -> Result<Option<Pulse>, SourceError> {
    if fetch.asserted == 0 {
        return Ok(None);
    }
    let Time { seconds, nanoseconds, .. } = fetch.assert_time;
    let seconds = u64::try_from(seconds).map_err(|_| SourceError::ClockError)?;
    let nanoseconds = u64::try_from(nanoseconds).map_err(|_| SourceError::ClockError)?;
    let at = seconds.checked_mul(1_000_000_000).ok_or(SourceError::ClockError)? + nanoseconds;
    Ok(Some(Pulse { number: fetch.asserted, at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_is_that_of_the_kernel() {
        assert_eq!(core::mem::offset_of!(Fetch, assert_time), 8);
        #[cfg(target_pointer_width = "64")]
        {
            assert_eq!(core::mem::offset_of!(Fetch, timeout), 48);
            assert_eq!(size_of::<Fetch>(), 64);
            assert_eq!(<Fetch as Request>::CODE, 0xc008_70a4);
        }
    }

    #[test]
    fn a_pulse_has_a_number_and_a_stamp() {
        let time = Time { seconds: 2, nanoseconds: 5, flags: 0 };
        let fetch = Fetch { asserted: 7, assert_time: time, ..Fetch::default() };
        assert_eq!(pulse(&fetch), Ok(Some(Pulse { number: 7, at: 2_000_000_005 })));
        assert_eq!(pulse(&Fetch::default()), Ok(None));
        let time = Time { seconds: -2, ..time };
        assert_eq!(pulse(&Fetch { assert_time: time, ..fetch }), Err(SourceError::ClockError));
    }

    #[test]
    fn what_has_no_pulses_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(last_pulse(&null), Err(SourceError::Absent));
    }
}
