//! Readings and samples as they come.

use super::recording::{Halt, Taken};
use super::{PATIENCE, RecordError, look};
use crate::HostSource;
use crate::sys::os;
use core::ops::ControlFlow;
use core::time::Duration;
use openentropy_core::SourceError;
use std::time::Instant;

/// What was taken so far.
pub(super) struct Tape {
    /// Per reading: the reading, and nanoseconds since the beginning.
    pub(super) readings: Vec<u8>,
    pub(super) samples: Vec<u8>,
    /// On the steady clock.
    began_ns: u64,
    last_ns: u64,
}

/// Bytes of a reading and its time.
const ENTRY: usize = 16;

impl Tape {
    pub(super) fn with_capacity(samples: usize) -> Self {
        let (readings, samples) = (Vec::with_capacity(samples * ENTRY), Vec::with_capacity(samples));
        let began_ns = os::steady_ns();
        Self { readings, samples, began_ns, last_ns: began_ns }
    }

    /// Takes one reading and its sample; `watch` is asked after it, and whenever there is none yet.
    ///
    /// Whether to go on; what was asked to halt while it waited has taken nothing.
    pub(super) fn take(
        &mut self,
        source: &mut dyn HostSource,
        watch: &mut dyn FnMut(Taken) -> ControlFlow<Halt>,
    ) -> Result<ControlFlow<Halt>, RecordError> {
        let began = Instant::now();
        let (reading, sample) = loop {
            match look(source) {
                Err(SourceError::NotReady) if began.elapsed() < PATIENCE => {
                    self.last_ns = os::steady_ns();
                    if let halted @ ControlFlow::Break(_) = watch(self.taken()) {
                        return Ok(halted);
                    }
                }
                taken => break taken?,
            }
        };
        self.last_ns = os::steady_ns();
        self.readings.extend_from_slice(&reading.to_le_bytes());
        self.readings.extend_from_slice(&self.duration_ns().to_le_bytes());
        self.samples.push(sample);
        Ok(watch(self.taken()))
    }

    /// Forgets what follows the first `samples`.
    pub(super) fn cut(&mut self, samples: usize) {
        self.samples.truncate(samples);
        self.readings.truncate(samples * ENTRY);
    }

    pub(super) const fn duration_ns(&self) -> u64 {
        self.last_ns.saturating_sub(self.began_ns)
    }

    const fn taken(&self) -> Taken {
        Taken { samples: self.samples.len(), elapsed: Duration::from_nanos(self.duration_ns()) }
    }
}
