//! When a datagram arrived.
//!
//! macOS stamps arrivals only in control messages; the time at which the receiving call returned stands for it here, a little later.

use super::wall_ns;
use openentropy_core::SourceError;
use std::os::fd::BorrowedFd;

/// Nothing has to be asked for beforehand.
pub(crate) fn stamp(_: BorrowedFd<'_>) -> Result<(), SourceError> {
    Ok(())
}

/// Nanoseconds of the wall clock; to be called as soon as a datagram was received.
pub(crate) fn ns(_: BorrowedFd<'_>) -> Result<u64, SourceError> {
    Ok(wall_ns())
}
