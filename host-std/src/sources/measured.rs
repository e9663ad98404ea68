//! From readings to samples on a host: a time budget for each block, and the readings kept in reach of the recorder.

use super::start_window::StartWindow;
use crate::{HostSource, Native};
use core::time::Duration;
use openentropy_core::{EntropySource, Measure, MinEntropy, Raw, SourceError, SourceInfo, Width};
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
        }
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
