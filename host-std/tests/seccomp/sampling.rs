//! A call that a source samples by fails, after samples went well.

use crate::child::{self, RIGHT, UNAVAILABLE, say};
use crate::filter;
use crate::held::Held;
use crate::peers::Peers;
use core::time::Duration;
use openentropy_core::{Raw, SourceCategory, SourceError};
use openentropy_host::{Access, HostSource, Opened, SourceKind, find_by_name, kinds};
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use std::time::Instant;

/// The calls by which sources sample, of those that sample by calls; of those joined by a plus, one does for the other.
///
/// Not futex(2), nor the memory of a new thread: without them the standard library ends the process.
const CALLS: &[(&str, &[&str])] = &[
    ("ata_passthrough", &["ioctl"]),
    ("audio_clock_drift", &["ioctl"]),
    ("battery_gauge", &["pread64"]),
    ("ble_rssi", &["ppoll", "recvfrom"]),
    ("cas_contention", &["sched_setaffinity"]),
    ("clock_syscall", &["clock_gettime"]),
    ("code_flip", &["mprotect"]),
    ("coherence_pingpong", &["sched_setaffinity"]),
    ("commit_latency", &["pwrite64", "fdatasync"]),
    ("core_migration", &["sched_setaffinity"]),
    ("dbus_rtt", &["sendto", "recvfrom"]),
    ("direct_read", &["pread64"]),
    ("disk_counters", &["pread64"]),
    ("dns_rtt", &["sendto", "recvfrom", "getrandom"]),
    ("dvfs_race", &["sched_setaffinity"]),
    ("event_mux", &["read", "write", "timerfd_settime", "epoll_pwait"]),
    ("fan_tach", &["pread64"]),
    ("fd_passing", &["sendmsg", "recvmsg"]),
    ("freq_ratio", &["pread64"]),
    ("fs_metadata", &["openat", "fchmod", "fstat"]),
    ("fs_notify", &["ftruncate", "ppoll", "read"]),
    ("futex_handoff", &["sched_setaffinity"]),
    ("getrandom_rtt", &["getrandom"]),
    ("gnss_pps", &["ioctl"]),
    ("gpu_clock_offset", &["ioctl"]),
    ("gpu_sensors", &["pread64"]),
    ("hw_rng_dev", &["read"]),
    ("hwmon_adc", &["pread64"]),
    ("icmp_rtt", &["sendto", "recvfrom"]),
    ("iio_sensors", &["pread64"]),
    ("input_events", &["read", "ppoll"]),
    ("irq_counters", &["pread64"]),
    ("kernel_crypto", &["sendto", "recvfrom"]),
    ("kernel_keyring", &["add_key", "keyctl"]),
    ("loopback_net", &["sendto", "recvfrom", "ioctl"]),
    ("net_counters", &["pread64"]),
    ("netlink_rtt", &["sendto", "recvfrom"]),
    ("ntp_rtt", &["sendto", "recvfrom", "getrandom"]),
    ("nvme_admin", &["ioctl"]),
    ("os_rng", &["getrandom"]),
    ("packet_arrival", &["ppoll"]),
    ("page_cache_map", &["madvise", "fadvise64", "mincore"]),
    ("page_fault", &["madvise"]),
    ("pci_config_rtt", &["pread64"]),
    ("pipe_transfer", &["write", "read"]),
    ("posix_mq", &["mq_timedsend", "mq_timedreceive"]),
    ("pressure", &["pread64"]),
    ("process_copy", &["process_vm_readv"]),
    ("process_lifecycle", &["clone", "waitid", "ppoll"]),
    ("process_table", &["openat", "read", "getdents64"]),
    ("ptp_clock", &["ioctl"]),
    ("rapl_energy", &["pread64"]),
    ("raw_block", &["pread64"]),
    ("rtc_alarm", &["read", "ppoll"]),
    ("run_delay", &["pread64"]),
    ("shm_semaphore", &["write", "read", "ppoll", "sched_setaffinity"]),
    ("signal_delivery", &["tgkill", "rt_sigtimedwait"]),
    ("sleep_overshoot", &["clock_nanosleep"]),
    ("syscall_rtt", &["getppid"]),
    ("sysv_ipc", &["shmat", "shmdt"]),
    ("tcp_rtt", &["socket", "connect", "ppoll"]),
    ("thp_collapse", &["madvise"]),
    ("thread_lifecycle", &["clone+clone3"]),
    ("timer_expiry", &["timerfd_settime", "read"]),
    ("tlb_ipi", &["mprotect", "membarrier", "sched_setaffinity"]),
    ("unix_socket", &["sendto", "recvfrom", "sched_setaffinity"]),
    ("uring_nop", &["io_uring_enter"]),
    ("usb_control_rtt", &["ioctl"]),
    ("user_fault", &["ioctl", "read", "ppoll", "madvise"]),
    ("vblank_clock", &["ioctl"]),
    ("vm_counters", &["pread64"]),
    ("wifi_rssi", &["sendto", "recvfrom"]),
    ("wifi_tsf", &["sendto", "recvfrom"]),
    ("yield_contention", &["sched_yield", "sched_setaffinity"]),
];

/// What each failure may be reported as: a partner thread that meets it answers no more, or is gone.
const ANSWERS: [(&str, &[SourceError]); 6] = {
    use SourceError::{Absent, Denied, Disconnected, Io, NotReady, Timeout};
    [
        ("EIO", &[Io, Timeout, Disconnected]),
        ("ENOSPC", &[Io, Timeout, Disconnected]),
        ("ENOMEM", &[Io, Timeout, Disconnected]),
        ("EAGAIN", &[NotReady, Timeout, Io, Disconnected]),
        ("ENOSYS", &[Absent, Denied, Io, Timeout, Disconnected]),
        ("EPERM", &[Denied, Io, Timeout, Disconnected]),
    ]
};

/// Failures that mean that there is nothing to read at the moment.
const WAITING: &[(&str, &str, &str)] = &[
    ("event_mux", "read", "EAGAIN"), // what its descriptors answer that have nothing more
    ("input_events", "read", "EAGAIN"), // nobody there
    ("process_table", "openat", "EPERM"), // a process that hides itself, one of many
    ("process_table", "read", "EPERM"),
    ("rtc_alarm", "read", "EAGAIN"),       // no second has begun
    ("thp_collapse", "madvise", "ENOMEM"), // no huge page is free
];

/// Samples taken before a call fails.
const SAMPLES: usize = 10;
/// What they may take, what the first that fails may take, and what closing may take, on a busy machine.
const BOUND: Duration = Duration::from_secs(10);
/// Counters that moved in a period that was over before the call failed.
const MOVED: usize = 4096;
/// A partner thread's wait, or a period, that began before the call failed.
const UNDER_WAY: usize = 1;

pub(crate) fn child(words: &[String]) {
    let [name, calls, errno] = words else { panic!("{words:?}") };
    let kind = find_by_name(name).unwrap()[0];
    let before = Held::now();
    let Some(Opened { mut source, .. }) = opened(kind) else { return say(UNAVAILABLE) };
    // A partner thread is moved when the source's thread has moved: here it has, between two processors.
    let places = places();
    if calls == "sched_setaffinity" {
        let [first, .., last] = places[..] else { return say(UNAVAILABLE) };
        pin(first);
        take(kind, &mut *source);
        pin(last);
    } else {
        take(kind, &mut *source);
    }
    filter::fail(&calls.split('+').collect::<Vec<_>>(), errno);
    let began = Instant::now();
    let most = match kind.info().category {
        SourceCategory::System | SourceCategory::Sensor | SourceCategory::Thermal => MOVED,
        _ => UNDER_WAY,
    };
    let failed = (0..=most).find_map(|_| sample(&mut *source).err());
    let sampling = began.elapsed();
    let began = Instant::now();
    drop(source);
    let closing = began.elapsed();
    let expected = ANSWERS.iter().find(|(known, _)| known == errno).unwrap().1;
    let is_waiting = WAITING.contains(&(name, calls, errno));
    let is_right = failed.map_or(is_waiting, |error| {
        expected.contains(&error) || is_waiting && error == SourceError::NotReady
    });
    say(match is_right && sampling < BOUND && closing < BOUND && before.is_back() {
        true => RIGHT,
        false => {
            return say(&format!(
                "{failed:?} after {sampling:?}, closed in {closing:?}, {before:?} became {:?}",
                Held::now()
            ));
        }
    });
}

/// The calls by which sources tell their partner threads that it is over.
const GOOD_BYES: [&str; 4] = ["shutdown", "tgkill", "write", "sendto"];

/// Nothing by which a partner thread could be told works any more.
pub(crate) fn child_closing(words: &[String]) {
    let [name] = words else { panic!("{words:?}") };
    let kind = find_by_name(name).unwrap()[0];
    let before = Held::now();
    let Some(Opened { mut source, .. }) = opened(kind) else { return say(UNAVAILABLE) };
    take(kind, &mut *source);
    filter::fail(&GOOD_BYES, "EPERM");
    let began = Instant::now();
    drop(source);
    assert!(began.elapsed() < BOUND && before.is_back(), "{name}: {before:?} became {:?}", Held::now());
    say(RIGHT);
}

/// Calls by which the standard library tells the time, where the clock is not on a page that programs can read, and sleeps.
const STANDARD: [&str; 2] = ["clock_gettime", "clock_nanosleep"];

/// No call of the table works any more: a source without a row does not need one.
pub(crate) fn child_callless(words: &[String]) {
    let [name] = words else { panic!("{words:?}") };
    let kind = find_by_name(name).unwrap()[0];
    let Some(Opened { mut source, .. }) = opened(kind) else { return say(UNAVAILABLE) };
    take(kind, &mut *source);
    let calls = CALLS.iter().flat_map(|(_, calls)| calls.iter().flat_map(|calls| calls.split('+')));
    filter::fail(&calls.filter(|call| !STANDARD.contains(call)).collect::<Vec<_>>(), "EPERM");
    for _ in 0..SAMPLES {
        match sample(&mut *source) {
            Ok(()) | Err(SourceError::NotReady) => {}
            Err(error) => return say(&format!("{error}: a call that should have a row in the table")),
        }
    }
    say(RIGHT);
}

/// The kind's first instance here.
fn opened(kind: &dyn SourceKind) -> Option<Opened> {
    let peers = Peers::new();
    let candidates = peers.candidates(kind);
    let ready = candidates.iter().find(|found| found.access == Access::Ready)?;
    kind.open(ready).ok()
}

/// Takes samples; not from the network, where nobody answers.
fn take(kind: &dyn SourceKind, source: &mut dyn HostSource) {
    let began = Instant::now();
    let mut taken = 0;
    while taken < SAMPLES && kind.info().category != SourceCategory::Network && began.elapsed() < BOUND {
        taken += usize::from(sample(source).is_ok());
    }
}

fn sample(source: &mut dyn HostSource) -> Result<(), SourceError> {
    source.sample(&mut Raw::<[u8; 1]>::new())
}

/// The processors that this thread may run on, another than the one it runs on last.
fn places() -> Vec<usize> {
    let allowed = sched_getaffinity(None).unwrap();
    let here = sched_getcpu();
    let mut places: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|place| allowed.is_set(*place)).collect();
    places.sort_unstable_by_key(|place| *place != here);
    places
}

fn pin(place: usize) {
    let mut only = CpuSet::new();
    only.set(place);
    sched_setaffinity(None, &only).unwrap();
}

#[test]
fn a_call_that_fails_is_an_error_in_time_and_no_sample() {
    let calls = CALLS.iter().flat_map(|(name, calls)| calls.iter().map(move |call| (name, call)));
    let cases =
        calls.flat_map(|(name, call)| ANSWERS.map(|(errno, _)| format!("sampling {name} {call} {errno}")));
    child::all_right(&cases.collect::<Vec<_>>());
}

#[test]
fn a_partner_that_cannot_be_told_ends_all_the_same() {
    let cases: Vec<String> = kinds().map(|kind| format!("closing {}", kind.info().name)).collect();
    child::all_right(&cases);
}

#[test]
fn a_source_that_makes_no_calls_misses_none() {
    let without = kinds().filter(|kind| CALLS.iter().all(|(name, _)| kind.info().name != *name));
    child::all_right(&without.map(|kind| format!("callless {}", kind.info().name)).collect::<Vec<_>>());
}
