//! Driver of the nRF51's random number generator (nRF51 Series Reference Manual v3.0, chapter "Random Number Generator (RNG)").
//!
//! The peripheral samples thermal noise and collects a byte at a time. It has no error flag: a byte that does not come within
//! the bound, and the health tests, are the only signs of failure. Its bias correction stays off, since it would hide from the
//! health tests what they look for.

use cortex_m::{interrupt::InterruptNumber, peripheral::NVIC};
use openentropy_core::{
    EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory, SourceError, SourceInfo,
    Width,
};

/// The facts about the peripheral, whoever reads it.
pub static INFO: SourceInfo = SourceInfo {
    name: "nrf51_rng",
    description: "bytes of the nRF51's random number generator, without its bias correction",
    physics: "thermal noise of the peripheral's analogue part",
    category: SourceCategory::Sensor,
    platform: Platform::BareMetal,
    requirement: Requirement::Device,
    width: Width::BYTE,
    independence: Independence::of(Group::ChipGenerator),
};

/// Register addresses (that chapter's register overview; base in the chapter on memory, table of instances).
mod register {
    const BASE: usize = 0x4000_d000;
    pub(super) const TASKS_START: usize = BASE;
    pub(super) const TASKS_STOP: usize = BASE + 0x004;
    pub(super) const EVENTS_VALRDY: usize = BASE + 0x100;
    pub(super) const SHORTS: usize = BASE + 0x200;
    pub(super) const INTENSET: usize = BASE + 0x304;
    pub(super) const CONFIG: usize = BASE + 0x504;
    pub(super) const VALUE: usize = BASE + 0x508;
}

/// The peripheral's interrupt (table of instances: the peripheral's number, 13, is its interrupt's).
#[derive(Clone, Copy)]
struct Irq;

// SAFETY: the nRF51 has 32 interrupts, and 13 is this peripheral's.
unsafe impl InterruptNumber for Irq {
    fn number(self) -> u16 {
        13
    }
}

/// How often the ready flag is read for one byte: 677 microseconds typical with bias correction (electrical specification), and
/// a read takes at least 4 cycles of 16 MHz, so 20,000 reads are more than 5 ms.
const READY_POLLS: u32 = 20_000;

/// The peripheral; runs from the first sample on.
#[derive(Default)]
pub struct Nrf51Rng {
    running: bool,
}

impl Nrf51Rng {
    /// The peripheral as it is after reset.
    #[must_use]
    pub const fn new() -> Self {
        Self { running: false }
    }

    /// Starts it, bias correction off (CONFIG.DERCEN = 0).
    ///
    /// It stops at each byte (SHORTS bit 0, VALRDY to STOP) until that is taken: no byte is passed over, so that the emulator's
    /// are the same whatever the speed of the program.
    pub fn start(&mut self) {
        write(register::CONFIG, 0);
        write(register::SHORTS, 1);
        write(register::EVENTS_VALRDY, 0);
        write(register::TASKS_START, 1);
        self.running = true;
    }

    /// Stops the hardware behind the driver's back, as a fault would.
    pub fn break_down() {
        write(register::TASKS_STOP, 1);
        write(register::EVENTS_VALRDY, 0);
    }

    /// Lets it raise its interrupt for each byte (INTENSET bit 0), and the interrupt reach the processor.
    pub fn enable_interrupt() {
        write(register::INTENSET, 1);
        // SAFETY: no critical section here relies on this one interrupt being masked.
        unsafe { NVIC::unmask(Irq) };
    }

    /// The byte that is ready, if one is; starts the next.
    pub fn take() -> Option<u8> {
        if read(register::EVENTS_VALRDY) == 0 {
            return None;
        }
        let [byte, ..] = read(register::VALUE).to_le_bytes();
        write(register::EVENTS_VALRDY, 0);
        write(register::TASKS_START, 1);
        Some(byte)
    }
}

impl EntropySource for Nrf51Rng {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits at most [`READY_POLLS`] reads for each byte.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        if !self.running {
            self.start();
        }
        out.write(|slots| {
            for slot in slots {
                *slot = (0..READY_POLLS).find_map(|_| Self::take()).ok_or(SourceError::Timeout)?;
            }
            Ok(())
        })
    }
}

fn read(register: usize) -> u32 {
    // SAFETY: every address of `register` is a word-aligned register of this chip; reading has no effect on memory.
    unsafe { core::ptr::with_exposed_provenance::<u32>(register).read_volatile() }
}

fn write(register: usize, value: u32) {
    // SAFETY: as above; the registers of this peripheral control nothing but itself.
    unsafe { core::ptr::with_exposed_provenance_mut::<u32>(register).write_volatile(value) }
}
