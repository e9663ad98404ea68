//! The events of an input device, without what they say (Linux, include/uapi/linux/input.h, Documentation/input/event-codes.rst).

use super::request::{self, Request, ask};
use core::ffi::{c_int, c_long};
use openentropy_core::SourceError;
use rustix::io::{Errno, read};
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;
use zeroize::Zeroize;

/// Bytes of `struct input_event`: seconds, microseconds, type, code and value.
const LENGTH: usize = size_of::<libc::input_event>();
const WORD: usize = size_of::<c_long>();

/// Types of events: end of a report, key, movement, position.
const SYNCHRONISATION: u16 = 0;
const KEY: u16 = 1;
const MOVEMENT: u16 = 2;
const POSITION: u16 = 3;
/// Codes of the first: what belongs together is complete; events were lost.
const COMPLETE: u16 = 0;
const DROPPED: u16 = 3;
/// The value of a key that repeats itself, by a timer of the kernel.
const REPEATED: i32 = 2;

/// The argument of `EVIOCSCLOCKID`.
#[repr(transparent)]
struct ClockId(c_int);

// SAFETY: the request reads one int.
unsafe impl Request for ClockId {
    const CODE: Opcode = opcode::write::<Self>(b'E', 0xa0);
}

/// What an event is to a source that wants to know when, and not what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// A part of a report by somebody's hand.
    Part,
    /// The end of a report, with its microseconds.
    End(u64),
    /// Events were lost.
    Lost,
    /// What the kernel says by itself.
    Other,
}

/// Has the kernel stamp the events of `device` by CLOCK_MONOTONIC for this reader.
///
/// # Errors
/// [`Errno::NOTTY`] and [`Errno::INVAL`] where it is no input device.
pub(crate) fn stamp_steadily(device: impl AsFd) -> Result<(), Errno> {
    ask(device, &mut ClockId(libc::CLOCK_MONOTONIC)).map(drop)
}

/// The next event of `device`, opened without waiting; `None` when there is none.
///
/// # Errors
/// What the call met; [`Errno::PROTO`] for a piece of an event.
pub(crate) fn next(device: impl AsFd) -> Result<Option<Event>, Errno> {
    let mut bytes = [0_u8; LENGTH];
    let answer = match read(device, &mut bytes) {
        Ok(LENGTH) => Ok(Some(event(&bytes))),
        Ok(_) => Err(Errno::PROTO),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(errno) => Err(errno),
    };
    bytes.zeroize();
    answer
}

/// What `bytes` are; which key it was is not looked at.
fn event(bytes: &[u8; LENGTH]) -> Event {
    let word = |at: usize| bytes[at..at + WORD].try_into().map_or(0, c_long::from_ne_bytes);
    let half = |at: usize| u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
    let rest = 2 * WORD;
    let value = || bytes[rest + 4..rest + 8].try_into().map_or(0, i32::from_ne_bytes);
    match (half(rest), half(rest + 2)) {
        (SYNCHRONISATION, COMPLETE) => {
            let (seconds, micros) = (word(0) as u64, word(WORD) as u64);
            Event::End(seconds.wrapping_mul(1_000_000).wrapping_add(micros))
        }
        (SYNCHRONISATION, DROPPED) => Event::Lost,
        (KEY, _) if value() != REPEATED => Event::Part,
        (MOVEMENT | POSITION, _) => Event::Part,
        _ => Event::Other,
    }
}

/// What a failed call means.
pub(crate) fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::PROTO => SourceError::Protocol,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(seconds: c_long, micros: c_long, kind: u16, code: u16, value: i32) -> [u8; LENGTH] {
        let mut all = Vec::new();
        all.extend(seconds.to_ne_bytes());
        all.extend(micros.to_ne_bytes());
        all.extend(kind.to_ne_bytes());
        all.extend(code.to_ne_bytes());
        all.extend(value.to_ne_bytes());
        all.try_into().unwrap()
    }

    #[test]
    fn events_are_told_apart_by_kind_and_not_by_key() {
        let kind = |kind, code, value| event(&bytes(7, 5, kind, code, value));
        assert_eq!(kind(SYNCHRONISATION, COMPLETE, 0), Event::End(7_000_005));
        assert_eq!(kind(SYNCHRONISATION, DROPPED, 0), Event::Lost);
        assert_eq!(kind(KEY, 30, 1), kind(KEY, 57, 0));
        assert_eq!(kind(KEY, 30, REPEATED), Event::Other, "the kernel's timer");
        assert_eq!(kind(MOVEMENT, 0, -3), Event::Part);
        assert_eq!(kind(4, 4, 0x1e), Event::Other, "a scan code");
    }

    #[test]
    fn the_request_is_the_kernels() {
        assert_eq!(<ClockId as Request>::CODE, 0x4004_45a0);
        let null = std::fs::File::open("/dev/null").unwrap();
        assert!(stamp_steadily(&null).is_err());
        assert_eq!(next(&null), Err(Errno::PROTO), "the end of a file");
    }
}
