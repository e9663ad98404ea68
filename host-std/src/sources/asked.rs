//! Whether the kernel has a facility, judged by its answer to a harmless call.

use super::errno::error_of;
use crate::{Access, Candidate};
use openentropy_core::SourceError;
use rustix::io::Errno;

/// The only instance of a source that needs `facility`: `ready` when a call to it gave an `answer`.
///
/// `permission` says who could forbid the call.
pub(crate) fn asked<T>(
    answer: Result<T, Errno>,
    ready: Candidate,
    facility: &str,
    permission: &str,
) -> Vec<Candidate> {
    let Err(errno) = answer else { return vec![ready] };
    let (access, what) = match error_of(errno) {
        SourceError::Absent => (Access::Absent, facility),
        SourceError::Denied => (Access::Denied, permission),
        _ => (Access::Broken, facility),
    };
    vec![Candidate::missing(access, format!("{what}: {errno}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_a_missing_facility_and_a_failure_are_told_apart() {
        for (errno, access, word) in [
            (Errno::NOSYS, Access::Absent, "queues"),
            (Errno::NOENT, Access::Absent, "queues"),
            (Errno::AFNOSUPPORT, Access::Absent, "queues"),
            (Errno::PERM, Access::Denied, "a filter"),
            (Errno::ACCESS, Access::Denied, "a filter"),
            (Errno::MFILE, Access::Broken, "queues"),
        ] {
            let candidate = asked::<()>(Err(errno), Candidate::ready(), "queues", "a filter").remove(0);
            assert_eq!(candidate.access, access);
            assert!(candidate.reason.starts_with(word), "{}", candidate.reason);
        }
        assert_eq!(asked(Ok(()), Candidate::ready(), "queues", "a filter")[0].access, Access::Ready);
    }
}
