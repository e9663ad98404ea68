//! A source as a pool knows it: what does not change while it is worked with.

use crate::found::FoundSource;
use crate::pool::PoolError;
use crate::start_ledger::StartLedger;
use crate::{HostSource, Opened, Virtualised};
use openentropy_core::health::Lag;
use openentropy_core::{
    Claim, EntropySource, Group, Independence, MinEntropy, Raw, SourceError, SourceId, SourceInfo, Tested,
};
use std::os::unix::ffi::OsStrExt;

/// A source under test; windows of a host are long enough for a history of 128.
pub(crate) type TestedSource = Tested<Boxed, Lag<128>>;

/// A source of a pool: how to open it, and who answers for it.
pub(crate) struct Source {
    pub(crate) found: FoundSource,
    pub(crate) is_trusted: bool,
    pub(crate) ledger: StartLedger,
}

impl Source {
    pub(crate) fn new(found: FoundSource, is_trusted: bool) -> Self {
        let place = found.candidate.path.as_ref().map(|path| path.as_os_str().as_bytes());
        let ledger = StartLedger::of(found.name(), found.candidate.instance, place.unwrap_or_default());
        Self { found, is_trusted, ledger }
    }

    /// The group that it is credited in.
    pub(crate) fn independence(&self) -> Independence {
        Independence { instance: self.found.candidate.instance, ..self.found.info().independence }
    }

    /// What a sample pays in this pool, of a source that comes with `offered`.
    pub(crate) fn claim(&self, offered: Claim) -> Claim {
        match self.found.info().independence.group {
            Group::Test | Group::OsGenerator => Claim::None,
            _ if self.is_trusted => trusted(&self.found).map_or(offered, Claim::OperatorDeclared),
            _ => offered,
        }
    }

    /// Opens it and puts it under test.
    pub(crate) fn open(&self, id: SourceId) -> Result<TestedSource, SourceError> {
        let Opened { source, claim, .. } = self.found.kind.open(&self.found.candidate)?;
        let tested = Tested::with_lag(Boxed(source), id, self.claim(claim), Lag::new());
        Ok(tested.with_failures(self.ledger.failures()))
    }
}

/// What a sample of an existing generator is worth on an operator's word: half its width.
///
/// # Errors
/// [`PoolError::NotTrustable`]: it is no generator, the operating system's own, or made up by a hypervisor.
pub(crate) fn trusted(found: &FoundSource) -> Result<MinEntropy, PoolError> {
    let group = found.info().independence.group;
    let is_generator = matches!(group, Group::CpuGenerator | Group::PlatformGenerator | Group::External);
    if !is_generator || found.candidate.virtualised == Virtualised::Emulated {
        return Err(PoolError::NotTrustable);
    }
    Ok(MinEntropy::at_most(u32::from(found.sample_width().bits()) * 500))
}

/// A source behind a pointer, as the core takes it.
pub(crate) struct Boxed(pub(crate) Box<dyn HostSource>);

impl EntropySource for Boxed {
    fn info(&self) -> &SourceInfo {
        self.0.info()
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        self.0.sample(out)
    }
}
