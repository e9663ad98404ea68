//! A signal sent to one thread and taken by it.

use super::affinity::ThreadNumber;
use core::mem::MaybeUninit;
use core::ptr;
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::process::getpid;
use std::io;

/// The signal that nothing in a usual program sends: the last of those without a meaning (signal(7)).
pub(crate) fn last_signal() -> i32 {
    libc::SIGRTMAX()
}

/// Sends `signal` to one thread of this process (tgkill(2)).
///
/// # Errors
/// [`SourceError::Disconnected`] when the thread is gone, [`SourceError::Denied`] where a filter forbids the call,
/// [`SourceError::Io`] otherwise, the full queue of signals included.
pub(crate) fn send_signal(thread: ThreadNumber, signal: i32) -> Result<(), SourceError> {
    let (process, thread) = (getpid().as_raw_pid(), thread.raw());
    // SAFETY: takes three numbers and touches no memory; a thread of this process that does not expect the signal is no concern of the
    // memory's.
    let status = unsafe { libc::syscall(libc::SYS_tgkill, process, thread, signal) };
    match (status, io::Error::last_os_error().raw_os_error()) {
        (0, _) => Ok(()),
        (_, Some(libc::ESRCH)) => Err(SourceError::Disconnected),
        (_, Some(libc::EPERM | libc::ENOSYS)) => Err(SourceError::Denied),
        _ => Err(SourceError::Io),
    }
}

/// Waits for `signal`, which this thread holds back, and says whether it came (sigtimedwait(2)).
///
/// Comes another one with a handler, the wait ends early.
///
/// # Errors
/// [`SourceError::Io`] when the call fails.
pub(crate) fn take_signal(signal: i32, patience: Duration) -> Result<bool, SourceError> {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: the pointer is to room for a set, which the call writes.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: the pointer is to the set written above; a number that is no signal is refused.
    unsafe { libc::sigaddset(set.as_mut_ptr(), signal) };
    let timeout = libc::timespec {
        tv_sec: libc::time_t::try_from(patience.as_secs()).unwrap_or(libc::time_t::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    };
    // SAFETY: the pointers are to a set and a time that live during the call; what is known of the signal is not asked for.
    let taken = unsafe { libc::sigtimedwait(set.as_ptr(), ptr::null_mut(), &raw const timeout) };
    match (taken == signal, io::Error::last_os_error().raw_os_error()) {
        (true, _) => Ok(true),
        (false, Some(libc::EAGAIN | libc::EINTR)) => Ok(false),
        _ => Err(SourceError::Io),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Blocked;
    use crate::sys::os::affinity::this_thread;

    #[test]
    fn a_blocked_signal_waits_to_be_taken() {
        let blocked = Blocked::all().unwrap();
        let signal = last_signal();
        assert_eq!(take_signal(signal, Duration::from_millis(1)), Ok(false));
        send_signal(this_thread(), signal).unwrap();
        assert_eq!(take_signal(signal, Duration::from_secs(10)), Ok(true));
        assert_eq!(take_signal(signal, Duration::ZERO), Ok(false));
        drop(blocked);
    }

    #[test]
    fn a_thread_that_ended_is_told() {
        let gone = std::thread::spawn(this_thread).join().unwrap();
        // The thread may be on its way out for a moment after it was joined.
        let told = (0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            send_signal(gone, 0) == Err(SourceError::Disconnected)
        });
        assert!(told);
        assert_eq!(send_signal(this_thread(), -1), Err(SourceError::Io));
    }
}
