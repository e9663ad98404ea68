//! A source as a pool knows it: what does not change while it is worked with.

use crate::claims::Claims;
use crate::found::FoundSource;
use crate::pool::PoolError;
use crate::start_ledger::StartLedger;
use crate::{Class, HostSource, Opened, Virtualised};
use openentropy_core::health::Lag;
use openentropy_core::{
    Claim, Digitisation, EntropySource, Independence, MinEntropy, Raw, SourceError, SourceId, SourceInfo,
    Tested,
};
use std::os::unix::ffi::OsStrExt;

/// A source under test; windows of a host are long enough for a history of 128.
pub(crate) type TestedSource = Tested<Boxed, Lag<128>>;

/// A source of a pool: how to open it, and who answers for it.
pub(crate) struct Source {
    pub(crate) found: FoundSource,
    pub(crate) is_trusted: bool,
    pub(crate) ledger: StartLedger,
    claims: Claims,
}

impl Source {
    pub(crate) fn new(found: FoundSource, is_trusted: bool, claims: Claims) -> Self {
        let place = found.candidate.path.as_ref().map(|path| path.as_os_str().as_bytes());
        let ledger = StartLedger::of(found.name(), found.candidate.instance, place.unwrap_or_default());
        Self { found, is_trusted, ledger, claims }
    }

    /// The group that it is credited in, on this machine.
    pub(crate) fn independence(&self) -> Independence {
        let found = self.found.info().independence.with_instance(self.found.candidate.instance);
        self.claims.merged(found)
    }

    /// What a sample is to pay in this pool, before the source was opened.
    pub(crate) fn claim(&self) -> Claim {
        self.claims.digitisation(&self.found).map_or(Claim::None, |digitisation| {
            self.claim_of(digitisation, self.found.kind.ceiling(&self.found.candidate, digitisation))
        })
    }

    /// What a sample under `digitisation` pays, of a source that comes with `ceiling`.
    pub(crate) fn claim_of(&self, digitisation: Digitisation, ceiling: Claim) -> Claim {
        self.claims.claim(&self.found, digitisation, ceiling, self.is_trusted)
    }

    /// Opens it and puts it under test.
    pub(crate) fn open(&self, id: SourceId) -> Result<TestedSource, SourceError> {
        let Opened { source, claim, digitisation } = self.opened()?;
        let info = *source.info();
        if info.independence.group != self.found.info().independence.group {
            return Err(SourceError::Protocol); // a double behind another kind would be credited as what that kind says it is
        }
        let claim = self.claim_of(digitisation, claim);
        let is_calibrated = self.claims.is_calibrated(&self.found, digitisation, claim);
        let boxed =
            Boxed { source, info: SourceInfo { independence: self.independence(), ..info }, is_calibrated };
        let tested = Tested::with_lag(boxed, id, claim, Lag::new());
        Ok(tested.with_failures(self.ledger.failures()))
    }

    /// Opens it under the digitisation that pays, or under the kind's own choice where that fails: which it is, the answer says.
    pub(crate) fn opened(&self) -> Result<Opened, SourceError> {
        let FoundSource { kind, candidate } = &self.found;
        let chosen = self.claims.digitisation(&self.found);
        let is_default = chosen.is_none() || chosen == kind.digitisations().first().copied();
        let other =
            chosen.filter(|_| !is_default).and_then(|chosen| kind.open_as(candidate, chosen.name).ok());
        other.map_or_else(|| kind.open(candidate), Ok)
    }
}

/// Whether an operator's word can credit it.
///
/// # Errors
/// [`PoolError::NotTrustable`]: it is no generator, the operating system's own, or made up by a hypervisor.
pub(crate) fn may_be_trusted(found: &FoundSource) -> Result<(), PoolError> {
    if found.kind.class() != Class::Generator || found.candidate.virtualised == Virtualised::Emulated {
        return Err(PoolError::NotTrustable);
    }
    Ok(())
}

/// A source behind a pointer, as the core takes it.
pub(crate) struct Boxed {
    source: Box<dyn HostSource>,
    /// Its own, but for the group that it pays in on this machine.
    info: SourceInfo,
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
        &self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        self.source.sample(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{Basis, ClaimEntry, ClaimsFile};
    use crate::common::{DIGITISATION, Double, millibits};
    use crate::sys::Once;
    use crate::{Candidate, Class, Machine, SourceKind};
    use core::sync::atomic::{AtomicU32, Ordering};
    use openentropy_core::Group;

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

        fn digitisations(&self) -> &'static [Digitisation] {
            self.shown.digitisations()
        }

        fn find(&self) -> Vec<Candidate> {
            self.shown.find()
        }

        fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
            self.behind.open(candidate)
        }
    }

    /// A kind with two digitisations, of which the other cannot be opened for the first two times.
    struct Twofold {
        double: &'static Double,
        refusals: AtomicU32,
    }

    const OTHER: Digitisation = Digitisation { name: "other", version: 1 };

    impl SourceKind for Twofold {
        fn info(&self) -> &'static SourceInfo {
            self.double.info()
        }

        fn class(&self) -> Class {
            self.double.class()
        }

        fn digitisations(&self) -> &'static [Digitisation] {
            &[DIGITISATION, OTHER]
        }

        fn find(&self) -> Vec<Candidate> {
            self.double.find()
        }

        fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
            self.double.open(candidate)
        }

        fn open_as(&self, candidate: &Candidate, digitisation: &str) -> Result<Opened, SourceError> {
            assert_eq!(digitisation, OTHER.name, "the first is opened as the kind's own choice");
            match self.refusals.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => Err(SourceError::Io),
                _ => Ok(Opened { digitisation: OTHER, ..self.double.open(candidate)? }),
            }
        }
    }

    /// Where the digitisation that pays more cannot be opened, the kind's own choice is, and pays what its own samples are worth.
    #[test]
    fn the_digitisation_that_pays_is_opened_and_what_was_opened_pays() {
        static TWOFOLD: Once<Twofold> = Once::new();
        let kind = TWOFOLD.get_or_publish(|| Twofold {
            double: Double::new("twofold", Group::ChipAdc).claiming(Claim::BuiltIn(millibits(300))).keep(),
            refusals: AtomicU32::new(0),
        });
        let found = FoundSource { kind, candidate: kind.find().remove(0) };
        let accepted = |rule, amount| ClaimEntry::new(&found, rule, millibits(amount), Basis::Accepted(None));
        let mut file = ClaimsFile::new(Machine::this(), "none: a test");
        file.entries = vec![accepted(DIGITISATION, 200), accepted(OTHER, 500)];
        let source = Source::new(found.clone(), false, Claims::of_files(Some(file), None));
        assert_eq!(source.claim().min_entropy(), millibits(500));
        let opened = || source.open(SourceId::new(1)).map(|tested| tested.claim().min_entropy());
        assert_eq!(
            [opened(), opened(), opened()],
            [Ok(millibits(200)), Ok(millibits(200)), Ok(millibits(500))]
        );
    }

    #[test]
    fn a_double_behind_another_kind_is_not_opened() {
        static MASKED: Once<Masked> = Once::new();
        let kind = MASKED.get_or_publish(|| Masked {
            shown: Double::new("masked", Group::ChipAdc).keep(),
            behind: Double::new("masked", Group::Test).keep(),
        });
        let found = FoundSource { kind, candidate: kind.find().remove(0) };
        let source = Source::new(found, false, Claims::built_in());
        assert_eq!(source.open(SourceId::new(1)).err(), Some(SourceError::Protocol));
    }
}
