//! From readings to samples on a host: a time budget for each block, and the readings kept in reach of the recorder.

use super::start_window::StartWindow;
use crate::{HostSource, Native};
use core::time::Duration;
use openentropy_core::{
    Digitisation, EntropySource, Measure, MinEntropy, Raw, SourceError, SourceInfo, Width,
};
use std::time::Instant;
use zeroize::Zeroizing;

/// The time after which a block that is not full is left for the next call.
const BUDGET: Duration = Duration::from_millis(200);
/// Readings between two looks at the clock.
const READINGS_PER_LOOK: usize = 16;

/// Samples for which room is kept, so that growing leaves no copies behind.
const KEPT: usize = 4096;

/// What a digitisation makes of a reading and the counter's step: a sample of at most eight bits.
pub(crate) type Rule = fn(reading: u64, step: u64) -> u8;

/// A rule, and the name under which recordings and claims know it.
pub(crate) struct Digitiser {
    pub(crate) digitisation: Digitisation,
    pub(crate) rule: Rule,
}

/// The low eight bits, in steps.
pub(crate) const LOW_BITS: Digitiser =
    Digitiser { digitisation: Digitisation { name: "low-bits", version: 1 }, rule: low_bits };

/// The rule of [`LowBits`](openentropy_core::LowBits) at its full width.
pub(crate) const fn low_bits(reading: u64, step: u64) -> u8 {
    (reading / step) as u8
}

/// A [`Measure`] with its digitisation.
///
/// A block takes at most [`BUDGET`] and sixteen readings: what is collected by then is kept, and the answer is
/// [`SourceError::NotReady`].
pub(crate) struct Measured<M> {
    measure: M,
    info: SourceInfo,
    rule: Rule,
    step: u64,
    kept: Zeroizing<Vec<u8>>,
    window: Option<StartWindow>,
    device: Option<String>,
}

impl<M: Measure> Measured<M> {
    pub(crate) fn new(measure: M, rule: Rule, step: u64) -> Self {
        let info = SourceInfo { width: Width::BYTE, ..*measure.info() };
        Self {
            measure,
            info,
            rule,
            step: step.max(1),
            kept: Zeroizing::new(Vec::with_capacity(KEPT)),
            window: None,
            device: None,
        }
    }

    /// Names what answers behind the source.
    pub(crate) fn of_device(self, device: Option<String>) -> Self {
        Self { device, ..self }
    }

    /// Bounds the claim by what the first samples support.
    pub(crate) fn bounded_by_start(self) -> Self {
        Self { window: Some(StartWindow::default()), ..self }
    }

    /// Fills `slots` from `kept` and from readings; says how many it filled when it did not fill all.
    fn fill(&mut self, slots: &mut [u8]) -> Result<(), (usize, SourceError)> {
        let kept = self.kept.len().min(slots.len());
        let (old, new) = slots.split_at_mut(kept);
        old.copy_from_slice(self.kept.drain(..kept).as_slice());
        let deadline = Instant::now() + BUDGET;
        for (taken, slot) in new.iter_mut().enumerate() {
            loop {
                if taken % READINGS_PER_LOOK == READINGS_PER_LOOK - 1 && Instant::now() > deadline {
                    return Err((kept + taken, SourceError::NotReady));
                }
                match self.measure.measure() {
                    Ok(reading) => {
                        *slot = (self.rule)(reading, self.step);
                        break;
                    }
                    // Nothing happened within the reading's own bound: look at the clock, then go on.
                    Err(SourceError::NotReady) if Instant::now() <= deadline => {}
                    Err(error) => return Err((kept + taken, error)),
                }
            }
        }
        Ok(())
    }
}

impl<M: Measure> EntropySource for Measured<M> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            let filled = self.fill(slots);
            if let Err((taken, error)) = filled {
                if error == SourceError::NotReady {
                    self.kept.extend_from_slice(slots.get(..taken).unwrap_or_default());
                }
                return Err(error);
            }
            if let Some(window) = &mut self.window {
                window.see(slots);
            }
            Ok(())
        })
    }
}

impl<M: Measure + Send> HostSource for Measured<M> {
    fn supported(&self) -> MinEntropy {
        self.window.as_ref().map_or(MinEntropy::MAX, StartWindow::supported)
    }

    fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    fn native(&mut self) -> Option<&mut dyn Native> {
        Some(self)
    }
}

impl<M: Measure> Native for Measured<M> {
    fn read(&mut self, reading: &mut Raw<[u8; 8]>) -> Result<(), SourceError> {
        reading.write(|slots| {
            slots.copy_from_slice(&self.measure.measure()?.to_le_bytes());
            Ok(())
        })
    }

    fn digitise(&self, reading: u64) -> u8 {
        (self.rule)(reading, self.step)
    }

    fn width(&self) -> Width {
        self.measure.info().width
    }

    fn step(&self) -> u64 {
        self.step
    }
}

/// The greatest common divisor of a counter's increments over 1,024 readings, at least 1.
pub(crate) fn step_of(mut now: impl FnMut() -> u64) -> u64 {
    let mut last = now();
    let mut step = 0_u64;
    for _ in 0..1024 {
        let next = now();
        let (mut a, mut b) = (next.wrapping_sub(last), step);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        step = a;
        last = next;
    }
    step.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, hazmat};

    static INFO: SourceInfo = SourceInfo {
        name: "double",
        description: "a script of readings",
        physics: "none",
        category: SourceCategory::Timing,
        platform: Platform::Any,
        requirement: Requirement::None,
        width: Width::WORD,
        independence: Independence::of(Group::Test),
    };

    /// Counts up in steps of ten, and sleeps away the budget of a block before the readings in `slow`.
    struct Script {
        next: u64,
        slow: Vec<u64>,
        error: Option<SourceError>,
    }

    impl Measure for Script {
        fn info(&self) -> &SourceInfo {
            &INFO
        }

        fn measure(&mut self) -> Result<u64, SourceError> {
            if let Some(error) = self.error {
                return Err(error);
            }
            if self.slow.first() == Some(&self.next) {
                self.slow.remove(0);
                std::thread::sleep(BUDGET * 2);
            }
            self.next += 1;
            Ok((self.next - 1) * 10)
        }
    }

    fn take<const N: usize>(source: &mut Measured<Script>) -> Result<[u8; N], SourceError> {
        let mut block = Raw::<[u8; N]>::new();
        source.sample(&mut block)?;
        Ok(hazmat::show(block))
    }

    #[test]
    fn a_slow_block_is_kept_and_goes_on_where_it_stopped() {
        let script = Script { next: 0, slow: vec![20], error: None };
        let mut source = Measured::new(script, low_bits, 10);
        assert_eq!(take::<64>(&mut source), Err(SourceError::NotReady));
        let all: [u8; 64] = core::array::from_fn(|at| at as u8);
        assert_eq!(take::<64>(&mut source), Ok(all));
        assert_eq!(take::<2>(&mut source), Ok([64, 65]));
    }

    #[test]
    fn what_was_kept_serves_smaller_blocks_first() {
        let script = Script { next: 0, slow: vec![20], error: None };
        let mut source = Measured::new(script, low_bits, 10);
        assert_eq!(take::<64>(&mut source), Err(SourceError::NotReady));
        assert_eq!(take::<8>(&mut source), Ok([0, 1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(take::<1>(&mut source), Ok([8]));
    }

    #[test]
    fn nothing_to_read_ends_with_the_budget_and_errors_at_once() {
        for (error, least) in [(SourceError::NotReady, BUDGET), (SourceError::Stuck, Duration::ZERO)] {
            let script = Script { next: 0, slow: Vec::new(), error: Some(error) };
            let began = Instant::now();
            let answer = take::<8>(&mut Measured::new(script, low_bits, 1));
            assert_eq!(answer, Err(error));
            assert!(began.elapsed() >= least);
        }
    }

    #[test]
    fn the_recorder_sees_the_untouched_reading_and_the_same_sample() {
        let script = Script { next: 7, slow: Vec::new(), error: None };
        let mut source = Measured::new(script, low_bits, 10);
        let native = source.native().unwrap();
        let mut reading = Raw::<[u8; 8]>::new();
        native.read(&mut reading).unwrap();
        assert_eq!(u64::from_le_bytes(hazmat::show(reading)), 70);
        assert_eq!((native.digitise(70), native.width(), native.step()), (7, Width::WORD, 10));
    }

    #[test]
    fn the_step_of_a_counter_is_found() {
        let mut now = 0;
        let mut turn = 0;
        let step = step_of(|| {
            turn += 1;
            now += if turn % 3 == 0 { 52 } else { 26 };
            now
        });
        assert_eq!(step, 26);
        assert_eq!(step_of(|| 5), 1);
    }
}
