//! A new security chip whose answers come from a program.
//!
//! Reference: Linux, Documentation/security/tpm/tpm_vtpm_proxy.rst, include/uapi/linux/vtpm_proxy.h.

use super::command::VTPM_NEW_DEVICE;
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::{AsFd, FromRawFd};

/// The chip speaks version 2 of the standard.
const VERSION_2: u32 = 1;

/// Makes a chip, and tells its number; the file reads commands and takes responses, and the chip goes when it is closed.
///
/// # Errors
/// What the kernel answers.
pub(crate) fn new_device(control: impl AsFd) -> Result<(File, u32), Errno> {
    let mut request = [0; 20];
    request[..4].copy_from_slice(&VERSION_2.to_ne_bytes());
    VTPM_NEW_DEVICE.call(control, &mut request)?;
    let (words, _) = request.as_chunks::<4>();
    let (number, fd) = (u32::from_ne_bytes(words[1]), i32::from_ne_bytes(words[2]));
    // SAFETY: the kernel has just made this descriptor for us, and nobody else knows its number.
    let file = unsafe { File::from_raw_fd(fd) };
    Ok((file, number))
}
