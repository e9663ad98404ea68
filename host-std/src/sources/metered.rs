//! Kinds of source that are one type: what it measures, and the facts about it.

use super::measured::{Digitiser, LOW_BITS, Measured, step_of};
use super::timed::here;
use crate::sys::{Machine, cpu};
use crate::{Candidate, Class, Opened, SourceKind};
use core::marker::PhantomData;
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{Claim, Digitisation, Measure, SourceError, SourceInfo};

/// A [`Measure`] with the facts that make a kind of source of it, without a claim.
pub(crate) trait Meter: Measure + Send + Sized + 'static {
    /// The facts about the source; its width is that of a reading.
    const INFO: &'static SourceInfo;

    /// Its class.
    const CLASS: Class;

    /// Other names by which users know it.
    const ALIASES: &'static [&'static str] = &[];

    /// Whether it must be named to be used: wear, traffic, consent.
    const OPT_IN: bool = false;

    /// Whether start-up, about 2,000 readings, ends within two seconds.
    const FAST: bool = true;

    /// Whether it is used when no source is named.
    const DEFAULT: bool = false;

    /// What makes samples of its readings.
    const DIGITISER: Digitiser = LOW_BITS;

    /// The instances of it on this machine; cheap, without side effects.
    fn find() -> Vec<Candidate> {
        vec![here()]
    }

    /// Opens and allocates all that a reading needs.
    ///
    /// # Errors
    /// What opening met.
    fn open(candidate: &Candidate) -> Result<Self, SourceError>;

    /// What answers behind it, where that has a name of its own.
    fn device(&self) -> Option<String> {
        None
    }

    /// The step of its readings: that of the processor's counter, unless they count something else.
    ///
    /// # Errors
    /// [`SourceError::Denied`] where the process may not read what they count.
    fn step() -> Result<u64, SourceError> {
        counter_step()
    }
}

/// The step of the processor's counter.
///
/// # Errors
/// [`SourceError::Denied`] where the process may not read it.
pub(crate) fn counter_step() -> Result<u64, SourceError> {
    let mut counter = cpu::Counter;
    match Machine::this().timer {
        Some(_) => Ok(step_of(|| counter.now())),
        None => Err(SourceError::Denied),
    }
}

/// The kind of source that `M` is.
pub(crate) struct Metered<M>(PhantomData<fn() -> M>);

impl<M> Metered<M> {
    /// The kind: it has no state.
    pub(crate) const KIND: Self = Self(PhantomData);
}

impl<M: Meter> SourceKind for Metered<M> {
    fn info(&self) -> &'static SourceInfo {
        M::INFO
    }

    fn class(&self) -> Class {
        M::CLASS
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        const { &[M::DIGITISER.digitisation] }
    }

    fn aliases(&self) -> &'static [&'static str] {
        M::ALIASES
    }

    fn is_fast(&self) -> bool {
        M::FAST
    }

    fn is_default(&self) -> bool {
        M::DEFAULT
    }

    fn is_opt_in(&self) -> bool {
        M::OPT_IN
    }

    fn find(&self) -> Vec<Candidate> {
        M::find()
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        let step = M::step()?;
        let Digitiser { digitisation, rule } = M::DIGITISER;
        let meter = M::open(candidate)?;
        let device = meter.device();
        Ok(Opened {
            source: Box::new(Measured::new(meter, rule, step).of_device(device)),
            digitisation,
            claim: Claim::None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openentropy_core::{Group, Independence, Platform, Raw, Requirement, SourceCategory, Width, hazmat};

    static INFO: SourceInfo = SourceInfo {
        name: "double",
        description: "one reading for ever",
        physics: "none",
        category: SourceCategory::Timing,
        platform: Platform::Any,
        requirement: Requirement::None,
        width: Width::WORD,
        independence: Independence::of(Group::Test),
    };

    struct Constant;

    impl Meter for Constant {
        const INFO: &'static SourceInfo = &INFO;
        const CLASS: Class = Class::Uncredited;
        const DIGITISER: Digitiser = Digitiser {
            digitisation: Digitisation { name: "high-bits", version: 3 },
            rule: |reading, step| ((reading >> 32) / step) as u8,
        };

        fn open(_: &Candidate) -> Result<Self, SourceError> {
            Ok(Self)
        }

        fn device(&self) -> Option<String> {
            Some(String::from("a script"))
        }

        fn step() -> Result<u64, SourceError> {
            Ok(5)
        }
    }

    impl Measure for Constant {
        fn info(&self) -> &SourceInfo {
            &INFO
        }

        fn measure(&mut self) -> Result<u64, SourceError> {
            Ok(35 << 32 | 1)
        }
    }

    #[test]
    fn a_meter_is_read_by_its_own_digitiser_and_step() {
        let mut opened = Metered::<Constant>::KIND.open(&Candidate::ready()).unwrap();
        assert_eq!((opened.digitisation.name, opened.digitisation.version), ("high-bits", 3));
        assert_eq!(opened.source.device(), Some("a script"));
        assert_eq!(opened.source.native().unwrap().step(), 5);
        let mut block = Raw::<[u8; 2]>::new();
        opened.source.sample(&mut block).unwrap();
        assert_eq!(hazmat::show(block), [7, 7]);
    }
}
