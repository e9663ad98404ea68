//! Clocks and sleeping.

use openentropy_core::SourceError;
use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of the counter that nobody slews (mach_absolute_time, in its ticks' multiples).
pub(crate) fn steady_ns() -> u64 {
    // SAFETY: the call reads the counter and has no precondition.
    to_ns(unsafe { mach_absolute_time() })
}

/// Nanoseconds of the wall clock.
pub(crate) fn wall_ns() -> u64 {
    let time = clock_gettime(ClockId::Realtime);
    time.tv_sec.cast_unsigned() * 1_000_000_000 + time.tv_nsec.cast_unsigned()
}

/// Nothing to remember: absolute Mach deadlines carry no slack.
pub(crate) struct Slack;

/// Nothing to ask, likewise.
///
/// # Errors
/// None.
pub(crate) const fn finest_sleep() -> Result<Slack, SourceError> {
    Ok(Slack)
}

impl Slack {
    /// Nothing to put back.
    #[allow(clippy::unused_self, reason = "as on systems with something to put back")]
    pub(crate) const fn put_back(&self) {}
}

/// Sleeps `wait_ns` and says how many nanoseconds after the programmed deadline the thread ran again (mach_wait_until).
///
/// # Errors
/// [`SourceError::NotReady`] when the sleep was cut short.
pub(crate) fn sleep_until(wait_ns: u64) -> Result<u64, SourceError> {
    // SAFETY: the call reads the counter and has no precondition.
    let now = unsafe { mach_absolute_time() };
    let deadline = now.saturating_add(to_ticks(wait_ns));
    // SAFETY: the call takes a time and blocks until then.
    let status = unsafe { mach_wait_until(deadline) };
    if status != 0 {
        return Err(SourceError::NotReady);
    }
    // SAFETY: as the first.
    let woken = unsafe { mach_absolute_time() };
    Ok(to_ns(woken.saturating_sub(deadline)))
}

// libc marks its own declarations of these as deprecated in favour of a crate for Mach.
unsafe extern "C" {
    fn mach_absolute_time() -> u64;
    fn mach_wait_until(deadline: u64) -> libc::c_int;
    fn mach_timebase_info(info: *mut Timebase) -> libc::c_int;
}

#[repr(C)]
struct Timebase {
    numer: u32,
    denom: u32,
}

/// Nanoseconds in a tick, as a fraction; 1 in 1 where the system does not say.
fn timebase() -> Timebase {
    let mut info = Timebase { numer: 1, denom: 1 };
    // SAFETY: the call fills the structure given, which has the system's layout.
    let status = unsafe { mach_timebase_info(&raw mut info) };
    match status == 0 && info.numer != 0 && info.denom != 0 {
        true => info,
        false => Timebase { numer: 1, denom: 1 },
    }
}

fn to_ticks(ns: u64) -> u64 {
    let Timebase { numer, denom } = timebase();
    ns.saturating_mul(u64::from(denom)) / u64::from(numer)
}

fn to_ns(ticks: u64) -> u64 {
    let Timebase { numer, denom } = timebase();
    ticks.saturating_mul(u64::from(numer)) / u64::from(denom)
}
