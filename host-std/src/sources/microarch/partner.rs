//! A thread of a source's own that does its part on another processor while readings are taken.
//!
//! It is kept on one processor, moves when the source's thread comes to run there, rests when nobody has asked for a millisecond, and is
//! joined on drop. Whoever waits for it waits for [`PATIENCE`] at most.

use crate::sys::os::affinity::{self, ThreadNumber};
use crate::{Access, Candidate, sources::timed};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::SourceError;
use std::process;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// What a wait for the partner may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long the partner goes on when nobody asks.
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
    /// Rounds for which the partner was asked.
    asked: AtomicU64,
    leaving: AtomicU32,
}

/// The partner.
pub(super) struct Partner {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    number: ThreadNumber,
    processors: Vec<usize>,
    place: usize,
    /// The process that started it: a forked child has no such thread, and joins none.
    process: u32,
}

/// The candidate of a source that needs a partner: ready where a thread may run on two processors.
pub(super) fn here() -> Candidate {
    match affinity::processors().len() {
        0 | 1 => Candidate::missing(
            Access::Absent,
            "the process may run on one processor only, and two threads must run at once",
        ),
        _ => timed::here(),
    }
}

impl Partner {
    /// Starts a thread that does `part` again and again.
    ///
    /// # Errors
    /// [`SourceError::Absent`] with one processor, [`SourceError::Io`] when the system gives no thread,
    /// [`SourceError::Timeout`] when it does not run.
    pub(super) fn start(name: &str, part: impl FnMut() + Send + 'static) -> Result<Self, SourceError> {
        let processors = affinity::processors();
        if processors.len() < 2 {
            return Err(SourceError::Absent);
        }
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let (sender, number) = sync_channel(0); // without room, so that a thread that comes too late finds nobody and ends
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let leaving = Leaving(&theirs);
                if sender.send(affinity::this_thread()).is_ok() {
                    leaving.0.run(part);
                }
            })
            .map_err(|_| SourceError::Io)?;
        let number = number.recv_timeout(PATIENCE).map_err(|_| SourceError::Timeout)?;
        let place = usize::MAX; // nowhere yet
        let mut partner =
            Self { shared, thread: Some(thread), number, processors, place, process: process::id() };
        partner.step_aside()?;
        Ok(partner)
    }

    /// Has the partner at work on another processor than this thread's, for the next millisecond.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for); what moving it met.
    pub(super) fn join_in(&mut self) -> Result<(), SourceError> {
        self.step_aside()?;
        self.ask();
        match self.shared.state.load(Ordering::SeqCst) {
            AT_WORK => Ok(()),
            _ => self.wait_for(|| self.shared.state.load(Ordering::SeqCst) == AT_WORK),
        }
    }

    /// Waits until `done`, by what the partner does: without rest for as long as it may be running.
    ///
    /// # Errors
    /// [`SourceError::Timeout`] after [`PATIENCE`], [`SourceError::Disconnected`] when the partner is gone.
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
            self.ask(); // while this thread did not run, the partner may have gone to rest
            if waited > LINGER {
                thread::yield_now(); // the partner does not run: perhaps it waits for this processor
            }
        }
    }

    /// Asks the partner to work, and wakes it if it rests.
    fn ask(&self) {
        self.shared.asked.fetch_add(1, Ordering::SeqCst);
        if let (RESTING, Some(thread)) = (self.shared.state.load(Ordering::SeqCst), &self.thread) {
            thread.thread().unpark();
        }
    }

    /// Moves the partner if it shares this thread's processor, or has no place yet.
    fn step_aside(&mut self) -> Result<(), SourceError> {
        let mine = affinity::this_processor();
        if mine != Some(self.place) && self.place != usize::MAX {
            return Ok(());
        }
        let other = self.processors.iter().copied().find(|place| Some(*place) != mine);
        let place = other.ok_or(SourceError::Absent)?;
        affinity::pin(self.number, place)?;
        self.place = place;
        Ok(())
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        if process::id() != self.process {
            return;
        }
        self.shared.leaving.store(1, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _gone_either_way = thread.join();
        }
    }
}

impl Shared {
    /// The partner's life.
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
                // Whoever asked before the store saw a partner at work and wakes nobody; whoever asks after it wakes this thread.
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

/// Says that the partner is gone, however it goes.
struct Leaving<'s>(&'s Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.state.store(GONE, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partner_works_when_asked_and_rests_when_not() {
        let parts = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&parts);
        let partner = Partner::start("double", move || {
            theirs.fetch_add(1, Ordering::SeqCst);
        });
        let Ok(mut partner) = partner else { return assert!(affinity::processors().len() < 2) };
        for _ in 0..3 {
            partner.join_in().unwrap();
            let before = parts.load(Ordering::SeqCst);
            partner.wait_for(|| parts.load(Ordering::SeqCst) > before).unwrap();
            let deadline = Instant::now() + Duration::from_secs(20);
            while partner.shared.state.load(Ordering::SeqCst) != RESTING {
                assert!(Instant::now() < deadline, "a partner that nobody asks rests");
                thread::sleep(LINGER);
            }
        }
        let shared = Arc::downgrade(&partner.shared);
        drop(partner);
        assert_eq!(shared.strong_count(), 0, "joined on drop");
    }

    #[test]
    fn a_partner_that_dies_is_told_from_one_that_is_late() {
        let partner = Partner::start("double", || panic!("a double that dies"));
        let Ok(mut partner) = partner else { return assert!(affinity::processors().len() < 2) };
        while partner.join_in().is_ok() {} // it may die during the first rounds
        assert_eq!(partner.join_in(), Err(SourceError::Disconnected));
    }

    #[test]
    fn what_never_comes_is_a_timeout() {
        let Ok(partner) = Partner::start("double", || {}) else {
            return assert!(affinity::processors().len() < 2);
        };
        let began = Instant::now();
        assert_eq!(partner.wait_for(|| false), Err(SourceError::Timeout));
        assert!(began.elapsed() >= PATIENCE);
    }
}
