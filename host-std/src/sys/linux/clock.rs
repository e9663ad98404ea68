//! How long the machine has slept.

use core::time::Duration;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Time spent in suspend since the machine started: CLOCK_BOOTTIME counts it, CLOCK_MONOTONIC does not (clock_gettime(2)).
///
/// Exact to the time between the two readings, which grows when the thread is interrupted between them.
pub(crate) fn suspended() -> Duration {
    let awake = duration(clock_gettime(ClockId::Monotonic));
    let all = duration(clock_gettime(ClockId::Boottime));
    all.saturating_sub(awake)
}

fn duration(time: Timespec) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or(0);
    Duration::new(seconds, nanos)
}
