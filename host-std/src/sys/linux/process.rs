//! A child that ends at once.

use crate::sys::Blocked;
use core::ffi::{c_int, c_void};
use core::ptr;
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

/// Bytes of a child's stack, in pieces aligned as a stack must be.
const STACK: usize = 16 * 1024 / size_of::<u128>();

/// What waiting for a child that has let go of the memory already may take.
const PATIENCE: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// What a child shares with this process, so that nothing is copied and nothing closed: memory, open files, directory. This thread stands still
/// until the memory is given back (clone(2)).
const SHARED: c_int =
    libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_FILES | libc::CLONE_FS | libc::CLONE_PIDFD;

/// Also children that send no signal at their end (waitid(2)).
const WITHOUT_SIGNAL: WaitIdOptions = WaitIdOptions::from_bits_retain(libc::__WALL.cast_unsigned());

/// Room for the stack of children that do nothing, one at a time.
pub(crate) struct Cradle(Box<[u128]>);

impl Cradle {
    /// Room for one child.
    pub(crate) fn new() -> Self {
        Self(vec![0; STACK].into_boxed_slice())
    }

    /// Starts a child that ends at once, and waits for it.
    ///
    /// The child runs no handler, allocates nothing and takes no lock, so what other threads are doing is no concern. It sends no signal at
    /// its end, and a `waitpid` of the program's for whatever child does not meet it.
    ///
    /// # Errors
    /// [`SourceError::Denied`] where a filter forbids a call, [`SourceError::Timeout`] when the end is not reported within a second,
    /// [`SourceError::Protocol`] when the child ended in another way, [`SourceError::Io`] otherwise, a limit of processes included.
    pub(crate) fn child(&mut self) -> Result<(), SourceError> {
        let blocked = Blocked::all()?;
        let mut process: c_int = -1;
        let top = self.0.as_mut_ptr_range().end;
        // SAFETY: the stack is ours, aligned, and used by nobody else, since `self` is borrowed and this thread stands still until the child is
        // done with it; the child calls a function that touches nothing; the last argument is a place for the descriptor that is asked for.
        let started =
            unsafe { libc::clone(end_at_once, top.cast(), SHARED, ptr::null_mut(), &raw mut process) };
        let failed = io::Error::last_os_error();
        drop(blocked);
        if started < 0 {
            return Err(match failed.raw_os_error() {
                Some(libc::EPERM | libc::ENOSYS) => SourceError::Denied,
                _ => SourceError::Io,
            });
        }
        if process < 0 {
            return Err(SourceError::Absent); // a kernel older than 5.2 gives no descriptor, and says nothing
        }
        // SAFETY: the kernel has just opened this descriptor for this call, and nobody else knows it.
        let process = unsafe { OwnedFd::from_raw_fd(process) };
        reap(process.as_fd())
    }
}

extern "C" fn end_at_once(_: *mut c_void) -> c_int {
    0
}

fn reap(process: BorrowedFd<'_>) -> Result<(), SourceError> {
    let mut ended = [PollFd::new(&process, PollFlags::IN)];
    loop {
        match poll(&mut ended, Some(&PATIENCE)) {
            Ok(0) => return Err(SourceError::Timeout),
            Ok(_) => break,
            Err(Errno::INTR) => {}
            Err(_) => return Err(SourceError::Io),
        }
    }
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WITHOUT_SIGNAL;
    match waitid(WaitId::PidFd(process), options) {
        Ok(Some(status)) if status.exit_status() == Some(0) => Ok(()),
        Ok(_) => Err(SourceError::Protocol),
        Err(Errno::PERM | Errno::NOSYS) => Err(SourceError::Denied),
        Err(_) => Err(SourceError::Io),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_come_and_go_and_leave_nothing_to_wait_for() {
        let mut cradle = Cradle::new();
        for _ in 0..100 {
            assert_eq!(cradle.child(), Ok(()));
        }
        // Of this thread alone, since other tests have children too; a kernel can be built without the list.
        if let Ok(children) = std::fs::read_to_string("/proc/thread-self/children") {
            assert_eq!(children, "");
        }
    }
}
