//! Real forks, for tests.

use core::panic::AssertUnwindSafe;
use std::io::{PipeReader, Read, Write, pipe};
use std::panic::catch_unwind;

/// Seconds after which a child that hangs is killed.
const CHILD_BOUND: u32 = 120;

/// A forked child and the pipe on which its result comes.
pub(crate) struct Forked {
    process: libc::pid_t,
    result: PipeReader,
}

impl Forked {
    /// Forks; the child writes what `work` returns and ends, without running anything else of the test's process.
    pub(crate) fn start(work: impl FnOnce() -> Vec<u8>) -> Self {
        let (result, mut writer) = pipe().expect("a pipe");
        // SAFETY: the child runs `work`, writes to a pipe and leaves by `_exit`; that `work` takes no lock which another thread
        // could hold is what these tests are about, and the C library resets its own locks.
        let process = unsafe { libc::fork() };
        assert!(process >= 0, "fork failed");
        if process > 0 {
            return Self { process, result };
        }
        // SAFETY: takes a number and has no precondition.
        unsafe { libc::alarm(CHILD_BOUND) };
        let answer = catch_unwind(AssertUnwindSafe(work)).unwrap_or_default();
        let written = writer.write_all(&answer);
        // SAFETY: ends the child at once; nothing of the parent's is flushed or dropped twice.
        unsafe { libc::_exit(i32::from(written.is_err())) }
    }

    /// What the child returned; nothing if it panicked, hung or crashed.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut answer = Vec::new();
        self.result.read_to_end(&mut answer).expect("the pipe");
        let mut status = 0;
        // SAFETY: the pointer is to a live integer, and the process is a child of ours that nobody else waits for.
        let waited = unsafe { libc::waitpid(self.process, &raw mut status, 0) };
        assert_eq!((waited, status), (self.process, 0), "the child ended badly");
        answer
    }
}

/// Runs `work` in a child and returns what it returned.
pub(crate) fn in_child(work: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    Forked::start(work).finish()
}
