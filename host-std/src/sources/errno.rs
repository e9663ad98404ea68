//! What a failed system call means for a source.

use openentropy_core::SourceError;
use rustix::io::Errno;
use std::io;

/// The error of a round, or of an opening, in which a call failed with `errno`.
///
/// A call that a signal cut short is no round: [`SourceError::NotReady`]. What would have waited had its bound: [`SourceError::Timeout`].
pub(crate) fn error_of(errno: Errno) -> SourceError {
    match errno {
        Errno::INTR => SourceError::NotReady,
        Errno::AGAIN | Errno::TIMEDOUT => SourceError::Timeout,
        Errno::NOSYS
        | Errno::NOENT
        | Errno::NOTDIR
        | Errno::NODEV
        | Errno::NXIO
        | Errno::NOTTY
        | Errno::OPNOTSUPP
        | Errno::AFNOSUPPORT
        | Errno::PROTONOSUPPORT
        | Errno::ADDRNOTAVAIL => SourceError::Absent,
        Errno::PERM | Errno::ACCESS | Errno::ROFS => SourceError::Denied,
        Errno::PIPE
        | Errno::CONNRESET
        | Errno::CONNREFUSED
        | Errno::NOTCONN
        | Errno::HOSTUNREACH
        | Errno::NETUNREACH
        | Errno::NETDOWN => SourceError::Disconnected,
        _ => SourceError::Io,
    }
}

/// The same of an error of the standard library.
pub(crate) fn io_error_of(error: &io::Error) -> SourceError {
    Errno::from_io_error(error).map_or(SourceError::Io, error_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_calls_are_told_apart() {
        for (errno, error) in [
            (Errno::INTR, SourceError::NotReady),
            (Errno::AGAIN, SourceError::Timeout),
            (Errno::NOSYS, SourceError::Absent),
            (Errno::ACCESS, SourceError::Denied),
            (Errno::CONNREFUSED, SourceError::Disconnected),
            (Errno::NOSPC, SourceError::Io),
            (Errno::MFILE, SourceError::Io),
        ] {
            assert_eq!((error_of(errno), io_error_of(&errno.into())), (error, error), "{errno:?}");
        }
        assert_eq!(io_error_of(&io::ErrorKind::InvalidInput.into()), SourceError::Io, "no call's error");
    }
}
