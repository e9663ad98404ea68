//! A pool's state in one process: made anew in a forked child, since its locks may be held by threads that only the parent has.

use super::account::{Account, LANES};
use crate::fork::Generation;
use crate::sys::{Once, os};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::{Policy, Pool, SourceError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use zeroize::Zeroizing;

/// A jump of the time spent asleep that counts as a resume; the two clocks behind it are read one after the other.
const RESUME_MS: u64 = 500;

/// The state of a pool in one process.
pub(crate) struct Process {
    pub(crate) generation: Generation,
    pub(super) account: Mutex<Account>,
    /// Wakes who waits for credit.
    pub(super) paid: Condvar,
    /// Wakes the workers that pay, when the pool has been drawn from.
    pub(super) drawn: Condvar,
    /// Wakes all other workers.
    pub(super) wanted: Condvar,
    /// Whether a draw would succeed, for those who would not wait.
    pub(super) is_full: AtomicBool,
    /// Milliseconds that the machine had slept when a resume was last looked for.
    slept_ms: AtomicU64,
    pub(super) resumes: AtomicU64,
    pub(super) made: Instant,
    /// When a generator last took credit before its time, in milliseconds since `made`.
    pub(super) reseeded_ms: AtomicU64,
    /// The state in a child of this process, and so on.
    pub(crate) next: Once<Process>,
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

    /// Tells everybody that the account has changed in a way that may concern them.
    pub(super) fn changed(&self, account: &Account) {
        self.is_full.store(account.is_full(), Ordering::Relaxed);
        self.wake_all();
    }

    /// Wakes everybody to look again.
    pub(crate) fn wake_all(&self) {
        self.paid.notify_all();
        self.drawn.notify_all();
        self.wanted.notify_all();
    }

    /// Finds sources that hang.
    pub(super) fn find_hung(&self, account: &mut Account, bound: Duration) {
        if account.find_hung(Instant::now(), bound) {
            self.changed(account);
        }
    }

    /// Notes that one reader more, or less, is shown the samples of source `number`.
    pub(crate) fn show(&self, number: usize, is_shown: bool) {
        let mut account = self.lock();
        account.show(number, is_shown);
        self.changed(&account);
    }

    /// How often the machine has been resumed from suspend since this state was made, looked at now.
    ///
    /// A resume is a restart for health and credit: old samples say nothing of the new ones, and the image may have been copied.
    pub(crate) fn resumes(&self) -> u64 {
        let slept = slept_ms();
        if self.has_resumed(slept) {
            let mut account = self.lock();
            // Noted last, so that nobody takes the time for known while the credit still stands.
            if self.has_resumed(slept) {
                self.resumed(&mut account);
                self.slept_ms.store(slept, Ordering::Release);
            }
        }
        self.resumes.load(Ordering::Acquire)
    }

    fn has_resumed(&self, slept_ms: u64) -> bool {
        slept_ms > self.slept_ms.load(Ordering::Acquire).saturating_add(RESUME_MS)
    }

    /// Forgets all credit and has every source tested anew.
    pub(crate) fn resumed(&self, account: &mut Account) {
        account.forget_credit(&*fresh().unwrap_or_default());
        self.resumes.fetch_add(1, Ordering::Release);
        self.changed(account);
    }

    /// Ends the workers and wipes the pool; returns at once, however long a source takes.
    pub(crate) fn close(&self) {
        let mut account = self.lock();
        account.is_closed = true;
        account.pool = Pool::new(account.policy());
        self.changed(&account);
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

pub(super) fn wait<'a>(
    on: &Condvar,
    account: MutexGuard<'a, Account>,
    at_most: Duration,
) -> MutexGuard<'a, Account> {
    unpoisoned(on.wait_timeout(account, at_most)).0
}

/// The guard of a lock whose holder panicked: the account's own code does not, and sources run outside of it.
pub(super) fn unpoisoned<T>(result: Result<T, PoisonError<T>>) -> T {
    result.unwrap_or_else(PoisonError::into_inner)
}
