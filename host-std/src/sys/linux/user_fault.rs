//! Page faults that a thread of the same process answers (userfaultfd(2)).

use crate::sys::Mapping;
use core::ffi::c_void;
use openentropy_core::SourceError;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use rustix::mm::{UserfaultfdFlags, userfaultfd};

/// Faults of user mode only, which need no privilege (Linux 5.11, linux/userfaultfd.h).
const USER_MODE_ONLY: UserfaultfdFlags = UserfaultfdFlags::from_bits_retain(1);
/// The group of the requests, and the version of the protocol.
const PROTOCOL: u8 = 0xaa;
/// Faults on pages that have no memory yet.
const MODE_MISSING: u64 = 1;
/// The kind of message that tells of a fault.
const PAGE_FAULT: u8 = 0x12;
/// Bytes of a message.
const MESSAGE: usize = 32;
/// Times that the kernel may ask to try again, since the memory is being changed by others.
const ATTEMPTS: usize = 1000;

/// What both sides agree on (struct uffdio_api).
#[repr(C)]
struct Agreement {
    protocol: u64,
    features: u64,
    requests: u64,
}

/// Memory, and what is asked for it or came of it (struct uffdio_register, struct uffdio_zeropage).
#[repr(C)]
struct Range {
    start: u64,
    length: u64,
    mode: u64,
    result: u64,
}

const AGREE: Opcode = opcode::read_write::<Agreement>(PROTOCOL, 0x3f);
const REGISTER: Opcode = opcode::read_write::<Range>(PROTOCOL, 0x00);
const ZERO_PAGE: Opcode = opcode::read_write::<Range>(PROTOCOL, 0x04);

/// The descriptor on which faults come; when it is closed, waiting threads go on with an ordinary page.
pub(crate) struct UserFaults {
    descriptor: OwnedFd,
}

impl UserFaults {
    /// Opens it.
    ///
    /// # Errors
    /// What a call met; [`Errno::NOSYS`] too from a kernel that knows faults of user mode only not yet.
    pub(crate) fn open() -> Result<Self, Errno> {
        let flags = USER_MODE_ONLY | UserfaultfdFlags::CLOEXEC | UserfaultfdFlags::NONBLOCK;
        // SAFETY: the descriptor stays in this type, which answers faults by zero pages only, as an ordinary fault is answered.
        let descriptor = unsafe { userfaultfd(flags) };
        let faults = Self {
            descriptor: descriptor.map_err(|errno| match errno {
                Errno::INVAL => Errno::NOSYS,
                other => other,
            })?,
        };
        let mut agreement = Agreement { protocol: u64::from(PROTOCOL), features: 0, requests: 0 };
        // SAFETY: the request takes this structure.
        let request = unsafe { Updater::<AGREE, _>::new(&mut agreement) };
        // SAFETY: the kernel writes the structure only.
        unsafe { ioctl(&faults.descriptor, request) }?;
        Ok(faults)
    }

    /// Has faults on `memory` come here.
    ///
    /// # Errors
    /// [`SourceError::Io`] when the kernel refuses.
    pub(crate) fn register(&self, memory: &Mapping) -> Result<(), SourceError> {
        let mut range = Range {
            start: address(memory.start().as_ptr().cast()),
            length: memory.len() as u64,
            mode: MODE_MISSING,
            result: 0,
        };
        // SAFETY: the request takes this structure.
        let request = unsafe { Updater::<REGISTER, _>::new(&mut range) };
        // SAFETY: the range is a live private mapping; faults on it wait until `serve` or the closing of the descriptor.
        unsafe { ioctl(&self.descriptor, request) }.map_err(|_| SourceError::Io)
    }

    /// Answers one fault by a page of zeros, if one has come, which it says; calls `answering` before the thread that waits goes on.
    ///
    /// # Errors
    /// [`SourceError::Io`] when a call fails, [`SourceError::Protocol`] on a message that was not asked for.
    pub(crate) fn serve(&self, page_size: usize, answering: impl FnOnce()) -> Result<bool, SourceError> {
        let mut message = [0; MESSAGE];
        match rustix::io::read(&self.descriptor, &mut message) {
            Ok(MESSAGE) if message[0] == PAGE_FAULT => {}
            Ok(_) => return Err(SourceError::Protocol),
            Err(Errno::AGAIN | Errno::INTR) => return Ok(false),
            Err(_) => return Err(SourceError::Io),
        }
        let [.., a, b, c, d, e, f, g, h, _, _, _, _, _, _, _, _] = message;
        let fault = u64::from_ne_bytes([a, b, c, d, e, f, g, h]);
        answering();
        let length = page_size as u64;
        for _ in 0..ATTEMPTS {
            let mut range = Range { start: fault & !(length - 1), length, mode: 0, result: 0 };
            // SAFETY: the request takes this structure.
            let request = unsafe { Updater::<ZERO_PAGE, _>::new(&mut range) };
            // SAFETY: the kernel fills only a page of a registered range that has no memory, with the zeros that belong there.
            match unsafe { ioctl(&self.descriptor, request) } {
                Ok(()) => return Ok(true),
                Err(Errno::AGAIN) => {}
                Err(_) => return Err(SourceError::Io),
            }
        }
        Err(SourceError::Io)
    }
}

impl AsFd for UserFaults {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

fn address(start: *const c_void) -> u64 {
    start.addr() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requests_have_the_numbers_of_the_kernels_header() {
        assert_eq!((AGREE, REGISTER, ZERO_PAGE), (0xc018_aa3f, 0xc020_aa00, 0xc020_aa04));
        assert_eq!(USER_MODE_ONLY.bits(), 1);
    }
}
