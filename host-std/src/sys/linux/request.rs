//! Requests to drivers by ioctl(2).

#![allow(clippy::cast_lossless, reason = "a request's number is of another type with another C library")]

use core::ptr;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::Opcode;
use std::os::fd::{AsFd, AsRawFd};

/// A structure that a driver reads, fills, or both.
///
/// # Safety
/// Under the request `CODE` the kernel reads and writes no more than a value of this type, any bytes are valid in it, and what pointers it holds
/// lead to memory that lives, and is the request's alone, through the call.
pub(super) unsafe trait Request {
    /// The request.
    const CODE: Opcode;
}

/// Hands `request` to the driver behind `device`, and says what number it answered.
///
/// # Errors
/// The driver's; [`Errno::NOTTY`] mostly where the request is another driver's.
pub(super) fn ask<R: Request>(device: impl AsFd, request: &mut R) -> Result<u32, Errno> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the descriptor is open, and by the trait's contract the kernel touches the live structure only.
    let answer = unsafe { libc::ioctl(fd, R::CODE as libc::Ioctl, ptr::from_mut(request)) };
    u32::try_from(answer).map_err(|_| super::last_errno())
}

/// Sends a request that has no structure.
///
/// # Safety
/// The request `code` of the driver behind `device` takes no pointer.
///
/// # Errors
/// As [`ask`].
pub(super) unsafe fn tell(device: impl AsFd, code: Opcode) -> Result<(), Errno> {
    let fd = device.as_fd().as_raw_fd();
    // SAFETY: the descriptor is open; the caller vouches that the zero is no pointer to the driver.
    match unsafe { libc::ioctl(fd, code as libc::Ioctl, 0 as libc::c_ulong) } {
        -1 => Err(super::last_errno()),
        _ => Ok(()),
    }
}

/// What a driver's refusal means for a source, where the driver gives its errors no meaning of their own.
pub(super) fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::NOTTY | Errno::INVAL | Errno::OPNOTSUPP | Errno::NOSYS => SourceError::Absent,
        Errno::NODEV | Errno::NXIO | Errno::SHUTDOWN => SourceError::Disconnected,
        Errno::ACCESS | Errno::PERM => SourceError::Denied,
        Errno::INTR => SourceError::NotReady,
        Errno::TIMEDOUT => SourceError::Timeout,
        _ => SourceError::Io,
    }
}

/// A name that a driver wrote: what stands before the first zero, without control characters, which could steer a terminal.
pub(super) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_at_a_zero_and_steer_no_terminal() {
        assert_eq!(text(b"HDA-Intel\0rest"), "HDA-Intel");
        assert_eq!(text(b"Cam\x1b[2Jera"), "Cam[2Jera");
        assert_eq!(text(b""), "");
    }
}
