//! A generator that any thread may draw from.

mod child;
mod mechanism;

pub use mechanism::Mechanism;

use crate::pool::Owner;
use crate::{PoolError, PoolLabel};
use child::{Child, Worth};
use core::cell::RefCell;
use openentropy_core::LabelState;
use rand_core::{TryCryptoRng, TryRng};
use std::io;
use std::sync::{Arc, Weak};

/// Random bytes at gigabytes per second: a generator per thread, each seeded and reseeded from one pool.
///
/// Clones and threads share the pool and nothing else. A thread's generator is seeded by its first request, from 320 credited bits of its
/// own; is reseeded when the pool can pay, and due to be after 60 s; takes 32 operating-system bytes into every request; and answers in
/// pieces of at most 4 KiB, after which its state does not tell them any more. At every request it looks whether the process was forked or the
/// machine resumed, and then starts anew. The state dies with its thread, wiped.
///
/// Each call says what its bytes are worth. Through [`TryRng`] and [`io::Read`], which cannot say it, the pool's rules alone
/// decide: make the pool [strict](crate::PoolBuilder::strict) where bytes that nobody paid for would be an error.
///
/// ```
/// use openentropy_host::EntropyPool;
/// let rng = EntropyPool::auto().rng();
/// let mut key = [0; 32];
/// let worth = rng.fill(&mut key)?;
/// println!("{}", worth.name());
/// # Ok::<(), openentropy_host::PoolError>(())
/// ```
#[derive(Clone)]
pub struct HostRng {
    owner: Arc<Owner>,
    mechanism: Mechanism,
    use_: Use,
}

/// What a thread's generator is for; one that nobody paid for never serves requests that could be paid.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Paid,
    Unpaid,
}

/// A generator of this thread, found by pool, mechanism and use.
struct Kept {
    owner: Weak<Owner>,
    mechanism: Mechanism,
    use_: Use,
    /// In a box, since a list that grows leaves copies of what it held behind.
    child: Box<Child>,
}

thread_local! {
    static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
}

impl HostRng {
    pub(crate) const fn new(owner: Arc<Owner>, mechanism: Mechanism) -> Self {
        Self { owner, mechanism, use_: Use::Paid }
    }

    /// The same pool through a generator of its own that is seeded without payment, for when no credited source works.
    pub(crate) const fn unpaid(owner: Arc<Owner>) -> Self {
        Self { owner, mechanism: Mechanism::Hmac, use_: Use::Unpaid }
    }

    /// Fills `out`, and says what all of it is worth.
    ///
    /// The first request of a thread waits until the sources have paid for its seed, at most for the pool's deadline; no later one
    /// waits, except after a fork or a resume.
    ///
    /// # Errors
    /// - [`PoolError::Starved`]: strict, and the sources have not paid within the deadline.
    /// - [`PoolError::ReseedOverdue`]: strict, and the seed is ten minutes old.
    /// - [`PoolError::NoRandomness`]: nobody pays, and the operating system's randomness fails too.
    /// - [`PoolError::Drbg`]: the mechanism failed its self test.
    pub fn fill(&self, out: &mut [u8]) -> Result<LabelState, PoolError> {
        let filled = self.with_child(|child| match self.use_ {
            Use::Paid => child.fill(&self.owner.shared, out),
            Use::Unpaid => child.fill_unpaid(&self.owner.shared, out),
        });
        if filled.is_err() {
            out.fill(0);
        }
        filled
    }

    /// What the bytes of this thread's last request are worth, and how the sources stand now; seeds the thread's generator if there was no
    /// request yet.
    ///
    /// # Errors
    /// Those of [`fill`](Self::fill).
    pub fn label(&self) -> Result<PoolLabel, PoolError> {
        let ages = self.owner.shared.rules.seed_ages;
        let worth_of = |child: &mut Child| child.worth(ages);
        let worth = match self.with_child(worth_of) {
            Some(worth) => worth,
            None => {
                self.fill(&mut [])?;
                self.with_child(worth_of).unwrap_or(Worth::NOTHING)
            }
        };
        let account = self.owner.shared.lined().lock();
        Ok(PoolLabel {
            state: worth.state,
            generator: Some(self.mechanism.name()),
            credited_bits: worth.bits,
            overdue_seconds: worth.overdue.as_secs().try_into().unwrap_or(u32::MAX),
            sources: account.reports(|number, line| line.is_working() && worth.payers.contains(&number)),
            os_mixed: worth.os_mixed,
        })
    }

    /// The mechanism.
    #[must_use]
    pub const fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// Runs `work` on this thread's generator; on one for this request only, where the thread is ending and its own is gone.
    fn with_child<T>(&self, mut work: impl FnMut(&mut Child) -> T) -> T {
        let kept = KEPT.try_with(|kept| {
            let mut kept = kept.try_borrow_mut().ok()?;
            Some(work(self.kept_child(&mut kept)))
        });
        match kept {
            Ok(Some(done)) => done,
            _ => work(&mut Child::new(self.mechanism)),
        }
    }

    fn kept_child<'k>(&self, kept: &'k mut Vec<Kept>) -> &'k mut Child {
        let is_ours = |kept: &Kept| {
            kept.owner.as_ptr() == Arc::as_ptr(&self.owner)
                && kept.mechanism == self.mechanism
                && kept.use_ == self.use_
        };
        let place = kept.iter().position(is_ours).unwrap_or_else(|| {
            kept.retain(|kept| kept.owner.strong_count() > 0);
            kept.push(Kept {
                owner: Arc::downgrade(&self.owner),
                mechanism: self.mechanism,
                use_: self.use_,
                child: Box::new(Child::new(self.mechanism)),
            });
            kept.len() - 1
        });
        &mut kept[place].child
    }
}

/// Each call is one request; the label does not fit through, see [`HostRng`].
impl TryRng for HostRng {
    type Error = PoolError;

    fn try_next_u32(&mut self) -> Result<u32, PoolError> {
        let mut word = [0; 4];
        self.fill(&mut word)?;
        Ok(u32::from_le_bytes(word))
    }

    fn try_next_u64(&mut self) -> Result<u64, PoolError> {
        let mut word = [0; 8];
        self.fill(&mut word)?;
        Ok(u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), PoolError> {
        self.fill(out).map(drop)
    }
}

impl TryCryptoRng for HostRng {}

/// Never ends.
impl io::Read for HostRng {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.fill(out)?;
        Ok(out.len())
    }
}

impl core::fmt::Debug for HostRng {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HostRng").field("mechanism", &self.mechanism).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
