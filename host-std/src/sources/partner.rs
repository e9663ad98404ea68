//! A thread of a source's own, which answers, is woken, or takes part in what is timed.
//!
//! It runs none of the program's signal handlers, and its number is nobody else's until it is joined. A forked child has a copy of the source and
//! no such thread, and what it shares with its parent still serves the parent: there a partner can neither be moved nor ended.

use super::patience::PATIENCE;
use crate::sys::Blocked;
use crate::sys::os::affinity::{self, ThreadNumber};
use openentropy_core::SourceError;
use std::process;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::{self, JoinHandle};

/// Where a partner runs, seen from the source's thread.
#[allow(dead_code, reason = "sources that need a certain processor are not on every platform")]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// On the same processor.
    Same,
    /// On another one, where there is one.
    Other,
    /// On this one.
    At(usize),
}

/// The thread; whoever has it ends it on drop, by [`end`](Self::end).
pub(crate) struct Partner {
    thread: Option<JoinHandle<()>>,
    number: ThreadNumber,
    process: u32,
    processors: Vec<usize>,
    /// The only processor on which it may run, once it was moved.
    place: Option<usize>,
}

impl Partner {
    /// Starts a thread that lives `life`.
    ///
    /// # Errors
    /// [`SourceError::Io`] when no thread starts, [`SourceError::Denied`] when the processors it may use are not told,
    /// [`SourceError::Timeout`] when it does not come to life within [`PATIENCE`].
    pub(crate) fn start(name: &str, life: impl FnOnce() + Send + 'static) -> Result<Self, SourceError> {
        let processors = affinity::processors();
        if processors.is_empty() {
            return Err(SourceError::Denied);
        }
        let (tell, told) = sync_channel(0); // so that a thread that comes too late for this call has no life
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let Ok(blocked) = Blocked::all() else { return };
            blocked.for_ever();
            if tell.send(affinity::this_thread()).is_ok() {
                life();
            }
        });
        let thread = thread.map_err(|_| SourceError::Io)?;
        let number = told.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => SourceError::Timeout,
            RecvTimeoutError::Disconnected => SourceError::Io,
        })?;
        Ok(Self { thread: Some(thread), number, process: process::id(), processors, place: None })
    }

    /// The thread's number.
    #[allow(dead_code, reason = "threads have no number to send signals to on every platform")]
    pub(crate) const fn number(&self) -> ThreadNumber {
        self.number
    }

    /// Makes sure that the thread is one of this process.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`] in a forked child.
    pub(crate) fn here(&self) -> Result<(), SourceError> {
        match self.process == process::id() {
            true => Ok(()),
            false => Err(SourceError::Disconnected),
        }
    }

    /// Ends its sleep in [`thread::park`], or the next one.
    pub(crate) fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// Moves it to its seat, if it is not there: this thread may have changed its processor. Where the system places threads, it stays.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`] in a forked child, or when the thread is gone, [`SourceError::Denied`] where a filter forbids the call,
    /// [`SourceError::Io`] when the processor was taken away.
    pub(crate) fn sit(&mut self, seat: Seat) -> Result<(), SourceError> {
        self.here()?;
        let Some(here) = affinity::this_processor() else { return Ok(()) };
        let place = match (seat, self.place) {
            (Seat::Same, _) => here,
            (Seat::At(place), _) => place,
            (Seat::Other, Some(place)) if place != here => place,
            (Seat::Other, _) => self.processors.iter().copied().find(|place| *place != here).unwrap_or(here),
        };
        if self.place != Some(place) {
            affinity::pin(self.number, place)?;
            self.place = Some(place);
        }
        Ok(())
    }

    /// Hangs up, upon which the thread ends, and waits for that. In a forked child nothing happens.
    pub(crate) fn end(&mut self, hang_up: impl FnOnce()) {
        let Some(thread) = self.thread.take() else { return };
        if self.here().is_err() {
            core::mem::forget(thread); // nothing here to detach from
            return;
        }
        hang_up();
        thread.thread().unpark();
        let _ended_or_panicked = thread.join();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::in_child;

    #[test]
    fn a_partner_ends_with_its_owner_and_not_in_a_child() {
        let (hang_up, heard) = sync_channel::<()>(1);
        let mut partner = Partner::start("partner", move || assert!(heard.recv().is_err())).unwrap();
        let told = in_child(|| {
            let gone = partner.here() == Err(SourceError::Disconnected)
                && partner.sit(Seat::Other) == Err(SourceError::Disconnected);
            partner.end(|| panic!("the parent still talks"));
            vec![u8::from(gone)]
        });
        assert_eq!(told, [1]);
        partner.sit(Seat::Other).unwrap();
        partner.end(|| drop(hang_up));
        partner.end(|| panic!("it has ended"));
    }

    #[test]
    fn a_partner_sits_where_it_is_told() {
        let mut partner = Partner::start("partner", thread::park).unwrap();
        for round in 0..100 {
            partner.sit(if round % 2 == 0 { Seat::Same } else { Seat::Other }).unwrap();
            let places = affinity::places_of(partner.number());
            assert_eq!(places, partner.place.map_or(partner.processors.clone(), |place| vec![place]));
        }
        partner.end(|| {});
    }
}
