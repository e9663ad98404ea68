//! A pool's state in one process: made anew in a forked child, since its locks may be held by threads that only the parent has.

use super::account::{Account, LANES, Paid, Turn};
use super::trouble::Trouble;
use crate::fork::Generation;
use crate::mixed_seed::MixedSeed;
use crate::sys::{Once, os};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::health::CollectError;
use openentropy_core::{Claim, Policy, Pool, Samples, Seed, SourceError, Starved};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use zeroize::Zeroizing;

/// A jump of the time spent asleep that counts as a resume; the two clocks behind it are read one after the other.
const RESUME_MS: u64 = 500;
/// The longest sleep of a waiter between two looks at sources that may hang.
const LOOK: Duration = Duration::from_millis(50);

/// The state of a pool in one process.
pub(crate) struct Process {
    pub(crate) generation: Generation,
    account: Mutex<Account>,
    /// Wakes who waits for credit.
    paid: Condvar,
    /// Wakes the workers that pay, when the pool has been drawn from.
    drawn: Condvar,
    /// Wakes all other workers.
    wanted: Condvar,
    /// Whether a draw would succeed, for those who would not wait.
    is_full: AtomicBool,
    /// Milliseconds that the machine had slept when a resume was last looked for.
    slept_ms: AtomicU64,
    resumes: AtomicU64,
    made: Instant,
    /// When a generator last took credit before its time, in milliseconds since `made`.
    reseeded_ms: AtomicU64,
    /// The state in a child of this process, and so on.
    pub(crate) next: Once<Process>,
}

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
    pub(crate) fn new(generation: Generation, pool: Pool<LANES>) -> Self {
        Self {
            generation,
            account: Mutex::new(Account::new(pool)),
            paid: Condvar::new(),
            drawn: Condvar::new(),
            wanted: Condvar::new(),
            is_full: AtomicBool::new(false),
            slept_ms: AtomicU64::new(slept_ms()),
            resumes: AtomicU64::new(0),
            made: Instant::now(),
            reseeded_ms: AtomicU64::new(0),
            next: Once::new(),
        }
    }

    /// The state in a child: the pool that it inherited, if no other thread held it at the fork, without any credit, and different from
    /// the parent's.
    pub(crate) fn forked(&self, generation: Generation, policy: Policy) -> Self {
        let mut pool = match self.account.try_lock() {
            Ok(mut account) => core::mem::replace(&mut account.pool, Pool::new(policy)),
            Err(_) => Pool::new(policy),
        };
        pool.mix(&generation.mark().to_be_bytes());
        pool.fork(&*fresh().unwrap_or_default());
        Self::new(generation, pool)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a draw would find enough credit, at a glance.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

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
            account.find_hung(now, patience.source_bound);
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
        while !account.round_is_over() && Instant::now() < patience.until {
            account = wait(&self.paid, account, LOOK);
            account.find_hung(Instant::now(), patience.source_bound);
        }
        account.samples() - before
    }

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
    pub(crate) fn settle(
        &self,
        number: usize,
        took: Duration,
        claim: Option<Claim>,
        collected: Result<Samples<'_>, CollectError>,
    ) -> bool {
        let now = Instant::now();
        let mut account = self.lock();
        if !account.returned(number, took, claim) {
            return false; // it was given up meanwhile; its samples are wiped
        }
        let trouble = match collected {
            Ok(samples) => {
                account.absorb(number, samples, now);
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
        self.paid.notify_all();
        self.wanted.notify_all();
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

    /// Wakes everybody to look again.
    pub(crate) fn wake_all(&self) {
        self.paid.notify_all();
        self.drawn.notify_all();
        self.wanted.notify_all();
    }

    /// How often the machine has been resumed from suspend since this state was made, looked at now.
    ///
    /// A resume is a restart for health and credit: old samples say nothing of the new ones, and the image may have been copied.
    pub(crate) fn resumes(&self) -> u64 {
        let slept = slept_ms();
        let before = self.slept_ms.load(Ordering::Relaxed);
        if slept > before.saturating_add(RESUME_MS)
            && self.slept_ms.compare_exchange(before, slept, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.resumed();
        }
        self.resumes.load(Ordering::Acquire)
    }

    /// Forgets all credit and has every source tested anew.
    pub(crate) fn resumed(&self) {
        let mut account = self.lock();
        account.forget_credit(&*fresh().unwrap_or_default());
        self.is_full.store(false, Ordering::Relaxed);
        self.resumes.fetch_add(1, Ordering::Release);
        self.wake_all();
    }

    /// Ends the workers and wipes the pool; returns at once, however long a source takes.
    pub(crate) fn close(&self) {
        let mut account = self.lock();
        account.is_closed = true;
        account.pool = Pool::new(account.policy());
        self.is_full.store(false, Ordering::Relaxed);
        self.wake_all();
    }

    /// Draws a seed that nobody has paid for, and a nonce.
    ///
    /// # Errors
    /// What the operating system answered when asked for `fresh`.
    pub(crate) fn draw_unpaid(&self, fresh: Fresh) -> Result<(Seed<32>, [u8; 16]), SourceError> {
        let mut account = self.lock();
        let seed = MixedSeed::draw(&mut account.pool, fresh)?.into_seed();
        account.forget_credit(&[]);
        self.is_full.store(false, Ordering::Relaxed);
        let nonce = account.pool.nonce();
        self.ask(&mut account);
        Ok((seed, nonce))
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

/// What the operating system's generator answered.
pub(crate) type Fresh = Result<Zeroizing<[u8; 32]>, SourceError>;

/// Thirty-two bytes of the operating system's generator.
pub(crate) fn fresh() -> Fresh {
    let mut bytes = Zeroizing::new([0; 32]);
    os::fill_random(&mut *bytes)?;
    Ok(bytes)
}

fn slept_ms() -> u64 {
    u64::try_from(os::clock::suspended().as_millis()).unwrap_or(u64::MAX)
}

fn wait<'a>(on: &Condvar, account: MutexGuard<'a, Account>, at_most: Duration) -> MutexGuard<'a, Account> {
    unpoisoned(on.wait_timeout(account, at_most)).0
}

/// The guard of a lock whose holder panicked: the account's own code does not, and sources run outside of it.
fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
