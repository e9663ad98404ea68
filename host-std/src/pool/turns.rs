//! The side of a pool's state on which workers collect.

use super::account::Account;
use super::process::{Process, unpoisoned, wait};
use super::schedule::Turn;
use super::source::Standing;
use super::trouble::Trouble;
use core::sync::atomic::Ordering;
use core::time::Duration;
use openentropy_core::health::CollectError;
use openentropy_core::{Samples, SourceError};
use std::time::Instant;

/// What a turn of a source gave.
pub(crate) struct Finished<'b> {
    pub(crate) collected: Result<Samples<'b>, CollectError>,
    pub(crate) took: Duration,
    /// For how much of that the worker had a processor.
    pub(crate) worked: Duration,
    /// The claim now in force; `None` if the source is not open.
    pub(crate) standing: Option<Standing>,
    /// Resumes of the machine before the turn.
    pub(crate) resumes: u64,
}

impl Process {
    /// Blocks source `number`'s worker until it is to collect; `false` ends it.
    pub(crate) fn await_turn(&self, number: usize) -> bool {
        let mut account = self.lock();
        loop {
            let now = Instant::now();
            account = match account.turn(number, now) {
                Turn::Collect => {
                    account.begin(number, now);
                    return true;
                }
                Turn::End => {
                    account.has_thread(number, false);
                    return false;
                }
                Turn::Stand => {
                    let account = unpoisoned(self.drawn.wait(account));
                    // If another of the group is to lead now, it may be resting.
                    if !matches!(account.turn(number, Instant::now()), Turn::Collect | Turn::Stand) {
                        self.wanted.notify_all();
                    }
                    account
                }
                Turn::Rest(None) => unpoisoned(self.wanted.wait(account)),
                Turn::Rest(Some(until)) => wait(&self.wanted, account, until.saturating_duration_since(now)),
            };
        }
    }

    /// Books what a turn of source `number` gave, and says whether the source may stay open.
    pub(crate) fn settle(&self, number: usize, finished: Finished<'_>) -> bool {
        let now = Instant::now();
        let mut account = self.lock();
        let was_full = account.is_full();
        let is_expected = account.returned(number, finished.took, finished.worked, finished.standing);
        if was_full && !account.is_full() {
            self.changed(&account); // a claim was lost and its credit with it: those who rest may be needed
        }
        if !is_expected {
            return false; // it was given up meanwhile; its samples are wiped
        }
        let trouble = match finished.collected {
            // The machine slept in between: the samples are wiped, and the next turn starts the source up again.
            Ok(_) if finished.resumes != self.resumes.load(Ordering::Acquire) => return true,
            Ok(samples) => {
                if account.absorb(number, samples, now) {
                    self.wanted.notify_all(); // the faster one may be resting
                }
                self.tell_progress(&account);
                return true;
            }
            Err(CollectError::Starting { .. }) => {
                account.starting(number, now);
                return true;
            }
            // Nothing was lost, or nothing that counts: the source goes on where it was, unless that lasts.
            Err(CollectError::Source(SourceError::NotReady | SourceError::Overrun))
                if account.unready(number, now) =>
            {
                return true;
            }
            Err(CollectError::Source(SourceError::NotReady | SourceError::Overrun)) => Trouble::TIMEOUT,
            Err(error) => Trouble::from(error),
        };
        account.failed(number, trouble, now);
        self.changed(&account);
        trouble.stays_open
    }

    /// Wakes those whom a block may have served.
    fn tell_progress(&self, account: &Account) {
        let is_full = account.is_full();
        if is_full {
            self.is_full.store(true, Ordering::Relaxed);
        }
        if is_full || account.round > 0 {
            self.paid.notify_all();
        }
    }
}
