//! A word that says whose turn it is, of a source and its partner thread; each sleeps on it while it is the other's.
//!
//! Reference: futex(2).

use crate::sources::patience::PATIENCE;
use core::sync::atomic::{AtomicU32, Ordering};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::thread::{Timespec, futex};
use std::thread;
use std::time::Instant;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Turn {
    /// The source's.
    Source,
    /// The partner's.
    Partner,
    /// Nobody's any more: the source has ended.
    Over,
}

/// The word, at first the source's.
#[derive(Default)]
pub(super) struct Baton(AtomicU32);

impl Baton {
    /// Waits for the partner's turn, which may not come for long: `false` when the source has ended, or waiting is impossible.
    pub(super) fn is_next(&self) -> bool {
        loop {
            match self.wait_while(Turn::Source) {
                Ok(Turn::Partner) => return true,
                Ok(Turn::Source) => {}
                Ok(Turn::Over) | Err(_) => return false,
            }
        }
    }

    /// Whose turn it is.
    pub(super) fn turn(&self) -> Turn {
        match self.0.load(Ordering::Acquire) {
            turn if turn == Turn::Source as u32 => Turn::Source,
            turn if turn == Turn::Partner as u32 => Turn::Partner,
            _ => Turn::Over,
        }
    }

    /// Ends the partner's turn, if it is that.
    pub(super) fn give_back(&self) {
        let (partner, source) = (Turn::Partner as u32, Turn::Source as u32);
        if self.0.compare_exchange(partner, source, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.wake();
        }
    }

    /// Sleeps until the source has ended.
    pub(super) fn outlast(&self) {
        loop {
            match self.turn() {
                Turn::Over => return,
                turn if self.wait_while(turn).is_err() => thread::sleep(PATIENCE),
                _ => {}
            }
        }
    }

    /// Makes it somebody's turn and wakes whoever waits for that.
    pub(super) fn pass(&self, turn: Turn) {
        self.set(turn);
        self.wake();
    }

    /// Makes it somebody's turn, of which the other side hears in another way, or not yet.
    pub(super) fn set(&self, turn: Turn) {
        self.0.store(turn as u32, Ordering::Release);
    }

    /// Sleeps while it is `turn`, for [`PATIENCE`] at most, and says whose turn it is then.
    ///
    /// # Errors
    /// [`SourceError::Denied`] where a filter forbids the call, [`SourceError::Io`] otherwise.
    pub(super) fn wait_while(&self, turn: Turn) -> Result<Turn, SourceError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let now = self.turn();
            let left = deadline.saturating_duration_since(Instant::now());
            if now != turn || left.is_zero() {
                return Ok(now);
            }
            let left = Timespec::try_from(left).map_err(|_| SourceError::Io)?;
            match futex::wait(&self.0, futex::Flags::PRIVATE, turn as u32, Some(&left)) {
                Ok(()) | Err(Errno::AGAIN | Errno::INTR | Errno::TIMEDOUT) => {}
                Err(Errno::PERM | Errno::NOSYS) => return Err(SourceError::Denied),
                Err(_) => return Err(SourceError::Io),
            }
        }
    }

    fn wake(&self) {
        // A kernel that refuses is met by the other side's bounded wait.
        let _woken = futex::wake(&self.0, futex::Flags::PRIVATE, 1);
    }
}
