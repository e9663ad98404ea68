//! What a failed system call means for a source.

use openentropy_core::SourceError;
use rustix::io::Errno;

/// The error of a round in which a call failed with `errno`.
///
/// A call that a signal cut short is no round: [`SourceError::NotReady`]. What would have waited had its bound: [`SourceError::Timeout`].
pub(super) fn error_of(errno: Errno) -> SourceError {
    match errno {
        Errno::INTR => SourceError::NotReady,
        Errno::AGAIN | Errno::TIMEDOUT => SourceError::Timeout,
        Errno::NOSYS | Errno::NOENT | Errno::AFNOSUPPORT | Errno::PROTONOSUPPORT | Errno::ADDRNOTAVAIL => {
            SourceError::Absent
        }
        Errno::PERM | Errno::ACCESS => SourceError::Denied,
        Errno::PIPE | Errno::CONNRESET | Errno::CONNREFUSED | Errno::NOTCONN => SourceError::Disconnected,
        _ => SourceError::Io,
    }
}
