//! Transfers on an I²C bus, as SMBus knows them.
//!
//! Reference: Linux, Documentation/i2c/dev-interface.rst, include/uapi/linux/i2c-dev.h.

use super::command::judge;
use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd};

const SET_ADDRESS_BY_FORCE: libc::Ioctl = 0x0706;
const TRANSFER: libc::Ioctl = 0x0720;
const WRITE: u8 = 0;
const WORD: u32 = 3;

/// `struct i2c_smbus_ioctl_data`.
#[repr(C)]
struct Transfer {
    direction: u8,
    register: u8,
    size: u32,
    /// Two bytes of a word; the kernel's union has room for 34.
    data: *mut [u8; 34],
}

/// Writes a word, in the order of its bytes on the wire, to a register of the device at `address`, even where a driver uses it.
///
/// # Errors
/// What the kernel answers.
pub(crate) fn write_word(bus: impl AsFd, address: u8, register: u8, word: [u8; 2]) -> Result<(), Errno> {
    let fd = bus.as_fd().as_raw_fd();
    // SAFETY: the argument is a number.
    judge(unsafe { libc::ioctl(fd, SET_ADDRESS_BY_FORCE, libc::c_ulong::from(address)) })?;
    let mut data = [0; 34];
    data[..2].copy_from_slice(&word);
    let mut transfer = Transfer { direction: WRITE, register, size: WORD, data: &raw mut data };
    // SAFETY: the structure is the kernel's, and it and the 34 bytes that it points to live through the call.
    judge(unsafe { libc::ioctl(fd, TRANSFER, &raw mut transfer) })?;
    Ok(())
}
