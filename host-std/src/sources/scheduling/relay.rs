//! A source and its partner thread, which pass each other the turn: the partner is woken, signalled, or a rival for the processor.
//!
//! The two share a [`Baton`]. The source's waits for the partner end after [`PATIENCE`](crate::sources::patience::PATIENCE) in
//! [`SourceError::Timeout`]. The partner stays until the source ends, so that its number is never another thread's.

use super::baton::{Baton, Turn};
use crate::sources::partner::{Partner, Seat};
use crate::sys::os::affinity::ThreadNumber;
use openentropy_core::SourceError;
use std::sync::Arc;

/// The two ends; the partner is ended and joined when this is dropped.
pub(super) struct Relay {
    baton: Arc<Baton>,
    partner: Partner,
}

impl Relay {
    /// Starts a thread that lives `life` with the baton.
    ///
    /// # Errors
    /// As [`Partner::start`].
    pub(super) fn start(name: &str, life: fn(&Baton)) -> Result<Self, SourceError> {
        let baton = Arc::new(Baton::default());
        let theirs = Arc::clone(&baton);
        let partner = Partner::start(name, move || {
            life(&theirs);
            theirs.outlast();
        })?;
        Ok(Self { baton, partner })
    }

    /// The partner thread's number.
    pub(super) const fn number(&self) -> ThreadNumber {
        self.partner.number()
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
        self.partner.here()?;
        self.wait()
    }

    /// Moves the partner, as [`Partner::sit`].
    ///
    /// # Errors
    /// As [`Partner::sit`].
    pub(super) fn sit(&mut self, seat: Seat) -> Result<(), SourceError> {
        self.partner.sit(seat)
    }

    /// Whether the partner is a thread of this process.
    pub(super) fn is_here(&self) -> bool {
        self.partner.here().is_ok()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let Self { baton, partner } = self;
        partner.end(|| baton.pass(Turn::Over));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::patience::PATIENCE;
    use crate::sys::in_child;
    use crate::sys::os::affinity;
    use std::thread;

    fn echo(baton: &Baton) {
        while baton.is_next() {
            baton.give_back();
        }
    }

    #[test]
    fn turns_alternate_wherever_the_partner_sits() {
        let mut relay = Relay::start("echo", echo).unwrap();
        for round in 0..100 {
            relay.sit(if round % 2 == 0 { Seat::Same } else { Seat::Other }).unwrap();
            relay.pass();
            assert_eq!(relay.wait(), Ok(()));
        }
    }

    #[test]
    fn a_partner_that_gave_up_is_a_timeout_and_keeps_its_number() {
        let relay = Relay::start("one-turn", |baton| {
            baton.is_next();
            baton.give_back();
        })
        .unwrap();
        relay.pass();
        assert_eq!(relay.wait(), Ok(()));
        relay.pass();
        assert_eq!(relay.wait(), Err(SourceError::Timeout));
        assert!(!affinity::places_of(relay.number()).is_empty());
    }

    #[test]
    fn a_partner_that_keeps_silent_is_a_timeout_and_its_late_answer_counts() {
        let relay = Relay::start("slow", |baton| {
            while baton.is_next() {
                thread::sleep(PATIENCE + PATIENCE / 2);
                baton.give_back();
            }
        })
        .unwrap();
        relay.pass();
        assert_eq!(relay.wait(), Err(SourceError::Timeout));
        assert_eq!(relay.ready(), Ok(()));
    }

    #[test]
    fn a_forked_child_waits_for_nobody_who_is_not_there() {
        let relay = Relay::start("echo", echo).unwrap();
        let told = in_child(|| vec![u8::from(relay.ready() == Err(SourceError::Disconnected))]);
        assert_eq!(told, [1]);
        relay.pass();
        assert_eq!(relay.wait(), Ok(()));
    }
}
