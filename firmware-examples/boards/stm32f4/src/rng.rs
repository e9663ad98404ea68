//! The STM32F4's random number generator (reference manual RM0090, section 24), with recovery from its two error states.

use crate::register::Register;
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "stm32f4_rng",
    description: "bytes of the STM32F4's random number generator",
    physics: "jitter of ring oscillators, gathered by a shift register inside the peripheral",
    category: SourceCategory::Sensor,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::BYTE,
    independence: Independence::of(Group::ChipGenerator),
};

/// RNG_CR, section 24.4.1: bit 2 RNGEN.
const CR: Register = Register::at(0x5006_0800);
/// RNG_SR, section 24.4.2: bit 0 DRDY, 1 CECS, 2 SECS, 5 CEIS, 6 SEIS.
const SR: Register = Register::at(0x5006_0804);
/// RNG_DR, section 24.4.3: a 32-bit word, valid while DRDY is set.
const DR: Register = Register::at(0x5006_0808);

const RNGEN: u32 = 1 << 2;
const DRDY: u32 = 1;
const CECS: u32 = 1 << 1;
const CEIS: u32 = 1 << 5;
const SEIS: u32 = 1 << 6;

/// A word takes 40 periods of the 48 MHz clock (section 24.3): under a microsecond. 10,000 reads are at least 500 times that.
const READY_POLLS: u32 = 10_000;
/// How often one block may recover from an error state before it gives up.
const RECOVERIES: u32 = 3;

/// The peripheral, running, and the bytes of the last word not used yet.
pub struct Stm32Rng {
    last: u32,
}

impl Stm32Rng {
    /// Starts the peripheral; its clock must run.
    ///
    /// # Errors
    /// As [`EntropySource::sample`]: the first word is read and only kept for comparison (section 24.3.1, from FIPS 140-2).
    pub fn start() -> Result<Self, SourceError> {
        CR.write(RNGEN);
        Ok(Self { last: word()? })
    }

    /// The next word that differs from the one before (section 24.3.1).
    fn next(&mut self) -> Result<u32, SourceError> {
        for _ in 0..=RECOVERIES {
            match word() {
                Ok(word) if word == self.last => return Err(SourceError::Stuck),
                Ok(word) => {
                    self.last = word;
                    return Ok(word);
                }
                Err(SourceError::SeedError) => recover_from_seed_error(),
                Err(error) => return Err(error),
            }
        }
        Err(SourceError::SeedError)
    }
}

impl EntropySource for Stm32Rng {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits at most [`READY_POLLS`] reads a word, and recovers at most [`RECOVERIES`] times a word.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for group in slots.chunks_mut(4) {
                for (slot, byte) in group.iter_mut().zip(self.next()?.to_le_bytes()) {
                    *slot = byte;
                }
            }
            Ok(())
        })
    }
}

/// Waits for a word and checks the error flags before it is believed.
fn word() -> Result<u32, SourceError> {
    for _ in 0..READY_POLLS {
        let status = SR.read();
        if status & SEIS != 0 {
            return Err(SourceError::SeedError);
        }
        if status & CEIS != 0 {
            // Clock error (section 24.3.2): words already made stay valid, new ones need the clock. The flag is cleared once
            // the clock is back.
            if status & CECS != 0 {
                return Err(SourceError::ClockError);
            }
            SR.write(SEIS); // cleared by writing 0; a 1 leaves the other flag as it is
        }
        if status & DRDY != 0 {
            // Zero is what the data register reads when a seed error came between the two reads.
            return match DR.read() {
                0 => Err(SourceError::SeedError),
                word => Ok(word),
            };
        }
    }
    Err(SourceError::Timeout)
}

/// Seed error (section 24.3.2): clear SEIS, then switch RNGEN off and on to start over.
fn recover_from_seed_error() {
    SR.write(CEIS); // cleared by writing 0; a 1 leaves the other flag as it is
    CR.write(0);
    CR.write(RNGEN);
}
