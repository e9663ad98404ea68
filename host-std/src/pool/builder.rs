//! A pool in the making.

use super::EntropyPool;
use super::Source;
use super::shared::{Rules, SeedAges, Shared};
use super::source::may_be_trusted;
use crate::PoolError;
use crate::claims::Claims;
use crate::found::FoundSource;
use core::time::Duration;
use openentropy_core::Policy;
use zeroize::Zeroizing;

/// Sources and rules of a pool; see [`EntropyPool::builder`].
///
/// ```
/// use core::time::Duration;
/// use openentropy_host::{EntropyPool, default_sources};
/// let pool = EntropyPool::builder()
///     .sources(default_sources(false))
///     .min_groups(1)
///     .deadline(Duration::from_secs(2))
///     .build();
/// assert!(pool.source_count() > 0);
/// ```
pub struct PoolBuilder {
    sources: Vec<Asked>,
    claims: Option<Claims>,
    rules: Rules,
    seed: Zeroizing<Vec<u8>>,
}

/// A source in a pool in the making.
struct Asked {
    found: FoundSource,
    is_trusted: bool,
}

impl PoolBuilder {
    pub(super) fn new() -> Self {
        let rules = Rules {
            policy: Policy::SINGLE_GROUP,
            is_strict: false,
            deadline: Duration::from_secs(10),
            source_bound: Duration::from_secs(2),
            seed_ages: SeedAges::DEFAULT,
        };
        Self { sources: Vec::new(), claims: None, rules, seed: Zeroizing::default() }
    }

    /// Adds sources; no more than the 65,536 that a pool can number.
    #[must_use]
    pub fn sources(mut self, sources: impl IntoIterator<Item = FoundSource>) -> Self {
        self.sources.extend(sources.into_iter().map(|found| Asked { found, is_trusted: false }));
        self
    }

    /// Credits every source called `name`, an existing generator, on the operator's word, with half its width; the label says so.
    ///
    /// ```
    /// use openentropy_host::{EntropyPool, PoolError, default_sources};
    /// let builder = EntropyPool::builder().sources(default_sources(false));
    /// assert_eq!(builder.trust("os_rng").err(), Some(PoolError::NotTrustable));
    /// ```
    ///
    /// # Errors
    /// [`PoolError::UnknownSource`]: none of that name was added; [`PoolError::NotTrustable`]: it is no generator, is the operating
    /// system's, or is emulated.
    pub fn trust(mut self, name: &str) -> Result<Self, PoolError> {
        let mut is_known = false;
        for source in self.sources.iter_mut().filter(|source| source.found.is_called(name)) {
            may_be_trusted(&source.found)?;
            source.is_trusted = true;
            is_known = true;
        }
        if is_known { Ok(self) } else { Err(PoolError::UnknownSource) }
    }

    /// What sources may be paid; what is [installed](Claims::installed) on this system when the pool is built, unless set.
    #[must_use]
    pub fn claims(mut self, claims: Claims) -> Self {
        self.claims = Some(claims);
        self
    }

    /// How many independent groups must pay for a seed; 1 unless set, since a virtual machine in a cloud has one.
    #[must_use]
    pub const fn min_groups(mut self, groups: u8) -> Self {
        self.rules.policy.min_groups = groups;
        self
    }

    /// Who may pay for a seed, in full.
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.rules.policy = policy;
        self
    }

    /// Whether to refuse, with a typed error, what is not paid for; otherwise it is delivered and labelled degraded.
    #[must_use]
    pub const fn strict(mut self, strict: bool) -> Self {
        self.rules.is_strict = strict;
        self
    }

    /// How long a request may wait for the sources to pay; ten seconds unless set.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.rules.deadline = deadline;
        self
    }

    /// How long one call of a source may take before the source counts as hung; two seconds unless set, twice what sources promise.
    #[must_use]
    pub const fn source_bound(mut self, bound: Duration) -> Self {
        self.rules.source_bound = bound;
        self
    }

    /// Has generators age faster, for tests that cannot wait.
    #[cfg(test)]
    pub(crate) const fn seed_ages(mut self, ages: SeedAges) -> Self {
        self.rules.seed_ages = ages;
        self
    }

    /// Mixes `seed`, which counts for nothing.
    #[must_use]
    pub fn seed(mut self, seed: &[u8]) -> Self {
        self.seed = Zeroizing::new(seed.to_vec());
        self
    }

    /// The pool. Nothing is opened before its first request.
    #[must_use]
    pub fn build(self) -> EntropyPool {
        let claims = self.claims.unwrap_or_else(Claims::installed);
        let shared = Shared::new(self.rules, claims.clone(), &self.seed);
        for Asked { found, is_trusted } in self.sources.into_iter().take(usize::from(u16::MAX) + 1) {
            shared.sources.push(Source::new(found, is_trusted, claims.clone()));
        }
        EntropyPool::of(shared)
    }
}
