//! The pool of a host: sources, each in a thread of its own, and the bytes that they pay for.

mod account;
mod builder;
mod draws;
mod health;
mod line;
mod process;
mod requests;
mod schedule;
mod shared;
mod source;
mod trouble;
mod turns;
mod worker;

pub use builder::PoolBuilder;
pub use health::{HealthReport, SourceHealth};
pub use requests::ConditioningMode;

pub(crate) use account::Paid;
pub(crate) use process::{Fresh, Process, fresh};
pub(crate) use shared::{Rules, SeedAges, Shared};
pub(crate) use source::Source;

use crate::claims::Claims;
use crate::found::{FoundSource, HostSourceInfo, default_sources};
use crate::{HostRng, Mechanism, PoolError, PoolLabel};
use core::time::Duration;
use openentropy_core::LabelState;
use std::sync::Arc;

/// Noise sources, the entropy they have been credited with, and the bytes that are paid with it.
///
/// Each source runs in a thread of its own, under continuous health tests; one that fails, hangs or panics is named in the label
/// and the rest go on. Threads start with the first request, work while the pool is not full, and sleep otherwise. A pool is a handle:
/// clones share it, from any number of threads, and the last one to go ends the workers without waiting for them. In a forked child
/// credit is gone, and workers start anew with the first request.
///
/// The methods with `get_` in their names, and those beside them, are what users of other programs of this kind know. Every one that
/// returns bytes says what they are worth.
///
/// ```
/// use openentropy_host::EntropyPool;
/// let pool = EntropyPool::auto();
/// let bytes = pool.get_random_bytes(32)?;
/// println!("{} bytes: {}", bytes.len(), bytes.label());
/// # Ok::<(), openentropy_host::PoolError>(())
/// ```
#[derive(Clone)]
pub struct EntropyPool {
    owner: Arc<Owner>,
}

/// What handles own together: when the last goes, the pool is closed. Workers own no part of it.
pub(crate) struct Owner {
    pub(crate) shared: Arc<Shared>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.process().close();
    }
}

impl EntropyPool {
    /// A pool of the default sources: those that are ready, fast, and need no consent, under the [installed claims](Claims::installed).
    #[must_use]
    pub fn auto() -> Self {
        Self::builder().sources(default_sources(false)).build()
    }

    /// A pool without sources; `seed` is mixed beside operating-system randomness, never in its place, and counts for nothing.
    ///
    /// ```
    /// let pool = openentropy_host::EntropyPool::new(Some(b"left by an earlier run"));
    /// assert_eq!(pool.source_count(), 0);
    /// assert_eq!(pool.get_random_bytes(8)?.label().credited_bits, 0);
    /// # Ok::<(), openentropy_host::PoolError>(())
    /// ```
    #[must_use]
    pub fn new(seed: Option<&[u8]>) -> Self {
        Self::builder().seed(seed.unwrap_or_default()).build()
    }

    /// A pool with sources and rules of choice.
    #[must_use]
    pub fn builder() -> PoolBuilder {
        PoolBuilder::new()
    }

    /// Adds a source, to be opened with the next request.
    ///
    /// # Errors
    /// [`PoolError::TooManySources`].
    pub fn add_source(&self, source: FoundSource) -> Result<(), PoolError> {
        let shared = &self.owner.shared;
        shared.add(Source::new(source, false, shared.claims.clone()))
    }

    /// How many sources there are, working or not.
    #[must_use]
    pub fn source_count(&self) -> usize {
        self.owner.shared.sources.iter().count()
    }

    /// Their canonical names, in the order of the label.
    #[must_use]
    pub fn source_names(&self) -> Vec<&'static str> {
        self.owner.shared.sources.iter().map(|source| source.found.name()).collect()
    }

    /// The facts about them.
    #[must_use]
    pub fn source_infos(&self) -> Vec<HostSourceInfo> {
        let infos = self.owner.shared.sources.iter();
        infos.map(|source| HostSourceInfo::of(&source.found, source.claim())).collect()
    }

    /// What its sources may be paid, and which claims files say so.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.owner.shared.claims
    }

    /// Has every source contribute one tested block, in parallel, within ten seconds; how many samples were absorbed.
    pub fn collect_all(&self) -> u64 {
        self.collect_all_parallel(Duration::from_secs(10))
    }

    /// The same within `timeout`; slower sources join later.
    pub fn collect_all_parallel(&self, timeout: Duration) -> u64 {
        let shared = &self.owner.shared;
        shared.working().collect_round(shared.patience_of(timeout))
    }

    /// A generator over this pool for any thread, of the fastest mechanism here.
    #[must_use]
    pub fn rng(&self) -> HostRng {
        self.rng_with(Mechanism::fastest())
    }

    /// A generator over this pool for any thread.
    ///
    /// ```
    /// use openentropy_host::{EntropyPool, Mechanism};
    /// let rng = EntropyPool::auto().rng_with(Mechanism::Hmac);
    /// assert_eq!(rng.mechanism().name(), "hmac_drbg");
    /// ```
    #[must_use]
    pub fn rng_with(&self, mechanism: Mechanism) -> HostRng {
        HostRng::new(Arc::clone(&self.owner), mechanism)
    }

    /// How the pool and its sources stand, without bytes: the label of a seed drawn from what works now.
    #[must_use]
    pub fn label(&self) -> PoolLabel {
        let account = self.owner.shared.lined().lock();
        let sources = account.reports(|_, line| line.is_paying());
        PoolLabel {
            state: LabelState::paid_by(&sources),
            generator: None,
            credited_bits: u64::from(account.pool.credit() / 1000),
            overdue_seconds: 0,
            sources,
            os_mixed: fresh().is_ok(),
        }
    }

    /// Forgets the failed start-ups of the sources called `name`, which lets latched ones start again: for a person who has seen to
    /// the device.
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`].
    pub fn operator_reset(&self, name: &str) -> Result<(), PoolError> {
        let process = self.owner.shared.lined();
        let mut is_known = false;
        for (number, source) in self.owner.shared.sources.iter().enumerate() {
            if source.found.is_called(name) {
                is_known = true;
                source.ledger.reset();
                process.lock().operator_reset(number);
            }
        }
        process.wake_all();
        if is_known { Ok(()) } else { Err(PoolError::UnknownSource) }
    }

    fn of(shared: Shared) -> Self {
        Self { owner: Arc::new(Owner { shared: Arc::new(shared) }) }
    }

    pub(crate) const fn owner(&self) -> &Arc<Owner> {
        &self.owner
    }
}

impl core::fmt::Debug for EntropyPool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("EntropyPool").field("sources", &self.source_names()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
