//! A partner thread that does its part on another processor while readings are taken.
//!
//! It moves when the source's thread comes to run where it is, and rests when nobody has asked for a millisecond. Whoever waits for it
//! waits for [`PATIENCE`] at most.

use crate::sources::partner::{Partner, Seat};
use crate::sources::patience::PATIENCE;
use crate::sys::os::affinity;
use crate::{Access, Candidate, sources::timed};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::SourceError;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// How long the helper goes on when nobody asks.
const LINGER: Duration = Duration::from_millis(1);
/// Parts between two looks at whether somebody asked.
const PARTS_PER_LOOK: u32 = 64;
/// Looks at what is waited for between two looks at the clock.
const LOOKS_PER_CLOCK: u32 = 256;

const RESTING: u32 = 0;
const AT_WORK: u32 = 1;
const GONE: u32 = 2;

/// What both threads see.
#[derive(Default)]
struct Shared {
    state: AtomicU32,
    /// Rounds for which the helper was asked.
    asked: AtomicU64,
    leaving: AtomicU32,
}

/// The helper, ended and joined when this is dropped.
pub(super) struct Helper {
    shared: Arc<Shared>,
    partner: Partner,
}

/// The candidate of a source that needs a helper: ready where a thread may run on two processors.
pub(super) fn here() -> Candidate {
    match affinity::processors().len() {
        0 | 1 => Candidate::missing(
            Access::Absent,
            "the process may run on one processor only, and two threads must run at once",
        ),
        _ => timed::here(),
    }
}

impl Helper {
    /// Starts a thread that does `part` again and again.
    ///
    /// # Errors
    /// [`SourceError::Absent`] with one processor; otherwise as [`Partner::start`].
    pub(super) fn start(name: &str, part: impl FnMut() + Send + 'static) -> Result<Self, SourceError> {
        if affinity::processors().len() < 2 {
            return Err(SourceError::Absent);
        }
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let partner = Partner::start(name, move || {
            let leaving = Leaving(&theirs);
            leaving.0.run(part);
        })?;
        Ok(Self { shared, partner })
    }

    /// Has the helper at work on another processor than this thread's, for the next millisecond.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for); what moving it met, as [`Partner::sit`].
    pub(super) fn join_in(&mut self) -> Result<(), SourceError> {
        self.join_in_at(Seat::Other)
    }

    /// The same for a seat that the caller chooses.
    ///
    /// # Errors
    /// As [`join_in`](Self::join_in).
    pub(super) fn join_in_at(&mut self, seat: Seat) -> Result<(), SourceError> {
        self.partner.sit(seat)?;
        self.ask();
        match self.shared.state.load(Ordering::SeqCst) {
            AT_WORK => Ok(()),
            _ => self.wait_for(|| self.shared.state.load(Ordering::SeqCst) == AT_WORK),
        }
    }

    /// Waits until `done`, by what the helper does: without rest for as long as it may be running.
    ///
    /// # Errors
    /// [`SourceError::Timeout`] after [`PATIENCE`], [`SourceError::Disconnected`] when the helper is gone.
    pub(super) fn wait_for(&self, mut done: impl FnMut() -> bool) -> Result<(), SourceError> {
        let mut began = None;
        loop {
            for _ in 0..LOOKS_PER_CLOCK {
                if done() {
                    return Ok(());
                }
            }
            if self.shared.state.load(Ordering::SeqCst) == GONE {
                return Err(SourceError::Disconnected);
            }
            let waited = began.get_or_insert_with(Instant::now).elapsed();
            if waited > PATIENCE {
                return Err(SourceError::Timeout);
            }
            self.ask(); // while this thread did not run, the helper may have gone to rest
            if waited > LINGER {
                thread::yield_now(); // the helper does not run: perhaps it waits for this processor
            }
        }
    }

    /// Asks the helper to work, and wakes it if it rests.
    fn ask(&self) {
        self.shared.asked.fetch_add(1, Ordering::SeqCst);
        if self.shared.state.load(Ordering::SeqCst) == RESTING {
            self.partner.wake();
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let Self { shared, partner } = self;
        partner.end(|| shared.leaving.store(1, Ordering::SeqCst));
    }
}

impl Shared {
    /// The helper's life.
    fn run(&self, mut part: impl FnMut()) {
        let mut seen = 0;
        let mut since = Instant::now();
        while self.leaving.load(Ordering::SeqCst) == 0 {
            let asked = self.asked.load(Ordering::SeqCst);
            if asked != seen {
                (seen, since) = (asked, Instant::now());
                self.state.store(AT_WORK, Ordering::SeqCst);
            } else if since.elapsed() > LINGER {
                self.state.store(RESTING, Ordering::SeqCst);
                // Whoever asked before the store saw a helper at work and wakes nobody; whoever asks after it wakes this thread.
                if self.asked.load(Ordering::SeqCst) == seen && self.leaving.load(Ordering::SeqCst) == 0 {
                    thread::park();
                }
                continue;
            }
            for _ in 0..PARTS_PER_LOOK {
                part();
            }
        }
    }
}

/// Says that the helper is gone, however it goes.
struct Leaving<'s>(&'s Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.state.store(GONE, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::patience::patiently;
    use crate::sys::in_child;

    #[test]
    fn the_helper_works_when_asked_and_rests_when_not() {
        let parts = Arc::new(AtomicU64::new(0));
        let helper = patiently(|| {
            let theirs = Arc::clone(&parts);
            Helper::start("double", move || {
                theirs.fetch_add(1, Ordering::SeqCst);
            })
        });
        let Ok(mut helper) = helper else { return assert!(affinity::processors().len() < 2) };
        for _ in 0..3 {
            patiently(|| helper.join_in()).unwrap();
            let before = parts.load(Ordering::SeqCst);
            patiently(|| helper.wait_for(|| parts.load(Ordering::SeqCst) > before)).unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            while helper.shared.state.load(Ordering::SeqCst) != RESTING {
                assert!(Instant::now() < deadline, "a helper that nobody asks rests");
                thread::sleep(LINGER);
            }
        }
        let shared = Arc::downgrade(&helper.shared);
        drop(helper);
        assert_eq!(shared.strong_count(), 0, "joined on drop");
    }

    #[test]
    fn a_helper_that_dies_is_told_from_one_that_is_late() {
        let helper = patiently(|| Helper::start("double", || panic!("a double that dies")));
        let Ok(mut helper) = helper else { return assert!(affinity::processors().len() < 2) };
        while patiently(|| helper.join_in()).is_ok() {} // it may die during the first rounds
        assert_eq!(helper.join_in(), Err(SourceError::Disconnected));
    }

    #[test]
    fn a_forked_child_has_no_helper_and_says_so() {
        let Ok(mut helper) = patiently(|| Helper::start("double", || {})) else {
            return assert!(affinity::processors().len() < 2);
        };
        patiently(|| helper.join_in()).unwrap();
        let told = in_child(|| vec![u8::from(helper.join_in() == Err(SourceError::Disconnected))]);
        assert_eq!(told, [1]);
    }

    #[test]
    fn what_never_comes_is_a_timeout() {
        let Ok(helper) = patiently(|| Helper::start("double", || {})) else {
            return assert!(affinity::processors().len() < 2);
        };
        let began = Instant::now();
        assert_eq!(helper.wait_for(|| false), Err(SourceError::Timeout));
        assert!(began.elapsed() >= PATIENCE);
    }
}
