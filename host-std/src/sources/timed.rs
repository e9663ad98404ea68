//! Sources that time one fixed piece of work.
//!
//! Most of what a kernel or a processor does for a program can be a source of this shape: the same work in the same order every
//! time, and the counter's ticks that it took. Such sources are views of one noise (who else uses the processor, the caches and the kernel, and
//! when), which the independence group says; none of them has a claim before it is recorded.

use super::metered::{Meter, Metered};
use crate::sys::{Machine, cpu};
use crate::{Access, Candidate, Class};
use openentropy_core::sources::CycleCounter as _;
use openentropy_core::{Measure, SourceError, SourceInfo};

/// A fixed piece of work: what a source of this kind adds to the shape.
///
/// Work that can wait for another thread or for a device bounds that wait itself, and answers [`SourceError::Timeout`] beyond.
pub(crate) trait Work: Send + Sized + 'static {
    /// The facts about the source; its width is that of the ticks.
    const INFO: &'static SourceInfo;

    /// Its class.
    const CLASS: Class;

    /// Other names by which users know it.
    const ALIASES: &'static [&'static str] = &[];

    /// Whether it must be named to be used: wear, traffic, consent.
    const OPT_IN: bool = false;

    /// Whether start-up, about 2,000 rounds of work, ends within two seconds.
    const FAST: bool = true;

    /// The instances of it on this machine; cheap, without side effects.
    fn find() -> Vec<Candidate> {
        vec![here()]
    }

    /// Opens and allocates all that the work needs.
    ///
    /// # Errors
    /// What opening met.
    fn open(candidate: &Candidate) -> Result<Self, SourceError>;

    /// What has to be done before each round of work and is not timed.
    ///
    /// # Errors
    /// What a call met.
    fn prepare(&mut self) -> Result<(), SourceError> {
        Ok(())
    }

    /// The work that is timed: no allocation, no choice.
    ///
    /// # Errors
    /// What a call met; a round that failed is no reading.
    fn run(&mut self) -> Result<(), SourceError>;
}

/// A candidate on this machine's processor, ready if a program may read its counter.
pub(crate) fn here() -> Candidate {
    let machine = Machine::this();
    match machine.timer {
        Some(_) => Candidate { virtualised: machine.processor(), ..Candidate::ready() },
        None => {
            Candidate::missing(Access::Denied, "the process may not read the time-stamp counter (PR_SET_TSC)")
        }
    }
}

/// A kind of source that times `W`.
pub(crate) type Timed<W> = Metered<Stopwatch<W>>;

/// Work and the counter that times it.
pub(crate) struct Stopwatch<W> {
    counter: cpu::Counter,
    work: W,
}

impl<W: Work> Meter for Stopwatch<W> {
    const INFO: &'static SourceInfo = W::INFO;
    const CLASS: Class = W::CLASS;
    const ALIASES: &'static [&'static str] = W::ALIASES;
    const OPT_IN: bool = W::OPT_IN;
    const FAST: bool = W::FAST;

    fn find() -> Vec<Candidate> {
        W::find()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { counter: cpu::Counter, work: W::open(candidate)? })
    }
}

impl<W: Work> Measure for Stopwatch<W> {
    fn info(&self) -> &SourceInfo {
        W::INFO
    }

    /// Ticks of one round of work.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.work.prepare()?;
        let before = self.counter.now();
        self.work.run()?;
        Ok(self.counter.now().wrapping_sub(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceKind as _;
    use core::sync::atomic::{AtomicU32, Ordering};
    use openentropy_core::{Group, Independence, Platform, Raw, Requirement, SourceCategory, Width, hazmat};

    static INFO: SourceInfo = SourceInfo {
        name: "double",
        description: "work that is counted",
        physics: "none",
        category: SourceCategory::Timing,
        platform: Platform::Any,
        requirement: Requirement::None,
        width: Width::WORD,
        independence: Independence::of(Group::Test),
    };

    static ROUNDS: AtomicU32 = AtomicU32::new(0);

    /// Fails in its hundredth round.
    struct Counted {
        prepared: bool,
    }

    impl Work for Counted {
        const INFO: &'static SourceInfo = &INFO;
        const CLASS: Class = Class::Uncredited;

        fn open(_: &Candidate) -> Result<Self, SourceError> {
            Ok(Self { prepared: false })
        }

        fn prepare(&mut self) -> Result<(), SourceError> {
            self.prepared = true;
            Ok(())
        }

        fn run(&mut self) -> Result<(), SourceError> {
            assert!(core::mem::take(&mut self.prepared), "prepared before every round");
            match ROUNDS.fetch_add(1, Ordering::Relaxed) {
                99 => Err(SourceError::Io),
                _ => Ok(()),
            }
        }
    }

    #[test]
    fn each_sample_is_one_round_of_work_and_a_failed_round_is_none() {
        let kind = Timed::<Counted>::KIND;
        assert!(!kind.is_default());
        let mut opened = kind.open(&kind.find()[0]).unwrap();
        assert_eq!(opened.source.sample(&mut Raw::<[u8; 64]>::new()), Ok(()));
        assert_eq!(ROUNDS.load(Ordering::Relaxed), 64);
        assert_eq!(opened.source.sample(&mut Raw::<[u8; 64]>::new()), Err(SourceError::Io));
        let native = opened.source.native().unwrap();
        let mut reading = Raw::<[u8; 8]>::new();
        native.read(&mut reading).unwrap();
        assert!(u64::from_le_bytes(hazmat::show(reading)) > 0, "work takes time");
    }
}
