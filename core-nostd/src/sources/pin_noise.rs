//! A digital input that a noise circuit drives.
//!
//! **Effect.** A comparator on amplified thermal or avalanche noise, or a ring oscillator much faster than it is
//! sampled, puts the pin high or low; the level at a given moment follows noise (of the oscillator: its accumulated
//! phase noise).
//!
//! **What is read.** The pin's level, one bit per sample, at a fixed interval.
//!
//! **What an attacker could influence.** Supply ripple and radio fields shift a comparator's threshold and lock ring
//! oscillators to their own frequency (A. T. Markettos and S. W. Moore, "The Frequency Injection Attack on
//! Ring-Oscillator-Based True Random Number Generators", CHES 2009). A pin that is wired to nothing reads crosstalk:
//! do not use one.
//!
//! **How to assess it.** Sampled too fast, neighbouring bits are alike: choose the interval from a recording, 10 to
//! 100 µs for a ring oscillator, then assess as SP 800-90B §3.1 says, with restarts, and claim half of the lowest
//! estimate or less.
//!
//! **Bound.** A block of *N* samples takes *N* intervals and *N* pin reads.

use crate::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
};
use embedded_hal::{delay::DelayNs, digital::InputPin};

const INFO: SourceInfo = SourceInfo {
    name: "pin_noise",
    description: "level of an input pin at a fixed interval",
    physics: "noise voltage against a threshold, or phase noise of a ring oscillator, outside the chip",
    category: SourceCategory::Sensor,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::BIT,
    independence: Independence::of(Group::Oscillator),
};

/// An input pin sampled at a fixed interval, one bit per sample.
///
/// Its group is [`Group::Oscillator`], instance 0 by default: a second circuit with its own supply gets its own
/// instance through [`SourceId`](crate::SourceId).
///
/// ```
/// # use embedded_hal::{delay::DelayNs, digital::{ErrorType, InputPin}};
/// # struct Pin(bool);
/// # impl ErrorType for Pin { type Error = core::convert::Infallible; }
/// # impl InputPin for Pin {
/// #     fn is_high(&mut self) -> Result<bool, Self::Error> { self.0 = !self.0; Ok(self.0) }
/// #     fn is_low(&mut self) -> Result<bool, Self::Error> { self.is_high().map(|high| !high) }
/// # }
/// # struct Delay;
/// # impl DelayNs for Delay { fn delay_ns(&mut self, _: u32) {} }
/// use openentropy_core::{EntropySource, Raw, sources::PinNoise};
/// # let (pin, delay) = (Pin(false), Delay);
/// let mut source = PinNoise::new(pin, delay, 20_000); // 20 µs: your board's pin and timer
/// let mut block = Raw::<[u8; 4]>::new();
/// source.sample(&mut block)?;
/// # assert_eq!(openentropy_core::hazmat::show(block), [1, 0, 1, 0]);
/// # Ok::<(), openentropy_core::SourceError>(())
/// ```
pub struct PinNoise<P, D> {
    pin: P,
    delay: D,
    interval_ns: u32,
}

impl<P: InputPin, D: DelayNs> PinNoise<P, D> {
    /// Samples `pin` every `interval_ns` nanoseconds, waited with `delay`.
    #[must_use]
    pub const fn new(pin: P, delay: D, interval_ns: u32) -> Self {
        Self { pin, delay, interval_ns }
    }

    /// Gives pin and delay back.
    #[must_use]
    pub fn release(self) -> (P, D) {
        (self.pin, self.delay)
    }
}

impl<P: InputPin, D: DelayNs> EntropySource for PinNoise<P, D> {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Takes one level per slot.
    ///
    /// # Errors
    /// [`SourceError::Io`] when the pin cannot be read (one behind a bus expander). A level that never changes is
    /// found by the health tests, which know after how many equal bits.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                self.delay.delay_ns(self.interval_ns);
                // embedded-hal 1.0 knows one kind of pin error, `Other`
                *slot = u8::from(self.pin.is_high().map_err(|_| SourceError::Io)?);
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazmat::show;
    use embedded_hal::digital::{ErrorKind, ErrorType};

    /// Levels in order, then a failing pin.
    struct Levels<'a>(core::slice::Iter<'a, bool>);

    impl ErrorType for Levels<'_> {
        type Error = ErrorKind;
    }

    impl InputPin for Levels<'_> {
        fn is_high(&mut self) -> Result<bool, ErrorKind> {
            self.0.next().copied().ok_or(ErrorKind::Other)
        }

        fn is_low(&mut self) -> Result<bool, ErrorKind> {
            self.is_high().map(|high| !high)
        }
    }

    /// Adds up what it was asked to wait.
    #[derive(Default)]
    struct Waited(u64);

    impl DelayNs for Waited {
        fn delay_ns(&mut self, ns: u32) {
            self.0 += u64::from(ns);
        }
    }

    #[test]
    fn every_sample_waits_one_interval_and_is_one_bit() {
        let levels = [true, true, false, true];
        let mut source = PinNoise::new(Levels(levels.iter()), Waited::default(), 25_000);
        let mut block = Raw::<[u8; 4]>::new();
        assert_eq!(source.sample(&mut block), Ok(()));
        assert_eq!(show(block), [1, 1, 0, 1]);
        let (_, delay) = source.release();
        assert_eq!(delay.0, 100_000);
    }

    #[test]
    fn a_pin_that_fails_fails_the_whole_block() {
        let levels = [true, true];
        let mut source = PinNoise::new(Levels(levels.iter()), Waited::default(), 1);
        let mut block = Raw::<[u8; 4]>::new();
        assert_eq!(source.sample(&mut block), Err(SourceError::Io));
        assert_eq!(show(block), [0; 4]);
    }
}
