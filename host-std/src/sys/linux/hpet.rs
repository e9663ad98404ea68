//! The main counter of the board's event timer, mapped for reading (IA-PC HPET Specification 1.0a, §2.3).

use super::request;
use core::ptr::{self, NonNull};
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use std::os::fd::AsFd;

/// Registers that are mapped: one block, a page on the machines that have one.
const LENGTH: usize = 4096;
/// General Capabilities and ID: in the high half the counter's period in femtoseconds.
const PERIOD: usize = 0x004;
/// General Configuration: bit 0 lets the counter run.
const CONFIGURATION: usize = 0x010;
/// The low half of the Main Counter Value.
const COUNTER: usize = 0x0f0;
/// The longest period that the specification allows, 100 ns.
const LONGEST_PERIOD: u32 = 0x05f5_e100;

/// The registers of one timer block.
pub(crate) struct Hpet {
    registers: NonNull<u32>,
}

// SAFETY: the mapping belongs to this value alone and is not tied to a thread.
unsafe impl Send for Hpet {}

impl Hpet {
    /// Maps the registers behind `device`, `/dev/hpet`.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the kernel maps none (CONFIG_HPET_MMAP, the parameter `hpet_mmap`), [`SourceError::Denied`] without the right,
    /// [`SourceError::CoarseClock`] where the counter is none by the specification or stands still by its configuration.
    pub(crate) fn new(device: impl AsFd) -> Result<Self, SourceError> {
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        let start = unsafe { mmap(ptr::null_mut(), LENGTH, ProtFlags::READ, MapFlags::SHARED, device, 0) };
        let start = start.map_err(meaning)?;
        let this = Self { registers: NonNull::new(start.cast()).ok_or(SourceError::Io)? };
        let period = this.read(PERIOD);
        match period > 0 && period <= LONGEST_PERIOD && this.read(CONFIGURATION) & 1 == 1 {
            true => Ok(this),
            false => Err(SourceError::CoarseClock),
        }
    }

    /// The counter, 32 bits of it.
    pub(crate) fn count(&self) -> u32 {
        self.read(COUNTER)
    }

    fn read(&self, offset: usize) -> u32 {
        let register = self.registers.as_ptr().wrapping_byte_add(offset);
        // SAFETY: the callers' offsets are multiples of four below the length of the mapping, which is readable while `self` lives; the device may
        // change what is there at any time, as a volatile read allows.
        unsafe { register.read_volatile() }
    }
}

impl Drop for Hpet {
    fn drop(&mut self) {
        // SAFETY: mapped in `new` with this length; `&mut self` says that no reading is under way.
        let unmapped = unsafe { munmap(self.registers.as_ptr().cast(), LENGTH) };
        debug_assert!(unmapped.is_ok(), "munmap refuses only what is not page-aligned");
    }
}

fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::NODEV => SourceError::Absent,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io::Write;

    /// A block of registers: period, configuration and counter.
    fn block(period: u32, configuration: u32, counter: u32) -> Result<Hpet, SourceError> {
        let path = std::env::temp_dir().join(format!("openentropy-hpet-{}-{period}", std::process::id()));
        let mut bytes = [0; LENGTH];
        for (offset, value) in [(PERIOD, period), (CONFIGURATION, configuration), (COUNTER, counter)] {
            bytes[offset..offset + 4].copy_from_slice(&value.to_ne_bytes());
        }
        File::create(&path).unwrap().write_all(&bytes).unwrap();
        let hpet = Hpet::new(File::open(&path).unwrap());
        std::fs::remove_file(path).unwrap();
        hpet
    }

    #[test]
    fn the_counter_is_read_where_the_specification_has_it() {
        assert_eq!(block(69_841_279, 1, 0xdead_beef).unwrap().count(), 0xdead_beef);
    }

    #[test]
    fn what_does_not_count_is_no_clock() {
        assert_eq!(block(69_841_278, 0, 0).err(), Some(SourceError::CoarseClock), "halted");
        assert_eq!(block(0, 1, 0).err(), Some(SourceError::CoarseClock), "no period");
        assert_eq!(
            block(LONGEST_PERIOD + 1, 1, 0).err(),
            Some(SourceError::CoarseClock),
            "too long a period"
        );
    }
}
