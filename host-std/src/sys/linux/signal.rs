//! Signals: held back from a thread, sent to one thread and taken by it.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::process::getpid;
use rustix::thread::Pid;
use std::io;

/// All signals held back from the thread that made this, until it is dropped there.
///
/// A thread of a library that handles none of the program's signals, and a child that shares the program's memory, must not run its
/// handlers.
pub(crate) struct Blocked {
    before: libc::sigset_t,
    /// A mask belongs to a thread.
    stays: PhantomData<*const ()>,
}

impl Blocked {
    /// Holds back what can be (pthread_sigmask(3)).
    ///
    /// # Errors
    /// [`SourceError::Io`] when the mask stays as it was.
    pub(crate) fn all() -> Result<Self, SourceError> {
        let mut every = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: the pointer is to room for a set, which the call writes.
        unsafe { libc::sigfillset(every.as_mut_ptr()) };
        let mut before = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: the first pointer is to the set written above, the second to room for one.
        let status = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, every.as_ptr(), before.as_mut_ptr()) };
        if status != 0 {
            return Err(SourceError::Io);
        }
        // SAFETY: integers, zeroed, which the call that succeeded has written.
        let before = unsafe { before.assume_init() };
        Ok(Self { before, stays: PhantomData })
    }

    /// Leaves the signals held back until the thread ends: one that is still on its way then must not be the end of the program.
    pub(crate) const fn for_ever(self) {
        core::mem::forget(self);
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        // SAFETY: the pointer is to a set that this thread had, and nothing is asked back.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, ptr::null_mut()) };
    }
}

/// The signal that nothing in a usual program sends: the last of those without a meaning (signal(7)).
pub(crate) fn last_signal() -> i32 {
    libc::SIGRTMAX()
}

/// Sends `signal` to one thread of this process (tgkill(2)).
///
/// # Errors
/// [`SourceError::Disconnected`] when the thread is gone, [`SourceError::Denied`] where a filter forbids the call,
/// [`SourceError::Io`] otherwise, the full queue of signals included.
pub(crate) fn send_signal(thread: Pid, signal: i32) -> Result<(), SourceError> {
    let (process, thread) = (getpid().as_raw_pid(), thread.as_raw_pid());
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
    use rustix::thread::gettid;

    #[test]
    fn a_blocked_signal_waits_to_be_taken() {
        let blocked = Blocked::all().unwrap();
        let signal = last_signal();
        assert_eq!(take_signal(signal, Duration::from_millis(1)), Ok(false));
        send_signal(gettid(), signal).unwrap();
        assert_eq!(take_signal(signal, Duration::from_secs(10)), Ok(true));
        assert_eq!(take_signal(signal, Duration::ZERO), Ok(false));
        drop(blocked);
    }

    #[test]
    fn a_thread_that_ended_is_told() {
        let gone = std::thread::spawn(gettid).join().unwrap();
        // The thread may be on its way out for a moment after it was joined.
        let told = (0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            send_signal(gone, 0) == Err(SourceError::Disconnected)
        });
        assert!(told);
        assert_eq!(send_signal(gettid(), -1), Err(SourceError::Io));
    }
}
