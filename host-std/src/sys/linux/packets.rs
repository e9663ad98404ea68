//! Arrivals of packets at an interface, without their contents (packet(7)).

use super::arrival;
use super::time::wall_ns;
use core::mem::size_of;
use core::ptr;
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::netdevice::name_to_index;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, recv, socket_with};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// What a wait for a packet may take.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A packet socket at one interface, which hears what comes in, not what goes out.
pub(crate) struct Packets {
    socket: OwnedFd,
}

impl Packets {
    /// Listens at the interface of that name.
    ///
    /// # Errors
    /// [`SourceError::Denied`] without CAP_NET_RAW, [`SourceError::Absent`] where there is no such interface or no packet sockets.
    pub(crate) fn at(interface: &str) -> Result<Self, SourceError> {
        let socket = heard_at(interface)?;
        arrival::stamp(socket.as_fd())?;
        Ok(Self { socket })
    }

    /// The arrival of the next packet by the wall clock, in nanoseconds.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when 20 ms bring none, or one that has no stamp, [`SourceError::Overrun`] when packets were lost, [`SourceError::Disconnected`] when the
    /// interface has gone.
    pub(crate) fn next_arrival_ns(&self) -> Result<u64, SourceError> {
        match poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&PATIENCE)) {
            Ok(0) | Err(Errno::INTR) => return Err(SourceError::NotReady),
            Ok(_) => {}
            Err(error) => return Err(meaning(error)),
        }
        let waited = wall_ns();
        // No room for a byte: the rest of the packet is dropped.
        match recv(&self.socket, &mut [0_u8; 0], RecvFlags::empty()) {
            Ok(_) => {}
            Err(Errno::AGAIN | Errno::INTR) => return Err(SourceError::NotReady),
            Err(error) => return Err(meaning(error)),
        }
        match self.lost()? {
            0 => stamped(arrival::ns(self.socket.as_fd())?, waited),
            _ => Err(SourceError::Overrun),
        }
    }

    /// Packets lost since the last question (PACKET_STATISTICS).
    fn lost(&self) -> Result<u32, SourceError> {
        /// `struct tpacket_stats`.
        #[repr(C)]
        struct Statistics {
            packets: u32,
            drops: u32,
        }
        let mut statistics = Statistics { packets: 0, drops: 0 };
        let mut length = size_of::<Statistics>() as libc::socklen_t;
        let fd = self.socket.as_raw_fd();
        let into = ptr::from_mut(&mut statistics).cast();
        // SAFETY: the call writes at most `length` bytes into the structure, which is live and that long.
        let answer =
            unsafe { libc::getsockopt(fd, libc::SOL_PACKET, libc::PACKET_STATISTICS, into, &raw mut length) };
        match answer {
            0 => Ok(statistics.drops),
            _ => Err(last_error()),
        }
    }
}

/// The arrival of a packet that was there at `waited`.
///
/// The kernel begins to stamp a while after the first question for it (`net_enable_timestamp` defers it), and says the time of the question where a
/// packet has no stamp (`sock_gettstamp`): that lies behind the arrivals of packets that were queued after it. A stamp that a clock
/// set back left in the future is passed over likewise, and the next one tells of the setting.
///
/// # Errors
/// [`SourceError::NotReady`] where it has no stamp.
fn stamped(arrival: u64, waited: u64) -> Result<u64, SourceError> {
    match arrival <= waited {
        true => Ok(arrival),
        false => Err(SourceError::NotReady),
    }
}

/// A packet socket at the interface of that name, which hears what comes in.
///
/// # Errors
/// As [`Packets::at`].
pub(super) fn heard_at(interface: &str) -> Result<OwnedFd, SourceError> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    // Without a protocol it hears nothing before it is bound to the interface.
    let socket = socket_with(AddressFamily::PACKET, SocketType::DGRAM, flags, None).map_err(meaning)?;
    let index = name_to_index(&socket, interface).map_err(meaning)?;
    only_incoming(&socket)?;
    bind(&socket, index)?;
    Ok(socket)
}

/// Has the kernel leave out what this machine sends (PACKET_IGNORE_OUTGOING, Linux 4.20).
fn only_incoming(socket: &OwnedFd) -> Result<(), SourceError> {
    const PACKET_IGNORE_OUTGOING: libc::c_int = 23;
    let on: libc::c_int = 1;
    let length = size_of::<libc::c_int>() as libc::socklen_t;
    let from = ptr::from_ref(&on).cast();
    let fd = socket.as_raw_fd();
    // SAFETY: the call reads one int from the pointer, which is that of a live one.
    match unsafe { libc::setsockopt(fd, libc::SOL_PACKET, PACKET_IGNORE_OUTGOING, from, length) } {
        0 => Ok(()),
        _ => Err(last_error()),
    }
}

/// Has `socket` hear every protocol at the interface.
fn bind(socket: &OwnedFd, index: u32) -> Result<(), SourceError> {
    let address = libc::sockaddr_ll {
        sll_family: libc::AF_PACKET as libc::sa_family_t,
        sll_protocol: (libc::ETH_P_ALL as u16).to_be(),
        sll_ifindex: index.cast_signed(),
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
    // SAFETY: the pointer is to a live address of that length.
    match unsafe { libc::bind(socket.as_raw_fd(), ptr::from_ref(&address).cast(), length) } {
        0 => Ok(()),
        _ => Err(last_error()),
    }
}

fn last_error() -> SourceError {
    meaning(super::last_errno())
}

fn meaning(error: Errno) -> SourceError {
    match error {
        Errno::PERM | Errno::ACCESS => SourceError::Denied,
        Errno::NODEV | Errno::AFNOSUPPORT | Errno::NOPROTOOPT | Errno::NOSYS => SourceError::Absent,
        Errno::NETDOWN | Errno::NXIO => SourceError::Disconnected,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;
    use std::net::UdpSocket;

    #[test]
    fn a_packet_without_a_stamp_has_no_arrival() {
        assert_eq!(stamped(7, 9), Ok(7));
        assert_eq!(stamped(9, 9), Ok(9), "a clock of coarse steps");
        assert_eq!(stamped(10, 9), Err(SourceError::NotReady));
    }

    /// Packets that are queued before the kernel stamps, and others behind them.
    #[test]
    fn arrivals_are_in_order_from_the_first_packet_on() {
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(sender.local_addr().unwrap()).unwrap();
        let send = || (0..4).for_each(|_| assert_eq!(sender.send(b"packet").unwrap(), 6));
        let socket = match heard_at("lo") {
            Ok(socket) => socket,
            Err(error) => return assert_eq!(error, SourceError::Denied, "CAP_NET_RAW"),
        };
        send();
        arrival::stamp(socket.as_fd()).unwrap();
        std::thread::sleep(Duration::from_millis(20)); // the kernel begins
        send();
        let packets = Packets { socket };
        let arrivals: Vec<u64> = (0..32).filter_map(|_| packets.next_arrival_ns().ok()).collect();
        assert!(arrivals.len() >= 4 && arrivals.is_sorted(), "{arrivals:?}");
    }
}
