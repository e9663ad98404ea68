//! When a datagram arrived, as the kernel stamped it.

use core::ptr;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::os::fd::{AsRawFd, BorrowedFd};

/// `SIOCGSTAMPNS`: the arrival of the datagram that was received last, by the wall clock (socket(7)).
const STAMP_OF_LAST: libc::Ioctl = 0x8907;

/// Has the kernel stamp what arrives at `socket` from now on.
///
/// # Errors
/// As [`ns`].
pub(crate) fn stamp(socket: BorrowedFd<'_>) -> Result<(), SourceError> {
    match last(socket) {
        Ok(_) | Err(Errno::NOENT) => Ok(()), // nothing has arrived, and the first question begins the stamping
        Err(error) => Err(meaning(error)),
    }
}

/// Nanoseconds of the wall clock at which the datagram arrived that was received last.
///
/// # Errors
/// [`SourceError::Absent`] where the kernel does not stamp, [`SourceError::Io`] otherwise.
pub(crate) fn ns(socket: BorrowedFd<'_>) -> Result<u64, SourceError> {
    let time = last(socket).map_err(meaning)?;
    let seconds = u64::try_from(time.tv_sec).map_err(|_| SourceError::ClockError)?;
    let nanos = u64::try_from(time.tv_nsec).map_err(|_| SourceError::ClockError)?;
    Ok(seconds * 1_000_000_000 + nanos)
}

fn last(socket: BorrowedFd<'_>) -> Result<libc::timespec, Errno> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one timespec to the pointer, which is that of a live one; the descriptor is open.
    match unsafe { libc::ioctl(socket.as_raw_fd(), STAMP_OF_LAST, ptr::from_mut(&mut time)) } {
        0 => Ok(time),
        _ => Err(super::last_errno()),
    }
}

fn meaning(error: Errno) -> SourceError {
    match error {
        Errno::NOTTY | Errno::INVAL | Errno::NOSYS => SourceError::Absent,
        Errno::PERM | Errno::ACCESS => SourceError::Denied,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::wall_ns;
    use std::net::UdpSocket;
    use std::os::fd::AsFd;

    #[test]
    fn a_datagram_arrives_between_sending_and_now() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        stamp(socket.as_fd()).unwrap();
        for _ in 0..10 {
            let before = wall_ns();
            socket.send(b"x").unwrap();
            socket.recv(&mut [0; 8]).unwrap();
            let arrived = ns(socket.as_fd()).unwrap();
            assert!((before..=wall_ns()).contains(&arrived));
        }
    }
}
