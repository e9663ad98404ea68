//! What a noise source is, and the step from its readings to its samples.

use crate::{Raw, SourceInfo, Width};
use core::num::NonZeroU64;

/// Why a source delivered nothing.
///
/// Each variant asks for something else from the caller: try again at once, wait, re-open, give up, or tell the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SourceError {
    /// Not enough samples yet; nothing was consumed and no progress is lost.
    NotReady,
    /// No answer within the source's bound.
    Timeout,
    /// The device or instruction does not exist here.
    Absent,
    /// The operating system refuses access.
    Denied,
    /// The device went away.
    Disconnected,
    /// The device answers with one value only.
    Stuck,
    /// The device reports that its noise generation failed.
    SeedError,
    /// The device reports that its clock is wrong.
    ClockError,
    /// The clock is too coarse, stands still or runs backwards.
    CoarseClock,
    /// The device's answer breaks its protocol: bad length, checksum or status.
    Protocol,
    /// Samples came faster than they were taken; those that were lost are lost.
    Overrun,
    /// The transfer failed.
    Io,
    /// The source's own code failed and was contained.
    Panicked,
}

impl SourceError {
    /// The word by which labels and reports name the error.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotReady => "not-ready",
            Self::Timeout => "timeout",
            Self::Absent => "absent",
            Self::Denied => "denied",
            Self::Disconnected => "disconnected",
            Self::Stuck => "stuck",
            Self::SeedError => "seed-error",
            Self::ClockError => "clock-error",
            Self::CoarseClock => "coarse-clock",
            Self::Protocol => "protocol",
            Self::Overrun => "overrun",
            Self::Io => "io",
            Self::Panicked => "panicked",
        }
    }
}

impl core::fmt::Display for SourceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotReady => "the source has not collected enough samples yet",
            Self::Timeout => "the source did not answer within its time bound",
            Self::Absent => "the device or instruction does not exist on this machine",
            Self::Denied => "access to the device was refused",
            Self::Disconnected => "the device was disconnected",
            Self::Stuck => "the device delivers one value only",
            Self::SeedError => "the device reports a failure of its noise generation",
            Self::ClockError => "the device reports a clock failure",
            Self::CoarseClock => "the clock is too coarse, stands still or runs backwards",
            Self::Protocol => "the device's answer breaks its protocol",
            Self::Overrun => "samples were lost because they were taken too late",
            Self::Io => "the transfer from the device failed",
            Self::Panicked => "the source's code failed and was stopped",
        })
    }
}

impl core::error::Error for SourceError {}

/// A noise source that delivers blocks of digitised samples.
///
/// # Contract
/// - [`sample`](Self::sample) writes every slot, one sample of at most eight bits each, or returns an error; never fewer,
///   never padded, never anything but what the source measured.
/// - It returns within a bound that the implementation's documentation states.
/// - [`SourceError::NotReady`] consumes nothing: an interrupt-fed source that answers in small blocks can still start up.
/// - The samples are neither whitened nor debiased: conditioning comes after the health tests (SP 800-90B §3.1.3).
pub trait EntropySource {
    /// The facts about the source; the same at every call.
    fn info(&self) -> &SourceInfo;

    /// Takes `out.len()` consecutive samples.
    ///
    /// # Errors
    /// Any [`SourceError`]; the block is then wiped.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError>;
}

impl<S: EntropySource + ?Sized> EntropySource for &mut S {
    fn info(&self) -> &SourceInfo {
        (**self).info()
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        (**self).sample(out)
    }
}

/// A timer, converter or counter that gives one integer reading at a time, at its native width.
///
/// # Contract
/// - A reading is the untouched value: a tick interval, a converter word. It is never divided, folded or hashed here; that is
///   the digitisation's work.
/// - It returns within a bound that the implementation's documentation states, and waits for its reading within that bound: a reading
///   that is not there in the middle of a block costs the block.
pub trait Measure {
    /// The facts about the source; `width` is that of a reading.
    fn info(&self) -> &SourceInfo;

    /// Takes one reading.
    ///
    /// # Errors
    /// Any [`SourceError`].
    fn measure(&mut self) -> Result<u64, SourceError>;
}

impl<M: Measure + ?Sized> Measure for &mut M {
    fn info(&self) -> &SourceInfo {
        (**self).info()
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        (**self).measure()
    }
}

/// A named and versioned rule that turns readings into samples; an assessment holds for one source under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "a name and a version")]
pub struct Digitisation {
    /// Name of the rule.
    pub name: &'static str,
    /// Raised whenever the rule's samples change for the same readings.
    pub version: u16,
}

/// The low bits of a reading, after division by the counter's step: the plain way from [`Measure`] to [`EntropySource`].
///
/// The step is the greatest common divisor of the counter's increments; without the division its factors of two would
/// show as constant low bits (jitterentropy calls it the common timer divisor).
///
/// A reading that is [`NotReady`](SourceError::NotReady) after others of its block were taken is a [`Timeout`](SourceError::Timeout), since
/// those are lost; what an interrupt brings one by one belongs behind a queue.
///
/// ```
/// use openentropy_core::{EntropySource, Group, Independence, LowBits, Measure, Platform, Raw, Requirement};
/// use openentropy_core::{SourceCategory, SourceError, SourceInfo, Width};
/// static INFO: SourceInfo = SourceInfo {
///     name: "ramp", description: "a ramp", physics: "none: an example", category: SourceCategory::Timing,
///     platform: Platform::Any, requirement: Requirement::None, width: Width::WORD,
///     independence: Independence::of(Group::Test),
/// };
/// struct Ramp(u64);
/// impl Measure for Ramp {
///     fn info(&self) -> &SourceInfo { &INFO }
///     fn measure(&mut self) -> Result<u64, SourceError> { self.0 += 26; Ok(self.0) }
/// }
/// let mut source = LowBits::new(Ramp(0), Width::BYTE, 26);
/// let mut block = Raw::<[u8; 4]>::new();
/// source.sample(&mut block)?;
/// assert_eq!(openentropy_core::hazmat::show(block), [1, 2, 3, 4]);
/// # Ok::<(), SourceError>(())
/// ```
pub struct LowBits<M> {
    measure: M,
    info: SourceInfo,
    step: NonZeroU64,
}

impl<M: Measure> LowBits<M> {
    /// The rule's name and version.
    pub const DIGITISATION: Digitisation = Digitisation { name: "low-bits", version: 1 };

    /// Cuts each reading of `measure`, divided by `step` (0 counts as 1), to its lowest bits: `width`, at most eight, and no more than a
    /// reading has.
    #[must_use]
    pub fn new(measure: M, width: Width, step: u64) -> Self {
        let info = *measure.info();
        let info = SourceInfo { width: width.min(Width::BYTE).min(info.width), ..info };
        Self { measure, info, step: NonZeroU64::new(step).unwrap_or(NonZeroU64::MIN) }
    }
}

impl<M: Measure> EntropySource for LowBits<M> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        let mask = u8::MAX >> (8 - self.info.width.bits().clamp(1, 8));
        out.write(|slots| {
            let mut taken = false;
            for slot in slots {
                let reading = self.measure.measure().map_err(|error| match error {
                    SourceError::NotReady if taken => SourceError::Timeout,
                    error => error,
                })?;
                let [low, ..] = (reading / self.step).to_le_bytes();
                *slot = low & mask;
                taken = true;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Group, Independence, Platform, Requirement, SourceCategory, hazmat::show};

    /// Readings in order, of `width`.
    struct Readings<'r>(core::slice::Iter<'r, Result<u64, SourceError>>, SourceInfo);

    impl<'r> Readings<'r> {
        fn new(readings: &'r [Result<u64, SourceError>], width: Width) -> Self {
            let info = SourceInfo {
                name: "readings",
                description: "what the test says",
                physics: "none",
                category: SourceCategory::Signal,
                platform: Platform::Any,
                requirement: Requirement::None,
                width,
                independence: Independence::of(Group::Test),
            };
            Self(readings.iter(), info)
        }
    }

    impl Measure for Readings<'_> {
        fn info(&self) -> &SourceInfo {
            &self.1
        }

        fn measure(&mut self) -> Result<u64, SourceError> {
            self.0.next().copied().unwrap_or(Err(SourceError::Disconnected))
        }
    }

    #[test]
    fn samples_are_no_wider_than_the_readings() {
        let low = |readings, samples| LowBits::new(Readings::new(&[], readings), samples, 1).info().width;
        assert_eq!(low(Width::BIT, Width::BYTE), Width::BIT, "a claim of eight bits would be believed");
        assert_eq!(low(Width::WORD, Width::BIT), Width::BIT);
        assert_eq!(low(Width::WORD, Width::WORD), Width::BYTE);
    }

    /// Not ready means that nothing was consumed, which holds before the first reading of a block only.
    #[test]
    fn a_reading_that_is_late_within_a_block_is_a_timeout() {
        let late = Err(SourceError::NotReady);
        let readings = [late, Ok(1), late, Ok(2), Ok(3)];
        let mut source = LowBits::new(Readings::new(&readings, Width::WORD), Width::BYTE, 1);
        let mut block = Raw::<[u8; 2]>::new();
        assert_eq!(source.sample(&mut block), Err(SourceError::NotReady));
        assert_eq!(source.sample(&mut block), Err(SourceError::Timeout), "the reading before it is lost");
        assert_eq!(source.sample(&mut block), Ok(()));
        assert_eq!(show(block), [2, 3]);
    }
}
