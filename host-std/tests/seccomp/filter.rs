//! Filters that answer chosen system calls with a chosen error (seccomp(2)), in all threads of the process and for the rest of its life.

use rustix::fs::OFlags;
use rustix::io::Errno;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};
use std::collections::BTreeMap;

/// Makes every one of `calls` fail with the error of this name from now on.
pub(crate) fn fail(calls: &[&str], error: &str) {
    install(
        calls.iter().flat_map(|call| numbers(call)).map(|number| (number, Vec::new())).collect(),
        errno(error),
    );
}

/// Makes openings of nameless files fail, as on a file system that has none (open(2), O_TMPFILE).
pub(crate) fn know_no_nameless_files() {
    refuse_openings(OFlags::TMPFILE, OFlags::TMPFILE, Errno::OPNOTSUPP);
}

/// Makes openings fail that could write to a file.
pub(crate) fn write_no_files() {
    refuse_openings(OFlags::ACCMODE, OFlags::WRONLY, Errno::PERM);
    refuse_openings(OFlags::ACCMODE, OFlags::RDWR, Errno::PERM);
}

/// Makes openings fail whose flags are these among those of the mask.
fn refuse_openings(mask: OFlags, flags: OFlags, errno: Errno) {
    let [mask, flags] = [mask, flags].map(|flags| u64::from(flags.bits()));
    // They are the second argument of open(2) and the third of openat(2).
    let rules = numbers("openat").into_iter().zip([2, 1]).map(|(number, argument)| {
        let is_so =
            SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(mask), flags);
        (number, vec![SeccompRule::new(vec![is_so.unwrap()]).unwrap()])
    });
    install(rules.collect(), errno);
}

fn install(rules: BTreeMap<i64, Vec<SeccompRule>>, errno: Errno) {
    let refusal = SeccompAction::Errno(errno.raw_os_error().unsigned_abs());
    let machine = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refusal, machine).unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    apply_filter_all_threads(&program).unwrap();
}

fn errno(name: &str) -> Errno {
    let known = ERRNOS.iter().find(|(known, _)| *known == name);
    known.unwrap_or_else(|| panic!("no error is called {name}")).1
}

const ERRNOS: &[(&str, Errno)] = &[
    ("EIO", Errno::IO),
    ("EAGAIN", Errno::AGAIN),
    ("ENOSPC", Errno::NOSPC),
    ("ENOMEM", Errno::NOMEM),
    ("ENOSYS", Errno::NOSYS),
    ("EPERM", Errno::PERM),
    ("EMFILE", Errno::MFILE),
    ("ENFILE", Errno::NFILE),
];

/// The numbers under which the kernel knows a call: old calls that do the same come after the one of this name.
fn numbers(call: &str) -> Vec<i64> {
    let found: Vec<i64> =
        NUMBERS.iter().filter(|(known, _)| *known == call).map(|(_, number)| *number).collect();
    assert!(!found.is_empty(), "no call is called {call}");
    found
}

macro_rules! numbers {
    ($($name:literal: $number:ident,)*) => {
        &[
            $(($name, libc::$number),)*
            #[cfg(target_arch = "x86_64")]
            ("openat", libc::SYS_open),
        ]
    };
}

const NUMBERS: &[(&str, i64)] = numbers! {
    "add_key": SYS_add_key,
    "clock_gettime": SYS_clock_gettime,
    "clock_nanosleep": SYS_clock_nanosleep,
    "clone": SYS_clone,
    "clone3": SYS_clone3,
    "connect": SYS_connect,
    "epoll_create1": SYS_epoll_create1,
    "epoll_pwait": SYS_epoll_pwait,
    "eventfd2": SYS_eventfd2,
    "fadvise64": SYS_fadvise64,
    "fchmod": SYS_fchmod,
    "fdatasync": SYS_fdatasync,
    "fstat": SYS_fstat,
    "ftruncate": SYS_ftruncate,
    "getdents64": SYS_getdents64,
    "getppid": SYS_getppid,
    "getrandom": SYS_getrandom,
    "inotify_init1": SYS_inotify_init1,
    "io_uring_enter": SYS_io_uring_enter,
    "io_uring_register": SYS_io_uring_register,
    "io_uring_setup": SYS_io_uring_setup,
    "ioctl": SYS_ioctl,
    "keyctl": SYS_keyctl,
    "madvise": SYS_madvise,
    "membarrier": SYS_membarrier,
    "memfd_create": SYS_memfd_create,
    "mincore": SYS_mincore,
    "mmap": SYS_mmap,
    "mprotect": SYS_mprotect,
    "mq_open": SYS_mq_open,
    "mq_timedreceive": SYS_mq_timedreceive,
    "mq_timedsend": SYS_mq_timedsend,
    "openat": SYS_openat,
    "perf_event_open": SYS_perf_event_open,
    "pidfd_open": SYS_pidfd_open,
    "pipe2": SYS_pipe2,
    "ppoll": SYS_ppoll,
    "pread64": SYS_pread64,
    "process_vm_readv": SYS_process_vm_readv,
    "pwrite64": SYS_pwrite64,
    "read": SYS_read,
    "recvfrom": SYS_recvfrom,
    "recvmsg": SYS_recvmsg,
    "rt_sigtimedwait": SYS_rt_sigtimedwait,
    "sched_setaffinity": SYS_sched_setaffinity,
    "sched_yield": SYS_sched_yield,
    "sendmsg": SYS_sendmsg,
    "sendto": SYS_sendto,
    "shmat": SYS_shmat,
    "shmctl": SYS_shmctl,
    "shmdt": SYS_shmdt,
    "shmget": SYS_shmget,
    "shutdown": SYS_shutdown,
    "socket": SYS_socket,
    "socketpair": SYS_socketpair,
    "tgkill": SYS_tgkill,
    "timerfd_create": SYS_timerfd_create,
    "timerfd_settime": SYS_timerfd_settime,
    "userfaultfd": SYS_userfaultfd,
    "waitid": SYS_waitid,
    "write": SYS_write,
};
