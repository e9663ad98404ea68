//! What an attempt to open a kernel facility says.

use crate::{Access, Candidate};
use openentropy_core::SourceError;
use rustix::io::Errno;

/// The only instance, `ready` if the attempt to open what it needs went well; `facility` names that.
pub(super) fn candidate<T>(facility: &str, attempt: &Result<T, Errno>, ready: Candidate) -> Candidate {
    let (access, why) = match *attempt {
        Ok(_) => return ready,
        Err(Errno::NOSYS) => (Access::Absent, String::from("not in this kernel, or hidden by a filter")),
        Err(Errno::NOENT) => (Access::Absent, Errno::NOENT.to_string()),
        Err(errno @ (Errno::PERM | Errno::ACCESS)) => {
            (Access::Denied, format!("{errno}; a seccomp filter or a sysctl forbids it"))
        }
        Err(errno) => (Access::Broken, errno.to_string()),
    };
    Candidate::missing(access, format!("{facility}: {why}"))
}

/// The error of a source whose attempt to open ended so.
pub(super) fn error(errno: Errno) -> SourceError {
    match errno {
        Errno::NOSYS | Errno::NOENT => SourceError::Absent,
        Errno::PERM | Errno::ACCESS => SourceError::Denied,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_says_what_is_missing_and_agrees_with_the_error() {
        let cases = [
            (Errno::NOSYS, Access::Absent, SourceError::Absent),
            (Errno::NOENT, Access::Absent, SourceError::Absent),
            (Errno::PERM, Access::Denied, SourceError::Denied),
            (Errno::ACCESS, Access::Denied, SourceError::Denied),
            (Errno::MFILE, Access::Broken, SourceError::Io),
        ];
        for (errno, access, expected) in cases {
            let found = candidate::<()>("ring(2)", &Err(errno), Candidate::ready());
            assert_eq!((found.access, error(errno)), (access, expected));
            assert!(found.reason.starts_with("ring(2): "), "{}", found.reason);
        }
        assert_eq!(candidate("ring(2)", &Ok(()), Candidate::ready()).access, Access::Ready);
    }
}
