//! Calls by which sources open fail: everything is refused with a type and a reason, or opens, and nothing is left behind.

use crate::child::{self, RIGHT, say};
use crate::filter;
use crate::held::Held;
use crate::peers::Peers;
use core::time::Duration;
use openentropy_core::{Raw, SourceError};
use openentropy_host::{Access, Candidate, HostSource, Opened, SourceKind, kinds};
use std::time::Instant;

/// What a search and an opening may take on a busy machine.
const BOUND: Duration = Duration::from_secs(10);
/// Samples of a source that opened.
const SAMPLES: usize = 3;

/// Calls that make descriptors and threads, and what the kernel says when there are no more.
const EXHAUSTED: &[(&str, &[&str])] = &[
    ("openat", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("socket", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("socketpair", &["EMFILE", "ENFILE"]),
    ("pipe2", &["EMFILE", "ENFILE"]),
    ("eventfd2", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("epoll_create1", &["EMFILE", "ENFILE"]),
    ("timerfd_create", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("inotify_init1", &["EMFILE", "ENOMEM"]),
    ("memfd_create", &["EMFILE", "ENFILE", "ENOMEM"]),
    ("clone+clone3", &["EAGAIN", "ENOMEM"]),
];

/// What containers' profiles forbid, each call with a source that needs it, and the word by which its reason names the call or the facility.
const FORBIDDEN: &[(&str, &str, &str, &str)] = &[
    ("userfaultfd", "user_fault", "userfaultfd(2)", "userfaultfd(2)"),
    ("io_uring_setup", "uring_nop", "io_uring_setup(2)", "io_uring_setup(2)"),
    ("keyctl", "kernel_keyring", "keyctl(2)", "kernel keys"),
    ("process_vm_readv", "process_copy", "process_vm_readv(2)", "process_vm_readv(2)"),
    ("mq_open", "posix_mq", "mq_open(3)", "message queues"),
    ("shmctl", "sysv_ipc", "shmctl(2)", "CONFIG_SYSVIPC"),
    ("pidfd_open", "process_lifecycle", "pidfd_open(2)", "pidfd_open(2)"),
    ("memfd_create", "shm_semaphore", "memfd_create(2)", "memfd_create(2)"),
];
/// The same without a source that needs nothing else.
const ALSO_FORBIDDEN: [&str; 4] = ["add_key", "io_uring_enter", "io_uring_register", "perf_event_open"];

pub(crate) fn child_exhausted(words: &[String]) {
    let [calls, errno] = words else { panic!("{words:?}") };
    let peers = Peers::new();
    let found: Vec<_> = kinds().map(|kind| (kind, peers.candidates(kind))).collect();
    filter::fail(&calls.split('+').collect::<Vec<_>>(), errno);
    let mut refusals = 0;
    for (kind, candidates) in found {
        check_reasons(&timed(kind, || kind.find()), kind);
        for candidate in candidates.iter().filter(|found| found.access == Access::Ready) {
            refusals += usize::from(open_and_close(kind, candidate).is_err());
        }
    }
    assert!(refusals > 0, "no source opens by {calls}");
    say(RIGHT);
}

pub(crate) fn child_contained(words: &[String]) {
    let [errno] = words else { panic!("{words:?}") };
    let peers = Peers::new();
    let calls = FORBIDDEN.iter().map(|(call, ..)| *call).chain(ALSO_FORBIDDEN);
    filter::fail(&calls.collect::<Vec<_>>(), errno);
    for kind in kinds() {
        let found = timed(kind, || kind.find());
        check_reasons(&found, kind);
        let name = kind.info().name;
        for (_, _, denied, absent) in FORBIDDEN.iter().filter(|(_, needs, ..)| *needs == name) {
            let (access, word) =
                if errno == "EPERM" { (Access::Denied, denied) } else { (Access::Absent, absent) };
            assert_eq!(found[0].access, access, "{name}: {}", found[0].reason);
            assert!(found[0].reason.contains(word), "{name}: {}", found[0].reason);
        }
        for candidate in peers.candidates(kind).iter().filter(|found| found.access == Access::Ready) {
            // Whether it opens is the machine's affair: that it says so in time, and leaves nothing, is not.
            let _either = open_and_close(kind, candidate);
        }
    }
    say(RIGHT);
}

/// Opens, takes samples, closes, and looks at what is left; says why it did not open.
pub(crate) fn open_and_close(kind: &dyn SourceKind, candidate: &Candidate) -> Result<(), SourceError> {
    let before = Held::now();
    let opened = timed(kind, || kind.open(candidate)).map(|opened| timed(kind, || sample_and_close(opened)));
    let name = kind.info().name;
    assert!(before.is_back(), "{name}: {before:?} became {:?}", Held::now());
    opened
}

fn sample_and_close(mut opened: Opened) {
    let began = Instant::now();
    for _ in 0..SAMPLES {
        // One that has to wait is not waited for: what is asked here is whether it comes back.
        if began.elapsed() < Duration::from_millis(200) {
            let source: &mut dyn HostSource = &mut *opened.source;
            let _either = source.sample(&mut Raw::<[u8; 1]>::new());
        }
    }
}

/// Every refusal has its reason, and what is said to be broken has the system's word for it.
pub(crate) fn check_reasons(found: &[Candidate], kind: &dyn SourceKind) {
    assert!(!found.is_empty());
    for candidate in found {
        let (name, reason) = (kind.info().name, &candidate.reason);
        assert_eq!(candidate.access == Access::Ready, reason.is_empty(), "{name}: {reason}");
        assert!(candidate.access != Access::Broken || reason.contains("(os error "), "{name}: {reason}");
    }
}

fn timed<T>(kind: &dyn SourceKind, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let answer = call();
    assert!(began.elapsed() < BOUND, "{}: {:?}", kind.info().name, began.elapsed());
    answer
}

#[test]
fn openings_that_lack_something_are_refused_and_leave_nothing() {
    let cases = EXHAUSTED
        .iter()
        .flat_map(|(calls, errnos)| errnos.iter().map(move |errno| format!("exhausted {calls} {errno}")));
    child::all_right(&cases.collect::<Vec<_>>());
}

/// A test of its own, for a sanitizer cannot do without memory.
#[test]
fn openings_without_memory_are_refused_and_leave_nothing() {
    child::all_right(&["ENOMEM", "EAGAIN"].map(|errno| format!("exhausted mmap {errno}")));
}

#[test]
fn in_a_container_every_refusal_names_what_is_missing() {
    child::all_right(&["EPERM", "ENOSYS"].map(|errno| format!("contained {errno}")));
}
