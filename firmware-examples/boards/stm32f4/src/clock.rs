//! The 48 MHz clock that the generator needs (reference manual RM0090, section 7).

use crate::register::Register;
use openentropy_core::SourceError;

/// RCC_CR, section 7.3.1: bit 24 PLLON, bit 25 PLLRDY.
const RCC_CR: Register = Register::at(0x4002_3800);
/// RCC_PLLCFGR, section 7.3.2.
const RCC_PLLCFGR: Register = Register::at(0x4002_3804);
/// RCC_AHB2ENR, section 7.3.11: bit 6 RNGEN.
const RCC_AHB2ENR: Register = Register::at(0x4002_3834);

/// From the 16 MHz internal oscillator: M = 16 (1 MHz in), N = 336 (336 MHz), P = 4 (bits 17:16 = 1), Q = 7 (48 MHz out).
const PLL_48_MHZ: u32 = 16 | 336 << 6 | 1 << 16 | 7 << 24;
/// The fields M, N, P, source and Q; the other bits keep their reset value.
const PLL_FIELDS: u32 = 0x0f43_7fff;
const PLLON: u32 = 1 << 24;
const PLLRDY: u32 = 1 << 25;
const RNG_CLOCK: u32 = 1 << 6;

/// The PLL locks within 300 microseconds (data sheet, main PLL characteristics): 4,800 cycles of 16 MHz, and a read takes several.
const LOCK_POLLS: u32 = 10_000;

/// Starts the PLL and gives the generator its clocks; the processor stays on the internal oscillator.
///
/// # Errors
/// [`SourceError::ClockError`] if the PLL does not lock.
pub fn start() -> Result<(), SourceError> {
    RCC_PLLCFGR.write(RCC_PLLCFGR.read() & !PLL_FIELDS | PLL_48_MHZ);
    RCC_CR.write(RCC_CR.read() | PLLON);
    if !(0..LOCK_POLLS).any(|_| RCC_CR.read() & PLLRDY != 0) {
        return Err(SourceError::ClockError);
    }
    RCC_AHB2ENR.write(RCC_AHB2ENR.read() | RNG_CLOCK);
    Ok(())
}
