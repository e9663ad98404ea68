//! The RP2040's ring oscillator as a noise source (RP2040 datasheet, section 2.17).
//!
//! RANDOMBIT is a bare sample of the oscillator's output: no whitening, no health logic, strong correlation when read too fast.
//! It is worthless while the processor itself runs from the ring oscillator, so the crystal must drive it first
//! ([`clock`](crate::clock)).

use crate::register::Register;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "rp2040_rosc",
    description: "random bit of the RP2040's ring oscillator, read slowly",
    physics: "phase noise that the ring oscillator gathers against the crystal between two reads",
    category: SourceCategory::Thermal,
    platform: Platform::BareMetal,
    requirement: Requirement::None,
    width: Width::BIT,
    independence: Independence::of(Group::Oscillator),
};

/// ROSC STATUS, section 2.17.8: bit 31 STABLE.
const STATUS: Register = Register::at(0x4006_0018);
/// ROSC RANDOMBIT, section 2.17.8: bit 0.
const RANDOMBIT: Register = Register::at(0x4006_001c);

const STABLE: u32 = 1 << 31;

/// Cycles of the 12 MHz clock between two reads: 100 microseconds, in which some hundred periods of the ring gather noise.
const CYCLES_BETWEEN_READS: u32 = 1200;

/// The oscillator's bit.
pub struct RingOscillator(());

impl RingOscillator {
    /// The oscillator, which runs from reset on.
    ///
    /// # Errors
    /// [`SourceError::ClockError`] if it does not run.
    pub fn running() -> Result<Self, SourceError> {
        if STATUS.read() & STABLE == 0 {
            return Err(SourceError::ClockError);
        }
        Ok(Self(()))
    }
}

impl Measure for RingOscillator {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Takes 100 microseconds.
    fn measure(&mut self) -> Result<u64, SourceError> {
        cortex_m::asm::delay(CYCLES_BETWEEN_READS);
        Ok(u64::from(RANDOMBIT.read() & 1))
    }
}
