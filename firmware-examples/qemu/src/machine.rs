//! How an image begins and ends under the emulator.

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

// Linked for its implementation of critical sections.
#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;

/// Ends the emulator with status 0.
pub fn done() -> ! {
    semihosting::process::exit(0)
}

/// Ends the emulator with status 1.
pub fn failed() -> ! {
    semihosting::process::exit(1)
}

/// What the panic handlers of the images that print do: says where, and ends the emulator with status 101.
pub fn panicked(info: &core::panic::PanicInfo<'_>) -> ! {
    defmt::error!("panic at line {}", info.location().map_or(0, core::panic::Location::line));
    semihosting::process::exit(101)
}
