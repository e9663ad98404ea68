//! When the kernel took a packet in (socket(7), SIOCGSTAMPNS).

use rustix::io::Errno;
use std::os::fd::{AsRawFd, OwnedFd};

/// The request; not in the `libc` crate (linux/sockios.h: SIOCGSTAMPNS_OLD, whose structure is the platform's `timespec`).
const SIOCGSTAMPNS: libc::Ioctl = 0x8907;

/// Has the packets of `socket` stamped from now on.
///
/// # Errors
/// What ioctl(2) met.
pub(crate) fn enable(socket: &OwnedFd) -> Result<(), Errno> {
    match last_ns(socket) {
        Ok(_) | Err(Errno::NOENT) => Ok(()), // asking enables; there is no packet yet
        Err(errno) => Err(errno),
    }
}

/// Nanoseconds of the wall clock at which the packet that `socket` received last was stamped.
///
/// A packet that came before stamps were enabled counts as stamped now.
///
/// # Errors
/// [`Errno::NOENT`] before the first packet; what ioctl(2) met.
pub(crate) fn last_ns(socket: &OwnedFd) -> Result<u64, Errno> {
    let mut stamp = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the request writes one structure of this type to the pointer given, which is that of a live one.
    let answer = unsafe { libc::ioctl(socket.as_raw_fd(), SIOCGSTAMPNS, &raw mut stamp) };
    if answer != 0 {
        return Err(super::last_errno());
    }
    let seconds = u64::try_from(stamp.tv_sec).map_err(|_| Errno::RANGE)?;
    let nanos = u64::try_from(stamp.tv_nsec).map_err(|_| Errno::RANGE)?;
    Ok(seconds * 1_000_000_000 + nanos)
}
