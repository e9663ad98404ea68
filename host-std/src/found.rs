//! Sources as they were found on this machine.

use crate::{Access, Candidate, SourceKind, kinds};
use core::fmt;
use openentropy_core::{Claim, SourceInfo, Width};

/// One instance of a kind, as it was found; opened, and opened again after a fault or a fork, by whoever uses it.
///
/// A source of your own takes the same way: a [`SourceKind`] in a static, and a candidate.
///
/// ```
/// use openentropy_host::{Candidate, EntropyPool, FoundSource, find_by_name};
/// let kind = find_by_name("os_rng").expect("a known name")[0];
/// let pool = EntropyPool::new(None);
/// pool.add_source(FoundSource { kind, candidate: Candidate::ready() })?;
/// assert_eq!(pool.source_names(), ["os_rng"]);
/// # Ok::<(), openentropy_host::PoolError>(())
/// ```
#[derive(Clone)]
pub struct FoundSource {
    /// Its kind.
    pub kind: &'static dyn SourceKind,
    /// The instance.
    pub candidate: Candidate,
}

impl FoundSource {
    /// The facts about its kind.
    #[must_use]
    pub fn info(&self) -> &'static SourceInfo {
        self.kind.info()
    }

    /// Its canonical name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.info().name
    }

    /// Whether it could be opened when it was found.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.candidate.access == Access::Ready
    }

    /// What its samples are samples of where its hardware is not this machine's own; empty where it is.
    #[must_use]
    pub fn sampled(&self) -> &'static str {
        let Candidate { virtualised, sampled, .. } = self.candidate;
        sampled.unwrap_or_else(|| virtualised.sampled(self.kind.class()))
    }

    /// Whether `name` is its name or one of its aliases, exactly.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name() == name || self.kind.aliases().contains(&name)
    }

    /// Bits of a sample: those of a reading, at most eight.
    pub(crate) fn sample_width(&self) -> Width {
        self.info().width.min(Width::BYTE)
    }
}

impl fmt::Debug for FoundSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundSource").field("name", &self.name()).field("candidate", &self.candidate).finish()
    }
}

/// The facts about a source in a pool.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HostSourceInfo {
    /// Those that hold everywhere: name, description, physics, category, platform, requirement, width, independence group.
    pub info: SourceInfo,
    /// Other names by which users know it.
    pub aliases: &'static [&'static str],
    /// Whether it delivers its start-up samples within two seconds.
    pub is_fast: bool,
    /// Whether it combines several sources; none here does.
    pub composite: bool,
    /// What a sample is held to be worth before it was opened, in bits.
    pub entropy_rate_estimate: f64,
    /// On whose word.
    pub claim: Claim,
}

impl HostSourceInfo {
    pub(crate) fn of(found: &FoundSource, claim: Claim) -> Self {
        Self {
            info: *found.info(),
            aliases: found.kind.aliases(),
            is_fast: found.kind.is_fast(),
            composite: false,
            entropy_rate_estimate: f64::from(claim.min_entropy().millibits()) / 1000.0,
            claim,
        }
    }
}

/// Every instance of every kind, usable or not, in the order of the registry.
///
/// ```
/// for found in openentropy_host::find_sources().filter(|found| !found.is_ready()) {
///     println!("{} is {}: {}", found.name(), found.candidate.access.name(), found.candidate.reason);
/// }
/// ```
pub fn find_sources() -> impl Iterator<Item = FoundSource> {
    kinds().flat_map(instances)
}

/// The sources that could be opened now, opt-in ones included.
///
/// ```
/// let sources = openentropy_host::detect_available_sources();
/// println!("{} entropy sources available", sources.len());
/// ```
#[must_use]
pub fn detect_available_sources() -> Vec<FoundSource> {
    find_sources().filter(FoundSource::is_ready).collect()
}

/// The sources that are used unless others are named, as far as they are ready; with `all`, every one that needs no consent.
///
/// ```
/// assert!(openentropy_host::default_sources(true).len() >= openentropy_host::default_sources(false).len());
/// ```
#[must_use]
pub fn default_sources(all: bool) -> Vec<FoundSource> {
    kinds()
        .filter(|kind| !kind.is_opt_in() && (all || kind.is_default()))
        .flat_map(instances)
        .filter(FoundSource::is_ready)
        .collect()
}

fn instances(kind: &'static dyn SourceKind) -> impl Iterator<Item = FoundSource> {
    kind.find().into_iter().map(move |candidate| FoundSource { kind, candidate })
}
