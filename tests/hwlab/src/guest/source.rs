//! The sources of the library under test, opened and sampled in the guest.

use super::until;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::{MinEntropy, Raw, SourceError, hazmat};
use openentropy_host::{Access, Candidate, HostSource, SourceKind, Virtualised, find_by_name};
use std::fs;
use std::path::Path;

/// What a device may take to be found again.
const RECOVERY: Duration = Duration::from_secs(15);

/// Openings after which a leak of each would show; the allocator may make fewer mappings than half as many.
const ROUNDS: usize = 20;

/// One kind of source.
pub(crate) struct Kind(&'static dyn SourceKind);

/// An open source of it.
pub(crate) struct Source(Box<dyn HostSource>);

impl Kind {
    /// The kind of this name.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let kinds = find_by_name(name)?;
        Ok(Self(*kinds.first().with_context(|| format!("no kind {name}"))?))
    }

    /// Whether its first instance can be opened, and why not.
    pub(crate) fn access(&self) -> (Access, String) {
        self.0.find().into_iter().next().map_or((Access::Absent, String::new()), |it| (it.access, it.reason))
    }

    /// Waits until its first instance can be opened.
    ///
    /// # Errors
    /// If that does not come in time.
    pub(crate) fn ready(&self) -> Result<Candidate> {
        self.ready_that(|_| true)
    }

    fn ready_that(&self, is_meant: impl Fn(&Candidate) -> bool) -> Result<Candidate> {
        until("a ready source", RECOVERY, || {
            Ok(self.0.find().into_iter().find(|it| it.access == Access::Ready && is_meant(it)))
        })
        .with_context(|| format!("{}: {:?}", self.0.info().name, self.access()))
    }

    /// Opens its first instance, which is known to be a model in software, and claims nothing.
    ///
    /// # Errors
    /// If it cannot be opened, or is taken for more than it is.
    pub(crate) fn open(&self) -> Result<Source> {
        self.opened(&self.ready()?)
    }

    /// Opens the instance behind this node.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_at(&self, node: &str) -> Result<Source> {
        self.opened(&self.ready_that(|candidate| candidate.path.as_deref() == Some(Path::new(node)))?)
    }

    /// Opens the way to `peer`.
    ///
    /// # Errors
    /// If it cannot be opened, or claims something.
    pub(crate) fn open_towards(&self, peer: &str) -> Result<Source> {
        let candidate = self.0.towards(peer).with_context(|| format!("no way to {peer}"))?;
        self.without_claim(&candidate)
    }

    fn opened(&self, candidate: &Candidate) -> Result<Source> {
        ensure!(candidate.virtualised == Virtualised::Emulated, "taken for hardware: {candidate:?}");
        self.without_claim(candidate)
    }

    fn without_claim(&self, candidate: &Candidate) -> Result<Source> {
        let opened = self.0.open(candidate).with_context(|| format!("cannot open {}", self.0.info().name))?;
        ensure!(
            opened.claim.min_entropy() == MinEntropy::ZERO,
            "an emulated source claims {:?}",
            opened.claim
        );
        Ok(Source(opened.source))
    }

    /// Opens and closes it again and again: no descriptor and no mapping may be left.
    ///
    /// # Errors
    /// If one is left, or it cannot be opened.
    pub(crate) fn leaves_nothing(&self) -> Result<()> {
        drop(self.open()?);
        let before = Held::now()?;
        for _ in 0..ROUNDS {
            drop(self.open()?);
        }
        let after = Held::now()?;
        let is_back =
            after.descriptors == before.descriptors && after.mappings < before.mappings + ROUNDS / 2;
        ensure!(is_back, "{before:?} became {after:?} in {ROUNDS} rounds");
        Ok(())
    }
}

/// What this process has.
#[derive(Debug)]
struct Held {
    descriptors: usize,
    mappings: usize,
}

impl Held {
    fn now() -> Result<Self> {
        let descriptors = fs::read_dir("/proc/self/fd")?.count();
        Ok(Self { descriptors, mappings: fs::read_to_string("/proc/self/maps")?.lines().count() })
    }
}

impl Source {
    /// The next samples.
    ///
    /// # Errors
    /// What the source met.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let mut block = Raw::<[u8; N]>::new();
        self.0.sample(&mut block)?;
        Ok(hazmat::show(block))
    }

    /// What it says that answers behind it.
    pub(crate) fn device(&self) -> Option<&str> {
        self.0.device()
    }

    /// The next samples, of a source that keeps a pace of its own: "not ready" is waited for.
    ///
    /// # Errors
    /// What the source met.
    pub(crate) fn wait<const N: usize>(&mut self) -> Result<[u8; N]> {
        until("samples", RECOVERY, || match self.take() {
            Ok(samples) => Ok(Some(samples)),
            Err(SourceError::NotReady) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    /// The next reading, of a source whose readings are wider than its samples; "not ready" is waited for.
    ///
    /// # Errors
    /// What the source met.
    pub(crate) fn reading(&mut self) -> Result<u64> {
        let native = self.0.native().context("its readings are its samples")?;
        until("a reading", RECOVERY, || {
            let mut reading = Raw::<[u8; 8]>::new();
            match native.read(&mut reading) {
                Ok(()) => Ok(Some(u64::from_le_bytes(hazmat::show(reading)))),
                Err(SourceError::NotReady) => Ok(None),
                Err(error) => Err(error.into()),
            }
        })
    }

    /// Waits until the source meets `expected`, and takes no other error.
    ///
    /// # Errors
    /// If it delivers, meets something else, or does not meet it in time.
    pub(crate) fn fails_with(&mut self, expected: SourceError) -> Result<()> {
        until("error", RECOVERY, || match self.take::<1>() {
            Err(error) if error == expected => Ok(Some(())),
            Err(SourceError::NotReady) => Ok(None),
            other => anyhow::bail!("{other:?} instead of {expected:?}"),
        })
    }
}
