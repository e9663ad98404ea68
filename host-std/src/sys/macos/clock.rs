//! How long the machine has slept.

use core::time::Duration;

/// Time spent asleep since the machine started: CLOCK_MONOTONIC_RAW counts it, CLOCK_UPTIME_RAW does not (clock_gettime(3)).
///
/// Exact to the time between the two readings, which grows when the thread is interrupted between them.
pub(crate) fn suspended() -> Duration {
    let awake = read(libc::CLOCK_UPTIME_RAW);
    let all = read(libc::CLOCK_MONOTONIC_RAW);
    all.saturating_sub(awake)
}

/// A clock's time; zero when it does not exist.
fn read(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is to a timespec of ours, valid for the call.
    let answer = unsafe { libc::clock_gettime(clock, &raw mut time) };
    if answer != 0 {
        return Duration::ZERO;
    }
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}
