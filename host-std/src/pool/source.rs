//! A source as a pool knows it: what does not change while it is worked with.

use crate::claims::built_in;
use crate::found::FoundSource;
use crate::pool::PoolError;
use crate::start_ledger::StartLedger;
use crate::{HostSource, Machine, Opened, Virtualised, kinds};
use openentropy_core::health::Lag;
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, MinEntropy, Raw, SourceError, SourceId,
    SourceInfo, Tested,
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
        self.found.info().independence.with_instance(self.found.candidate.instance)
    }

    /// What a sample pays in this pool, of a source that comes with `offered`.
    pub(crate) fn claim(&self, offered: Claim) -> Claim {
        match self.found.info().independence.group {
            Group::Test | Group::OsGenerator => Claim::None,
            _ if self.found.candidate.virtualised == Virtualised::Emulated => Claim::None,
            _ if self.is_trusted => trusted(&self.found).map_or(offered, Claim::OperatorDeclared),
            _ => offered,
        }
    }

    /// Opens it and puts it under test.
    pub(crate) fn open(&self, id: SourceId) -> Result<TestedSource, SourceError> {
        let Opened { source, claim, digitisation } = self.found.kind.open(&self.found.candidate)?;
        if source.info().independence.group != self.found.info().independence.group {
            return Err(SourceError::Protocol); // a double behind another kind would be credited as what that kind says it is
        }
        let is_calibrated = self.is_calibrated(claim, digitisation);
        let boxed = Boxed { source, is_calibrated };
        let tested = Tested::with_lag(boxed, id, self.claim(claim), Lag::new());
        Ok(tested.with_failures(self.ledger.failures()))
    }

    /// Whether a claim that comes with a kind of this crate has a recording behind it that was made on a machine like this one.
    fn is_calibrated(&self, claim: Claim, digitisation: Digitisation) -> bool {
        let name = self.found.name();
        let is_ours = kinds().any(|kind| kind.info().name == name);
        let needs_recording = is_ours && matches!(claim, Claim::BuiltIn(_));
        !needs_recording || built_in(name, digitisation, Machine::this()) != Claim::None
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
pub(crate) struct Boxed {
    source: Box<dyn HostSource>,
    is_calibrated: bool,
}

impl Boxed {
    /// What the source's own start-up window supports.
    pub(crate) fn supported(&self) -> MinEntropy {
        self.source.supported()
    }
}

/// What the samples of an open source pay, and on whose word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) claim: Claim,
    /// Whether the claim was assessed on a machine like this one.
    pub(crate) is_calibrated: bool,
}

impl Standing {
    pub(crate) fn of(tested: &TestedSource) -> Self {
        Self { claim: tested.claim(), is_calibrated: tested.source().is_calibrated }
    }
}

impl EntropySource for Boxed {
    fn info(&self) -> &SourceInfo {
        self.source.info()
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        self.source.sample(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::common::{Double, millibits};
    use crate::sys::Once;
    use crate::{Candidate, Class, SourceKind};

    /// A kind that says something else of itself than what it opens does.
    struct Masked {
        shown: &'static Double,
        behind: &'static Double,
    }

    impl SourceKind for Masked {
        fn info(&self) -> &'static SourceInfo {
            self.shown.info()
        }

        fn class(&self) -> Class {
            self.shown.class()
        }

        fn find(&self) -> Vec<Candidate> {
            self.shown.find()
        }

        fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
            self.behind.open(candidate)
        }
    }

    #[test]
    fn a_double_behind_another_kind_is_not_opened() {
        static MASKED: Once<Masked> = Once::new();
        let kind = MASKED.get_or_publish(|| Masked {
            shown: Double::new("masked", Group::ChipAdc).keep(),
            behind: Double::new("masked", Group::Test).keep(),
        });
        let source = Source::new(FoundSource { kind, candidate: kind.find().remove(0) }, false);
        assert_eq!(source.open(SourceId::new(1)).err(), Some(SourceError::Protocol));
    }

    /// A claim of a kind of ours without a recording from such a machine is uncalibrated; claims of other kinds are their authors' word.
    #[test]
    fn a_claim_without_a_recording_is_uncalibrated() {
        let unrecorded = Digitisation { name: "nobody recorded this", version: 1 };
        let claim = Claim::BuiltIn(millibits(100));
        let ours = Double::new("jitter_loop", Group::CpuTiming).keep();
        let theirs = Double::new("theirs", Group::CpuTiming).keep();
        let is_calibrated = |double: &'static Double, claim| {
            Source::new(double.found(), false).is_calibrated(claim, unrecorded)
        };
        assert!(!is_calibrated(ours, claim));
        assert!(is_calibrated(ours, Claim::None));
        assert!(is_calibrated(theirs, claim));
    }
}
