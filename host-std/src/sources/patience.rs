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
