//! The side of a pool's state on which bytes are asked for.

use super::account::{Account, LANES, Paid};
use super::process::{Fresh, Process, wait};
use crate::mixed_seed::MixedSeed;
use core::sync::atomic::Ordering;
use core::time::Duration;
use openentropy_core::{Pool, Seed, SourceError, Starved};
use std::time::Instant;

/// The longest sleep of a waiter between two looks at sources that may hang.
const LOOK: Duration = Duration::from_millis(50);

/// How long a draw waits, and for what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) until: Instant,
    /// Whether to wait although no source is on its way to paying.
    pub(crate) is_strict: bool,
    /// How long one call of a source may take.
    pub(crate) source_bound: Duration,
}

impl Process {
    /// Draws with `take` as soon as the sources have paid, after mixing `fresh`.
    ///
    /// # Errors
    /// [`Starved`] at the end of `patience`, or as soon as no source is on its way to paying and nobody insists.
    pub(crate) fn draw<T>(
        &self,
        patience: Patience,
        fresh: &[u8],
        mut take: impl FnMut(&mut Pool<LANES>) -> Result<T, Starved>,
    ) -> Result<(T, Paid), Starved> {
        let mut account = self.lock();
        account.pool.mix(fresh);
        self.ask(&mut account);
        loop {
            let now = Instant::now();
            self.find_hung(&mut account, patience.source_bound);
            let starved = match account.draw(&mut take) {
                Ok(drawn) => {
                    self.is_full.store(false, Ordering::Relaxed);
                    self.drawn.notify_all();
                    return Ok(drawn);
                }
                Err(starved) => starved,
            };
            let hope = account.may_pay() || (patience.is_strict && account.has_claims());
            let left = patience.until.saturating_duration_since(now);
            if !hope || left.is_zero() {
                return Err(starved);
            }
            account = wait(&self.paid, account, left.min(LOOK));
            account.asked = Instant::now();
        }
    }

    /// Has every source contribute one block, and waits until each has or cannot.
    pub(crate) fn collect_round(&self, patience: Patience) -> u64 {
        let mut account = self.lock();
        let before = account.samples();
        account.round += 1;
        self.ask(&mut account);
        self.wake_all();
        while !account.round_is_over(Instant::now()) && Instant::now() < patience.until {
            account = wait(&self.paid, account, LOOK);
            self.find_hung(&mut account, patience.source_bound);
        }
        account.samples() - before
    }

    /// Draws a seed that nobody has paid for, and a nonce.
    ///
    /// # Errors
    /// What the operating system answered when asked for `fresh`.
    pub(crate) fn draw_unpaid(&self, fresh: Fresh) -> Result<(Seed<32>, [u8; 16]), SourceError> {
        let mut account = self.lock();
        let seed = MixedSeed::draw(&mut account.pool, fresh)?.into_seed();
        account.forget_credit(&[]);
        account.asked = Instant::now();
        self.changed(&account);
        Ok((seed, account.pool.nonce()))
    }

    /// Whether a generator whose seed is not due yet may take the pool's credit: one in `between`, of all threads.
    pub(crate) fn may_reseed(&self, now: Instant, between: Duration) -> bool {
        let now_ms = u64::try_from(now.duration_since(self.made).as_millis()).unwrap_or(u64::MAX);
        let last = self.reseeded_ms.load(Ordering::Relaxed);
        let is_due = now_ms >= last.saturating_add(u64::try_from(between.as_millis()).unwrap_or(u64::MAX));
        is_due
            && self.reseeded_ms.compare_exchange(last, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Notes a request, and wakes sources that slept for lack of interest.
    fn ask(&self, account: &mut Account) {
        if account.ask(Instant::now()) {
            self.wanted.notify_all();
        }
    }
}
