//! Hash functions of the kernel (AF_ALG; Linux, Documentation/crypto/userspace-if.rst).

use super::last_errno;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, accept_with, socket_with};
use std::os::fd::{AsRawFd, OwnedFd};

const FAMILY: AddressFamily = AddressFamily::from_raw(libc::AF_ALG as _);

/// A socket that answers the bytes of one message with their hash.
///
/// # Errors
/// [`Errno::AFNOSUPPORT`] where the kernel has no such sockets; [`Errno::NOENT`] for a function that the kernel lacks; [`Errno::INVAL`] for a name that is too long; what socket(2), bind(2) or accept(2) met.
pub(crate) fn open(function: &[u8]) -> Result<OwnedFd, Errno> {
    let socket = socket_with(FAMILY, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
    // SAFETY: the structure is of integers and arrays of them, for which zeros are values.
    let mut address: libc::sockaddr_alg = unsafe { core::mem::zeroed() };
    address.salg_family = FAMILY.as_raw();
    let kind = b"hash";
    address.salg_type[..kind.len()].copy_from_slice(kind);
    match address.salg_name.split_at_mut_checked(function.len()) {
        Some((name, rest)) if !rest.is_empty() => name.copy_from_slice(function), // zero-terminated
        _ => return Err(Errno::INVAL),
    }
    let length = size_of::<libc::sockaddr_alg>() as libc::socklen_t;
    // SAFETY: the address is as long as is said and lives through the call, which only reads it.
    let bound = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) };
    match bound {
        0 => accept_with(&socket, SocketFlags::CLOEXEC),
        _ => Err(last_errno()),
    }
}
