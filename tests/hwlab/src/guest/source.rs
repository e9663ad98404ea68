//! The sources of the library under test, opened and sampled in the guest.

use super::until;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::{MinEntropy, Raw, SourceError, hazmat};
use openentropy_host::{Access, Candidate, HostSource, SourceKind, Virtualised, find_by_name};

/// What a device may take to be found again.
const RECOVERY: Duration = Duration::from_secs(15);

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
        until("a ready source", RECOVERY, || {
            Ok(self.0.find().into_iter().find(|it| it.access == Access::Ready))
        })
        .with_context(|| format!("{}: {:?}", self.0.info().name, self.access()))
    }

    /// Opens its first instance, which is known to be a model in software, and claims nothing.
    ///
    /// # Errors
    /// If it cannot be opened, or is taken for more than it is.
    pub(crate) fn open(&self) -> Result<Source> {
        let candidate = self.ready()?;
        let opened =
            self.0.open(&candidate).with_context(|| format!("cannot open {}", self.0.info().name))?;
        ensure!(candidate.virtualised == Virtualised::Emulated, "taken for hardware: {candidate:?}");
        ensure!(
            opened.claim.min_entropy() == MinEntropy::ZERO,
            "an emulated source claims {:?}",
            opened.claim
        );
        Ok(Source(opened.source))
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
}
