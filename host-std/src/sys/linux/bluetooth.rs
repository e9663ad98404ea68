//! The kernel's management of Bluetooth controllers (BlueZ, doc/mgmt-protocol.rst).

use super::last_errno;
use core::mem::size_of;
use core::num::NonZero;
use core::ptr;
use rustix::io::Errno;
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with};
use std::os::fd::{AsRawFd, OwnedFd};

/// `struct sockaddr_hci` (linux, include/net/bluetooth/hci_sock.h).
#[repr(C)]
struct Address {
    family: u16,
    controller: u16,
    channel: u16,
}

/// `BTPROTO_HCI`, `HCI_DEV_NONE` and `HCI_CHANNEL_CONTROL`.
const PROTOCOL: Option<NonZero<u32>> = NonZero::new(1);
const NO_CONTROLLER: u16 = 0xffff;
const CONTROL: u16 = 3;

/// A socket that commands all controllers and hears of them, one packet for each call.
///
/// # Errors
/// What the kernel answers: [`Errno::AFNOSUPPORT`] without Bluetooth, and in a network of a container's own.
pub(crate) fn management() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let protocol = PROTOCOL.map(Protocol::from_raw);
    let socket = socket_with(AddressFamily::BLUETOOTH, SocketType::RAW, flags, protocol)?;
    let family = AddressFamily::BLUETOOTH.as_raw();
    let address = Address { family, controller: NO_CONTROLLER, channel: CONTROL };
    let length = size_of::<Address>() as libc::socklen_t;
    // SAFETY: the pointer is to a live address of that length.
    match unsafe { libc::bind(socket.as_raw_fd(), ptr::from_ref(&address).cast(), length) } {
        0 => Ok(socket),
        _ => Err(last_errno()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_bluetooth_says_so() {
        let error = management().err();
        let expected = [Errno::AFNOSUPPORT, Errno::PROTONOSUPPORT, Errno::PERM, Errno::ACCESS];
        assert!(error.is_none_or(|error| expected.contains(&error)), "{error:?}");
    }
}
