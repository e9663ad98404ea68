//! Signals held back from a thread.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;
use openentropy_core::SourceError;

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
