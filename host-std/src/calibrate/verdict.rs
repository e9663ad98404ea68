//! What a source may claim after its recordings were assessed.

use super::measure::{Measured, Shortfall};
use super::{Figures, Stage};
use crate::{Access, Class, Virtualised};
use core::time::Duration;
use openentropy_core::{Claim, MinEntropy, SourceError};
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use openentropy_tests::sp800_90b::restart::Failure;

/// What a source may claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// So much per sample.
    Claim {
        /// What it may claim: what the recordings carry, at most the claim that comes with the source.
        min_entropy: MinEntropy,
        /// What the recordings carry; where it is more, only the operator's word lifts the claim to it.
        carried: MinEntropy,
    },
    /// Nothing.
    None(Reason),
}

/// Why a source may claim nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It cannot be opened.
    Unavailable {
        /// Whether it is absent, denied or broken.
        access: Access,
        /// Why, and what would help.
        reason: String,
    },
    /// It failed while it was recorded.
    Failed(SourceError),
    /// No assessment credits its class.
    Class(Class),
    /// What answers is a model in software.
    Emulated,
    /// A recording would take longer than its limit.
    Slow {
        /// Which.
        stage: Stage,
        /// How long it would take.
        needs: Duration,
    },
    /// The sequential recordings have fewer samples than an assessment takes.
    Few {
        /// How many they have.
        samples: usize,
    },
    /// The restart recording fails the tests of SP 800-90B §3.1.4.
    Restart(Failure),
    /// Rows of the restart recording repeat others: it starts from the same state.
    Repeated {
        /// How many.
        rows: usize,
    },
    /// The assessed min-entropy, divided, is below 50 millibits, the least that can be tested.
    BelowFloor,
}

impl Reason {
    /// The word in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Failed(_) => "failed",
            Self::Class(_) => "class",
            Self::Emulated => "emulated",
            Self::Slow { .. } => "slow",
            Self::Few { .. } => "few",
            Self::Restart(_) => "restart",
            Self::Repeated { .. } => "repeated",
            Self::BelowFloor => "below-floor",
        }
    }

    /// Whether the recordings were made and say that there is nothing to claim: then a claims file says so too.
    pub(super) const fn is_judged(&self) -> bool {
        matches!(self, Self::Restart(_) | Self::Repeated { .. } | Self::BelowFloor)
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unavailable { access, reason } => write!(f, "{}: {reason}", access.name()),
            Self::Failed(error) => write!(f, "the source failed: {error}"),
            Self::Class(class) => write!(f, "no assessment credits a source of class {}", class.name()),
            Self::Emulated => f.write_str("emulated: a hypervisor made the samples"),
            Self::Slow { stage, needs } => {
                write!(
                    f,
                    "too slow: the {} recording would take {:.0} s",
                    stage.name(),
                    needs.as_secs_f64().ceil()
                )
            }
            Self::Few { samples } => {
                write!(f, "{samples} samples are no assessment, which takes {MIN_SAMPLES}")
            }
            Self::Restart(failure) => write!(f, "restart check failed: {failure}"),
            Self::Repeated { rows } => {
                write!(f, "restart check failed: {rows} of 1000 restarts repeat an earlier one")
            }
            Self::BelowFloor => f.write_str("below 50 millibits per sample, the least that can be tested"),
        }
    }
}

/// The verdict on a source of `class`.
///
/// The first reason against a claim decides, and the class comes before everything that the figures say.
pub(super) fn judge(class: Class, virtualised: Virtualised, measured: &Measured) -> Verdict {
    match carried(class, virtualised, measured) {
        Ok(carried) => Verdict::Claim {
            min_entropy: match measured.claim {
                Claim::None => carried,
                ceiling => carried.min(ceiling.min_entropy()),
            },
            carried,
        },
        Err(reason) => Verdict::None(reason),
    }
}

/// What the recordings carry.
fn carried(class: Class, virtualised: Virtualised, measured: &Measured) -> Result<MinEntropy, Reason> {
    if let Some(Shortfall::Failed(error)) = measured.shortfall {
        return Err(Reason::Failed(error));
    }
    let divisor = class.divisor().ok_or(Reason::Class(class))?;
    if virtualised == Virtualised::Emulated {
        return Err(Reason::Emulated);
    }
    if let Some(Shortfall::Slow { stage, needs }) = measured.shortfall {
        return Err(Reason::Slow { stage, needs });
    }
    let lowest = lowest(&measured.figures)?;
    // Cut, never rounded up.
    match MinEntropy::at_most((lowest * 1000.0) as u32 / divisor) {
        MinEntropy::ZERO => Err(Reason::BelowFloor),
        carried => Ok(carried),
    }
}

/// The lowest figure, where recordings that are long enough pass the restart tests.
fn lowest(figures: &Figures) -> Result<f64, Reason> {
    let Figures { idle: Some(idle), load: Some(load), restart: Some(restart), .. } = figures else {
        return Err(Reason::Few { samples: 0 });
    };
    let samples = idle.samples.min(load.samples);
    match restart.failure {
        _ if samples < MIN_SAMPLES => Err(Reason::Few { samples }),
        Some(failure) => Err(Reason::Restart(failure)),
        None if restart.repeated_rows > 0 => Err(Reason::Repeated { rows: restart.repeated_rows }),
        None => figures.lowest().ok_or(Reason::Few { samples }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibrate::{RestartFigure, SequentialFigure};

    /// Recordings of a million samples at these figures.
    fn measured(idle: f64, load: f64, rows: f64, columns: f64) -> Measured {
        let sequential =
            |min_entropy| Some(SequentialFigure { samples: MIN_SAMPLES, min_entropy, sha256: String::new() });
        let restart = RestartFigure {
            rows,
            columns,
            samples: MIN_SAMPLES,
            repeated_rows: 0,
            failure: None,
            sha256: String::new(),
        };
        Measured {
            claim: Claim::None,
            figures: Figures {
                samples_per_second: None,
                idle: sequential(idle),
                load: sequential(load),
                restart: Some(restart),
            },
            shortfall: None,
        }
    }

    fn millibits(amount: u16) -> MinEntropy {
        MinEntropy::from_millibits(amount).unwrap()
    }

    #[test]
    fn the_lowest_figure_is_divided_by_the_divisor_of_the_class() {
        for figures in
            [[2.0, 3.0, 3.0, 3.0], [3.0, 2.0, 3.0, 3.0], [3.0, 3.0, 2.0, 3.0], [3.0, 3.0, 3.0, 2.0]]
        {
            let [idle, load, rows, columns] = figures;
            let verdict = |class| judge(class, Virtualised::No, &measured(idle, load, rows, columns));
            let claim =
                |amount| Verdict::Claim { min_entropy: millibits(amount), carried: millibits(amount) };
            assert_eq!(verdict(Class::Processor), claim(666));
            assert_eq!(verdict(Class::Memory), claim(666));
            assert_eq!(verdict(Class::Analogue), claim(1000));
        }
    }

    #[test]
    fn no_figure_credits_what_no_assessment_may() {
        for class in Class::ALL.into_iter().filter(|class| class.divisor().is_none()) {
            let verdict = judge(class, Virtualised::No, &measured(8.0, 8.0, 8.0, 8.0));
            assert_eq!(verdict, Verdict::None(Reason::Class(class)));
        }
        let emulated = judge(Class::Analogue, Virtualised::Emulated, &measured(8.0, 8.0, 8.0, 8.0));
        assert_eq!(emulated, Verdict::None(Reason::Emulated));
    }

    #[test]
    fn a_claim_that_comes_with_the_source_is_lowered_and_not_raised() {
        for (ceiling, min_entropy) in [(333, 333), (900, 666)] {
            let claim = Claim::BuiltIn(millibits(ceiling));
            let verdict =
                judge(Class::Kernel, Virtualised::No, &Measured { claim, ..measured(2.0, 2.0, 2.0, 2.0) });
            let expected = Verdict::Claim { min_entropy: millibits(min_entropy), carried: millibits(666) };
            assert_eq!(verdict, expected);
        }
    }

    #[test]
    fn what_falls_short_claims_nothing_and_says_why() {
        let none = |change: fn(&mut Measured)| {
            let mut measured = measured(2.0, 2.0, 2.0, 2.0);
            change(&mut measured);
            match judge(Class::Kernel, Virtualised::SharedHardware, &measured) {
                Verdict::None(reason) => reason,
                claim @ Verdict::Claim { .. } => panic!("{claim:?}"),
            }
        };
        let needs = Duration::from_secs(99);
        let slow = |shortfall| match shortfall {
            Reason::Slow { stage, needs } => (stage, needs),
            other => panic!("{other}"),
        };
        let shortfall = none(|measured| {
            measured.shortfall = Some(Shortfall::Slow { stage: Stage::Load, needs: Duration::from_secs(99) });
        });
        assert_eq!(slow(shortfall), (Stage::Load, needs));
        let failed = none(|measured| measured.shortfall = Some(Shortfall::Failed(SourceError::Io)));
        assert_eq!(failed, Reason::Failed(SourceError::Io));
        let few = none(|measured| {
            measured.figures.idle.iter_mut().for_each(|idle| idle.samples = 999_999);
        });
        assert_eq!(few, Reason::Few { samples: 999_999 });
        let sanity = none(|measured| {
            measured.figures.restart.iter_mut().for_each(|restart| restart.failure = Some(Failure::Sanity));
        });
        assert_eq!(sanity, Reason::Restart(Failure::Sanity));
        let repeated = none(|measured| {
            measured.figures.restart.iter_mut().for_each(|restart| restart.repeated_rows = 1);
        });
        assert_eq!(repeated, Reason::Repeated { rows: 1 });
        let below = none(|measured| {
            measured.figures.load.iter_mut().for_each(|load| load.min_entropy = 0.1499);
        });
        assert_eq!(below, Reason::BelowFloor);
    }
}
