//! Addresses of sockets that no crate knows, and switching network interfaces on.

use super::command::judge;
use rustix::io::Errno;
use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with};
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// `struct sockaddr_hci` (include/net/bluetooth/hci_sock.h).
#[repr(C)]
struct HciAddress {
    family: u16,
    controller: u16,
    channel: u16,
}

/// Takes a controller of Bluetooth for this program alone, while it is not in use.
///
/// # Errors
/// [`Errno::BUSY`] while the kernel uses it; what else the kernel answers.
pub(crate) fn bluetooth_user_channel(controller: u16) -> Result<File, Errno> {
    const USER_CHANNEL: u16 = 1;
    bluetooth_channel(controller, USER_CHANNEL)
}

/// The kernel's management of all controllers of Bluetooth.
///
/// # Errors
/// What the kernel answers.
pub(crate) fn bluetooth_management() -> Result<File, Errno> {
    const NO_CONTROLLER: u16 = 0xffff;
    const CONTROL: u16 = 3;
    bluetooth_channel(NO_CONTROLLER, CONTROL)
}

fn bluetooth_channel(controller: u16, channel: u16) -> Result<File, Errno> {
    const HCI: u32 = 1;
    let protocol = core::num::NonZero::new(HCI).map(Protocol::from_raw);
    let socket = socket_with(AddressFamily::BLUETOOTH, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
    let family = AddressFamily::BLUETOOTH.as_raw();
    bind(&socket, &HciAddress { family, controller, channel })?;
    Ok(File::from(socket))
}

/// The frames of one network interface as they are, its headers included.
///
/// # Errors
/// What the kernel answers.
pub(crate) fn packets_of(interface: u32) -> Result<OwnedFd, Errno> {
    const ALL: u16 = 3;
    let protocol = core::num::NonZero::new(u32::from(ALL.to_be())).map(Protocol::from_raw);
    let socket = socket_with(AddressFamily::PACKET, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
    let address = libc::sockaddr_ll {
        sll_family: AddressFamily::PACKET.as_raw(),
        sll_protocol: ALL.to_be(),
        sll_ifindex: interface.cast_signed(),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    bind(&socket, &address)?;
    Ok(socket)
}

/// Switches a network interface on.
///
/// # Errors
/// What the kernel answers.
pub(crate) fn switch_on(interface: &str) -> Result<(), Errno> {
    const NAME: usize = 16;
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    // `struct ifreq`: a name with its end, then flags
    let mut request = [0_u8; 40];
    let name = interface.as_bytes();
    request
        .get_mut(..name.len())
        .filter(|_| name.len() < NAME)
        .ok_or(Errno::NAMETOOLONG)?
        .copy_from_slice(name);
    request[NAME..NAME + 2].copy_from_slice(&(libc::IFF_UP as u16).to_ne_bytes());
    let fd = socket.as_raw_fd();
    // SAFETY: the structure is the kernel's, of 40 bytes, and lives through the call; of its union only the flags are used.
    judge(unsafe { libc::ioctl(fd, libc::SIOCSIFFLAGS, request.as_mut_ptr()) })?;
    Ok(())
}

/// Binds to an address that is `T`, a structure of the kernel's.
fn bind<T>(socket: impl AsFd, address: &T) -> Result<(), Errno> {
    let fd = socket.as_fd().as_raw_fd();
    let pointer = core::ptr::from_ref(address).cast::<libc::sockaddr>();
    // SAFETY: the pointer is to as many bytes as the length says; the kernel reads them only.
    judge(unsafe { libc::bind(fd, pointer, size_of::<T>() as libc::socklen_t) })?;
    Ok(())
}
