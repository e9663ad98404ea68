//! A control transfer to a USB device (Linux, include/uapi/linux/usbdevice_fs.h).

use super::request::{self, Request, ask};
use core::ffi::c_void;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::ioctl::{Opcode, opcode};
use std::os::fd::AsFd;

/// Device to host, standard, recipient device: USB 2.0 §9.3, table 9-2.
const TO_HOST: u8 = 0x80;
/// GET_STATUS, USB 2.0 §9.4.5.
const GET_STATUS: u8 = 0x00;
/// Bytes of the answer.
const STATUS_LENGTH: u16 = 2;
/// What the transfer may take.
const PATIENCE_MS: u32 = 1_000;

/// `struct usbdevfs_ctrltransfer`.
#[repr(C)]
struct ControlTransfer {
    request_type: u8,
    request: u8,
    value: u16,
    index: u16,
    length: u16,
    timeout_ms: u32,
    data: *mut c_void,
}

// SAFETY: the layout is that of USBDEVFS_CONTROL's structure, and the pointer is to `length` bytes, which its only maker sees to.
unsafe impl Request for ControlTransfer {
    const CODE: Opcode = opcode::read_write::<Self>(b'U', 0);
}

/// Asks the device behind `node` for its status: self-powered in bit 0, remote wake-up in bit 1.
///
/// # Errors
/// [`SourceError::Absent`] where no USB device is behind it, [`SourceError::Denied`] where it is not open for writing,
/// [`SourceError::Timeout`] after a second, [`SourceError::Disconnected`] when the device has gone, [`SourceError::Protocol`] when it
/// refuses the request, answers with another length or breaks the bus's rules.
pub(crate) fn status(node: impl AsFd) -> Result<u16, SourceError> {
    let mut answer = [0_u8; STATUS_LENGTH as usize];
    let mut transfer = ControlTransfer {
        request_type: TO_HOST,
        request: GET_STATUS,
        value: 0,
        index: 0,
        length: STATUS_LENGTH,
        timeout_ms: PATIENCE_MS,
        data: answer.as_mut_ptr().cast(),
    };
    match ask(node, &mut transfer).map_err(meaning)? {
        2 => Ok(u16::from_le_bytes(answer)),
        _ => Err(SourceError::Protocol),
    }
}

/// Linux, Documentation/driver-api/usb/error-codes.rst.
fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::HOSTUNREACH => SourceError::Disconnected,
        Errno::PIPE | Errno::PROTO | Errno::ILSEQ | Errno::TIME | Errno::OVERFLOW => SourceError::Protocol,
        _ => request::meaning(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structure_is_that_of_the_kernel() {
        assert_eq!(core::mem::offset_of!(ControlTransfer, timeout_ms), 8);
        #[cfg(target_pointer_width = "64")]
        {
            assert_eq!(size_of::<ControlTransfer>(), 24);
            assert_eq!(<ControlTransfer as Request>::CODE, 0xc018_5500);
        }
    }

    #[test]
    fn a_device_that_refuses_is_told_from_one_that_has_gone() {
        assert_eq!(meaning(Errno::PIPE), SourceError::Protocol, "a stall");
        assert_eq!(meaning(Errno::NODEV), SourceError::Disconnected);
        assert_eq!(meaning(Errno::TIMEDOUT), SourceError::Timeout);
    }

    #[test]
    fn what_is_no_usb_device_is_absent() {
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(status(&null), Err(SourceError::Absent));
    }
}
