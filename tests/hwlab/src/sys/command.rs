//! Commands of devices (ioctl) as safe functions: those whose argument is a number, or a structure without addresses.

use rustix::io::Errno;
use std::os::fd::{AsFd, AsRawFd};

/// A command whose argument is a structure of `N` bytes, which the kernel reads, writes, or both.
///
/// Only this file makes them: the number says how long the structure is (Linux, include/uapi/asm-generic/ioctl.h), and none of those
/// below holds an address.
pub(crate) struct Command<const N: usize>(libc::Ioctl);

/// A command whose argument is a number, or nothing.
pub(crate) struct Switch(libc::Ioctl);

/// Linux, include/uapi/linux/hidraw.h.
pub(crate) const HID_DESCRIPTOR_SIZE: Command<4> = Command::reading(b'H', 0x01);
pub(crate) const HID_IDENTITY: Command<8> = Command::reading(b'H', 0x03);

/// The version of the library's card, as the drivers of Quantis cards are asked for it.
pub(crate) const GENERATOR_VERSION: Command<4> = Command::reading(b'q', 0);

/// Linux, include/uapi/linux/rtc.h.
pub(crate) const RTC_READ_TIME: Command<36> = Command::reading(b'p', 0x09);
pub(crate) const RTC_UPDATES_ON: Switch = Switch::new(0, b'p', 0x03);
pub(crate) const RTC_UPDATES_OFF: Switch = Switch::new(0, b'p', 0x04);

/// Linux, include/uapi/linux/uinput.h.
pub(crate) const UINPUT_CREATE: Switch = Switch::new(0, b'U', 1);
pub(crate) const UINPUT_SETUP: Command<92> = Command::writing(b'U', 3);
pub(crate) const UINPUT_EVENT_KIND: Switch = Switch::new(4, b'U', 100);
pub(crate) const UINPUT_RELATIVE_AXIS: Switch = Switch::new(4, b'U', 102);

/// Linux, include/uapi/linux/videodev2.h. The format's structure holds addresses for overlays only, and this kernel's test driver, the one
/// that is asked, has none.
pub(crate) const VIDEO_CAPABILITIES: Command<104> = Command::reading(b'V', 0);
pub(crate) const VIDEO_SET_FORMAT: Command<208> = Command::changing(b'V', 5);
pub(crate) const VIDEO_GET_CONTROL: Command<8> = Command::changing(b'V', 27);
pub(crate) const VIDEO_SET_CONTROL: Command<8> = Command::changing(b'V', 28);

/// Linux, include/uapi/sound/asound.h.
pub(crate) const PCM_SET_PARAMETERS: Command<608> = Command::changing(b'A', 0x11);
pub(crate) const PCM_PREPARE: Switch = Switch::new(0, b'A', 0x40);

/// Linux, include/uapi/linux/vtpm_proxy.h. Only `vtpm.rs` gives it, since it answers with a descriptor.
pub(super) const VTPM_NEW_DEVICE: Command<20> = Command::changing(0xa1, 0);

const READ: u32 = 2;
const WRITE: u32 = 1;

impl<const N: usize> Command<N> {
    const fn new(direction: u32, group: u8, number: u8) -> Self {
        Self((direction << 30 | (N as u32) << 16 | (group as u32) << 8 | number as u32) as libc::Ioctl)
    }

    /// The kernel writes the structure.
    const fn reading(group: u8, number: u8) -> Self {
        Self::new(READ, group, number)
    }

    /// The kernel reads the structure.
    const fn writing(group: u8, number: u8) -> Self {
        Self::new(WRITE, group, number)
    }

    /// The kernel reads the structure and writes into it.
    const fn changing(group: u8, number: u8) -> Self {
        Self::new(READ | WRITE, group, number)
    }

    /// The command as a driver sees it.
    pub(crate) const fn number(&self) -> u32 {
        self.0 as u32
    }

    /// Gives the command to `device`, and returns what the kernel returns.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn call(&self, device: impl AsFd, structure: &mut [u8; N]) -> Result<i32, Errno> {
        let fd = device.as_fd().as_raw_fd();
        // SAFETY: the kernel copies at most the `N` bytes that the number names, and follows no address in them.
        judge(unsafe { libc::ioctl(fd, self.0, structure.as_mut_ptr()) })
    }
}

impl Switch {
    /// `size` is what the number names: 4 where the argument is called an `int`, and handed over as it is.
    const fn new(size: u32, group: u8, number: u8) -> Self {
        let direction = if size == 0 { 0 } else { WRITE };
        Self((direction << 30 | size << 16 | (group as u32) << 8 | number as u32) as libc::Ioctl)
    }

    /// Gives the command to `device` with this number.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn call(&self, device: impl AsFd, number: libc::c_ulong) -> Result<i32, Errno> {
        let fd = device.as_fd().as_raw_fd();
        // SAFETY: the drivers of these commands take the argument for a number, and follow no address.
        judge(unsafe { libc::ioctl(fd, self.0, number) })
    }
}

pub(super) fn judge(returned: libc::c_int) -> Result<i32, Errno> {
    match returned {
        -1 => Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)),
        value => Ok(value),
    }
}
