//! The processor on the crystal, so that the ring oscillator is independent of it (RP2040 datasheet, sections 2.15 and 2.16).

use crate::register::Register;
use openentropy_core::SourceError;

/// XOSC CTRL, section 2.16.7: bits 11:0 range, bits 23:12 enable.
const XOSC_CTRL: Register = Register::at(0x4002_4000);
/// XOSC STATUS, section 2.16.7: bit 31 STABLE.
const XOSC_STATUS: Register = Register::at(0x4002_4004);
/// XOSC STARTUP, section 2.16.7: delay in units of 256 crystal periods.
const XOSC_STARTUP: Register = Register::at(0x4002_400c);
/// CLK_REF_CTRL, section 2.15.7: bits 1:0 source, 2 = crystal.
const CLK_REF_CTRL: Register = Register::at(0x4000_8030);
/// CLK_REF_SELECTED, section 2.15.7: one bit per source.
const CLK_REF_SELECTED: Register = Register::at(0x4000_8038);

/// Range 1 to 15 MHz (0xaa0) and enable (0xfab), section 2.16.7.
const XOSC_ON: u32 = 0x00fa_baa0;
const STABLE: u32 = 1 << 31;
const FROM_CRYSTAL: u32 = 2;

/// One millisecond at 12 MHz: 47 times 256 periods (section 2.16.3).
const STARTUP_DELAY: u32 = 47;
/// At reset the ring oscillator runs at most at 12 MHz: a millisecond is at most 12,000 cycles, a read takes several.
const POLLS: u32 = 100_000;

/// Starts the crystal and runs the reference clock, and with it the processor, from it.
///
/// # Errors
/// [`SourceError::ClockError`] if the crystal does not start or the switch does not happen.
pub fn run_from_crystal() -> Result<(), SourceError> {
    XOSC_STARTUP.write(STARTUP_DELAY);
    XOSC_CTRL.write(XOSC_ON);
    wait_for(XOSC_STATUS, STABLE)?;
    // After reset clk_sys follows clk_ref, and the multiplexer is glitch-free (section 2.15.3.2).
    CLK_REF_CTRL.write(FROM_CRYSTAL);
    wait_for(CLK_REF_SELECTED, 1 << FROM_CRYSTAL)
}

fn wait_for(register: Register, bit: u32) -> Result<(), SourceError> {
    if (0..POLLS).any(|_| register.read() & bit != 0) { Ok(()) } else { Err(SourceError::ClockError) }
}
