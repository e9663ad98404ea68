//! How long a source waits for whoever it asks.

use super::errno::error_of;
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::os::fd::AsFd;

/// What an answer may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// The same for a system call.
pub(crate) const PATIENCE_SPEC: Timespec =
    Timespec { tv_sec: PATIENCE.as_secs().cast_signed(), tv_nsec: PATIENCE.subsec_nanos() as _ };

/// Waits until `descriptor` has what `event` says.
///
/// # Errors
/// [`SourceError::Timeout`] after [`PATIENCE`], [`SourceError::NotReady`] when a signal came first; what the call met.
pub(crate) fn wait_for(descriptor: &impl AsFd, event: PollFlags) -> Result<(), SourceError> {
    match poll(&mut [PollFd::new(descriptor, event)], Some(&PATIENCE_SPEC)).map_err(error_of)? {
        0 => Err(SourceError::Timeout),
        _ => Ok(()),
    }
}

/// Calls again what timed out, for a minute at most: on a busy machine a thread may come to life, or to its turn, later than a source waits.
///
/// # Errors
/// As `call`.
#[cfg(test)]
pub(crate) fn patiently<T>(mut call: impl FnMut() -> Result<T, SourceError>) -> Result<T, SourceError> {
    let deadline = std::time::Instant::now() + PATIENCE * 60;
    loop {
        match call() {
            Err(SourceError::Timeout) if std::time::Instant::now() < deadline => {}
            answer => return answer,
        }
    }
}
