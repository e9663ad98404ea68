//! A thread that plays the other side of a source: woken, signalled, or a rival for the processor.
//!
//! The two share a [`Baton`]. The source's waits for the partner end after a second in [`SourceError::Timeout`]. The partner runs none of the program's signal handlers and stays until the source ends, so that its number is never
//! another thread's. In a forked child, where it does not exist, a source says [`SourceError::Disconnected`] and waits for no end.

use super::baton::{Baton, PATIENCE, Turn};
use crate::sys::os::Blocked;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::process::getpid;
use rustix::thread::{CpuSet, Pid, gettid, sched_getaffinity, sched_getcpu, sched_setaffinity};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};

/// Where a partner runs, seen from the source's thread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// On the same processor.
    Same,
    /// On another one, where there is one.
    Other,
}

/// The thread, ended and joined when this is dropped.
pub(super) struct Partner {
    baton: Arc<Baton>,
    thread: Option<JoinHandle<()>>,
    id: Pid,
    process: Pid,
    allowed: CpuSet,
    /// The source's processor when the partner was last moved.
    beside: Option<usize>,
}

impl Partner {
    /// Starts a thread that lives `life` with the baton.
    ///
    /// # Errors
    /// [`SourceError::Io`] when no thread starts, [`SourceError::Denied`] when the processors it may use are not told,
    /// [`SourceError::Timeout`] when it does not come to life within a second.
    pub(super) fn start(name: &str, life: fn(&Baton)) -> Result<Self, SourceError> {
        let allowed = sched_getaffinity(None).map_err(|_| SourceError::Denied)?;
        let baton = Arc::new(Baton::default());
        let (tell, told) = sync_channel(1);
        let theirs = Arc::clone(&baton);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let Ok(blocked) = Blocked::all() else { return };
            blocked.for_ever();
            if tell.send(gettid()).is_ok() {
                life(&theirs);
                theirs.outlast();
            }
        });
        let thread = thread.map_err(|_| SourceError::Io)?;
        let process = getpid();
        let mut partner = Self { baton, thread: Some(thread), id: process, process, allowed, beside: None };
        partner.id = told.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => SourceError::Timeout,
            RecvTimeoutError::Disconnected => SourceError::Io,
        })?;
        Ok(partner)
    }

    /// The thread's number.
    pub(super) const fn id(&self) -> Pid {
        self.id
    }

    /// Makes it the partner's turn and wakes it.
    pub(super) fn pass(&self) {
        self.baton.pass(Turn::Partner);
    }

    /// Makes it the partner's turn, of which it hears in another way.
    pub(super) fn pass_silently(&self) {
        self.baton.set(Turn::Partner);
    }

    /// Takes the turn back without waiting.
    pub(super) fn take_back(&self) {
        self.baton.set(Turn::Source);
    }

    /// Waits for the source's turn; returns at once when it is that.
    ///
    /// # Errors
    /// [`SourceError::Timeout`], or why waiting failed.
    pub(super) fn wait(&self) -> Result<(), SourceError> {
        match self.baton.wait_while(Turn::Partner)? {
            Turn::Source => Ok(()),
            _ => Err(SourceError::Timeout),
        }
    }

    /// Makes sure of a partner that has nothing left to do: waits for an answer that came too late for its round.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`] in a forked child, otherwise as [`wait`](Self::wait).
    pub(super) fn ready(&self) -> Result<(), SourceError> {
        match self.is_here() {
            true => self.wait(),
            false => Err(SourceError::Disconnected),
        }
    }

    /// Whether the thread is one of this process.
    pub(super) fn is_here(&self) -> bool {
        self.process == getpid()
    }

    /// Moves the partner to its seat, if this thread has changed its processor since it was last moved.
    ///
    /// # Errors
    /// [`SourceError::Denied`] where a filter forbids the call, [`SourceError::Io`] otherwise, a processor beyond the 1,024 of the call or
    /// taken away included.
    pub(super) fn sit(&mut self, seat: Seat) -> Result<(), SourceError> {
        let here = sched_getcpu();
        if self.beside == Some(here) {
            return Ok(());
        }
        let mut others = (0..CpuSet::MAX_CPU).filter(|cpu| *cpu != here && self.allowed.is_set(*cpu));
        let there = match seat {
            Seat::Same => here,
            Seat::Other => others.next().unwrap_or(here),
        };
        if there >= CpuSet::MAX_CPU {
            return Err(SourceError::Io);
        }
        let mut seats = CpuSet::new();
        seats.set(there);
        sched_setaffinity(Some(self.id), &seats).map_err(|errno| match errno {
            Errno::PERM | Errno::NOSYS => SourceError::Denied,
            _ => SourceError::Io,
        })?;
        self.beside = Some(here);
        Ok(())
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.baton.pass(Turn::Over);
        if !self.is_here() {
            return;
        }
        if let Some(thread) = self.thread.take() {
            let _ended_or_panicked = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::in_child;

    fn echo(baton: &Baton) {
        while baton.is_next() {
            baton.give_back();
        }
    }

    #[test]
    fn turns_alternate_and_the_partner_moves_with_the_source() {
        let mut partner = Partner::start("echo", echo).unwrap();
        for round in 0..100 {
            let seat = if round % 2 == 0 { Seat::Same } else { Seat::Other };
            partner.beside = None;
            partner.sit(seat).unwrap();
            let seats = sched_getaffinity(Some(partner.id())).unwrap();
            assert_eq!(seats.count(), 1);
            partner.pass();
            assert_eq!(partner.wait(), Ok(()));
        }
    }

    #[test]
    fn a_partner_that_gave_up_is_a_timeout_and_keeps_its_number() {
        let partner = Partner::start("one-turn", |baton| {
            baton.is_next();
            baton.give_back();
        })
        .unwrap();
        partner.pass();
        assert_eq!(partner.wait(), Ok(()));
        partner.pass();
        assert_eq!(partner.wait(), Err(SourceError::Timeout));
        assert!(sched_getaffinity(Some(partner.id())).is_ok());
    }

    #[test]
    fn a_partner_that_keeps_silent_is_a_timeout_and_its_late_answer_counts() {
        let partner = Partner::start("slow", |baton| {
            while baton.is_next() {
                thread::sleep(PATIENCE + PATIENCE / 2);
                baton.give_back();
            }
        })
        .unwrap();
        partner.pass();
        assert_eq!(partner.wait(), Err(SourceError::Timeout));
        assert_eq!(partner.ready(), Ok(()));
    }

    #[test]
    fn a_forked_child_waits_for_nobody_who_is_not_there() {
        let partner = Partner::start("echo", echo).unwrap();
        let told = in_child(|| vec![u8::from(partner.ready() == Err(SourceError::Disconnected))]);
        assert_eq!(told, [1]);
        partner.pass();
        assert_eq!(partner.wait(), Ok(()));
    }
}
