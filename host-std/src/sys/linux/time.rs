//! Clocks and sleeping.

use core::num::NonZero;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::thread::{clock_nanosleep_absolute, current_timer_slack, set_current_timer_slack};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Nanoseconds of the clock that nobody slews (CLOCK_MONOTONIC_RAW, clock_gettime(2)).
pub(crate) fn steady_ns() -> u64 {
    nanoseconds(clock_gettime(ClockId::MonotonicRaw))
}

/// Nanoseconds of the clock that timers follow (CLOCK_MONOTONIC).
pub(crate) fn monotonic_ns() -> u64 {
    nanoseconds(clock_gettime(ClockId::Monotonic))
}

/// Nanoseconds of the wall clock.
pub(crate) fn wall_ns() -> u64 {
    nanoseconds(clock_gettime(ClockId::Realtime))
}

/// By how much a thread's sleeps could be late for the sake of others, in nanoseconds, before they were made fine.
pub(crate) struct Slack(Option<NonZero<u64>>);

/// Asks that this thread's sleeps end as near to their deadline as timers allow (PR_SET_TIMERSLACK, prctl(2)).
///
/// # Errors
/// [`SourceError::Io`] with a kernel that refuses.
pub(crate) fn finest_sleep() -> Result<Slack, SourceError> {
    let before = current_timer_slack().map_err(|_| SourceError::Io)?;
    set_current_timer_slack(NonZero::new(1)).map_err(|_| SourceError::Io)?;
    Ok(Slack(NonZero::new(before)))
}

impl Slack {
    /// Has this thread sleep as before.
    pub(crate) fn put_back(&self) {
        let _stays_fine = set_current_timer_slack(self.0);
    }
}

/// Sleeps `wait_ns` and says how many nanoseconds after the programmed deadline the thread ran again.
///
/// # Errors
/// [`SourceError::NotReady`] when a signal cut the sleep short, [`SourceError::Io`] otherwise.
pub(crate) fn sleep_until(wait_ns: u64) -> Result<u64, SourceError> {
    let deadline = monotonic_ns().saturating_add(wait_ns);
    let request = Timespec {
        tv_sec: (deadline / 1_000_000_000).cast_signed(),
        tv_nsec: (deadline % 1_000_000_000).cast_signed(),
    };
    match clock_nanosleep_absolute(ClockId::Monotonic, &request) {
        Ok(()) => Ok(monotonic_ns().saturating_sub(deadline)),
        Err(Errno::INTR) => Err(SourceError::NotReady),
        Err(_) => Err(SourceError::Io),
    }
}

fn nanoseconds(time: Timespec) -> u64 {
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use openentropy_core::Raw;

    #[test]
    fn a_thread_sleeps_after_its_source_as_before() {
        let slack = || current_timer_slack().unwrap();
        let before = slack();
        let kind = crate::find_by_name("sleep_overshoot").unwrap()[0];
        let mut opened = kind.open(&kind.find()[0]).unwrap();
        while opened.source.sample(&mut Raw::<[u8; 1]>::new()) == Err(SourceError::NotReady) {} // a signal, or no time
        assert_eq!(slack(), 1);
        drop(opened);
        assert_eq!(slack(), before);
    }
}
