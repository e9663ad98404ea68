//! The nRF52840's random number generator (nRF52840 Product Specification v1.7, chapter "RNG — Random number generator").

use crate::register::Register;
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "nrf52_rng",
    description: "bytes of the nRF52840's random number generator, without its bias correction",
    physics: "thermal noise of the peripheral's analogue part",
    category: SourceCategory::Sensor,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::BYTE,
    independence: Independence::of(Group::ChipGenerator),
};

/// TASKS_START: starts the generator.
const TASKS_START: Register = Register::at(0x4000_d000);
/// EVENTS_VALRDY: set for every byte; written zero to clear.
const EVENTS_VALRDY: Register = Register::at(0x4000_d100);
/// CONFIG: bit 0, DERCEN, is the bias correction.
const CONFIG: Register = Register::at(0x4000_d504);
/// VALUE: the byte.
const VALUE: Register = Register::at(0x4000_d508);

/// A byte takes 30 microseconds without bias correction (electrical specification, t_RNG,RAW); 50,000 reads of 64 MHz take at least 3 ms.
const READY_POLLS: u32 = 50_000;

/// The peripheral, running.
pub struct Nrf52Rng(());

impl Nrf52Rng {
    /// Starts it, bias correction off: the correction would hide from the health tests what they look for.
    #[must_use]
    pub fn start() -> Self {
        CONFIG.write(0);
        EVENTS_VALRDY.write(0);
        TASKS_START.write(1);
        Self(())
    }
}

impl EntropySource for Nrf52Rng {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits at most [`READY_POLLS`] reads for each byte.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                if !(0..READY_POLLS).any(|_| EVENTS_VALRDY.read() != 0) {
                    return Err(SourceError::Timeout);
                }
                // Cleared before the value is read, so that the next byte's event is not lost.
                EVENTS_VALRDY.write(0);
                *slot = VALUE.read().to_le_bytes()[0];
            }
            Ok(())
        })
    }
}
