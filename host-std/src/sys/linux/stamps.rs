//! Packets that arrive at an interface, stamped by its controller and by the kernel (Linux, Documentation/networking/timestamping.rst).

use super::packets::heard_at;
use super::request::{Request, ask};
use core::mem::size_of;
use core::ptr;
use openentropy_core::SourceError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::ioctl::Opcode;
use std::os::fd::{AsRawFd, OwnedFd};

/// What a wait for a packet may take.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// `SOF_TIMESTAMPING_RX_HARDWARE`, `_RX_SOFTWARE`, `_SOFTWARE`, `_RAW_HARDWARE`: make both stamps of what arrives, and tell both.
const BOTH_STAMPS: libc::c_int = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 6;
/// Bytes of a `cmsghdr`, and of its length alone.
const CONTROL_HEADER: usize = size_of::<libc::cmsghdr>();
const LONG: usize = size_of::<libc::c_long>();
/// The kernel's stamp, one it makes no more, and the controller's: `struct scm_timestamping`.
const STAMPS: usize = 3 * size_of::<libc::timespec>();
/// Room for the message with the stamps, and others of a packet socket.
const ROOM: usize = 256;

/// `struct ifreq` under `SIOCGHWTSTAMP`: a name, and the address of a `struct hwtstamp_config`.
#[repr(C)]
struct Asked<'c> {
    name: [u8; libc::IFNAMSIZ],
    config: &'c mut Config,
    rest: [usize; 3],
}

const _: () = assert!(size_of::<Asked<'_>>() >= size_of::<libc::ifreq>());

/// `struct hwtstamp_config`.
#[repr(C)]
struct Config {
    flags: libc::c_int,
    sent: libc::c_int,
    arriving: libc::c_int,
}

// SAFETY: the layout is that of SIOCGHWTSTAMP's structure, no shorter than the kernel's, and the address in it is that of a live configuration which
// nobody else refers to.
unsafe impl Request for Asked<'_> {
    const CODE: Opcode = 0x89b1;
}

/// Both stamps of one packet, in nanoseconds of the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamps {
    /// The wall clock's, made by the kernel.
    pub(crate) kernel: u64,
    /// The controller's, or `None` where it stamped the packet not.
    pub(crate) controller: Option<u64>,
}

/// A packet socket at one interface whose controller stamps what arrives.
pub(crate) struct Stamped {
    socket: OwnedFd,
}

impl Stamped {
    /// Listens at the interface of that name.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where there is no such interface, or its controller stamps nothing or was not told to; [`SourceError::Denied`]
    /// without CAP_NET_RAW.
    pub(crate) fn at(interface: &str) -> Result<Self, SourceError> {
        let this = Self::quiet(interface)?;
        match this.stamps_arrivals(interface)? {
            true => Ok(this),
            false => Err(SourceError::Absent),
        }
    }

    /// Listens, whether the controller stamps or not.
    fn quiet(interface: &str) -> Result<Self, SourceError> {
        let socket = heard_at(interface)?;
        let length = size_of::<libc::c_int>() as libc::socklen_t;
        let from = ptr::from_ref(&BOTH_STAMPS).cast();
        let fd = socket.as_raw_fd();
        // SAFETY: the call reads one int from the pointer, which is that of a constant.
        match unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_TIMESTAMPING, from, length) } {
            0 => Ok(Self { socket }),
            _ => Err(meaning(super::last_errno())),
        }
    }

    /// Whether the interface's controller has been told to stamp what arrives.
    fn stamps_arrivals(&self, interface: &str) -> Result<bool, SourceError> {
        let mut config = Config { flags: 0, sent: 0, arriving: 0 };
        let mut name = [0; libc::IFNAMSIZ];
        let bytes = interface.as_bytes();
        name.get_mut(..bytes.len()).ok_or(SourceError::Absent)?.copy_from_slice(bytes);
        let mut asked = Asked { name, config: &mut config, rest: [0; 3] };
        match ask(&self.socket, &mut asked) {
            Ok(_) => Ok(config.arriving != 0),
            Err(errno) => Err(meaning(errno)),
        }
    }

    /// The stamps of the next packet, of which not a byte is read.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when 20 ms bring none, [`SourceError::Disconnected`] when the interface has gone,
    /// [`SourceError::Protocol`] for a packet without a stamp.
    pub(crate) fn next(&self) -> Result<Stamps, SourceError> {
        match poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&PATIENCE)) {
            Ok(0) | Err(Errno::INTR) => return Err(SourceError::NotReady),
            Ok(_) => {}
            Err(errno) => return Err(meaning(errno)),
        }
        let mut control = [0_u64; ROOM / 8]; // aligned as a header is
        // SAFETY: zeros are valid in a structure of numbers and pointers: no name, no room for data.
        let mut message: libc::msghdr = unsafe { core::mem::zeroed() };
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = ROOM as _;
        // SAFETY: the structure is live, and its only pointer is to room of the length beside it, which lives as long.
        let answer = unsafe { libc::recvmsg(self.socket.as_raw_fd(), &raw mut message, libc::MSG_DONTWAIT) };
        if answer < 0 {
            return Err(match super::last_errno() {
                Errno::AGAIN | Errno::INTR => SourceError::NotReady,
                errno => meaning(errno),
            });
        }
        let mut bytes = [0; ROOM];
        for (chunk, word) in bytes.chunks_exact_mut(8).zip(control) {
            chunk.copy_from_slice(&word.to_ne_bytes());
        }
        let length = message.msg_controllen as usize;
        stamps(bytes.get(..length).ok_or(SourceError::Protocol)?).ok_or(SourceError::Protocol)
    }
}

/// The stamps among the control messages of a packet.
fn stamps(mut control: &[u8]) -> Option<Stamps> {
    loop {
        let header: &[u8; CONTROL_HEADER] = control.first_chunk()?;
        let length = usize::from_ne_bytes(header[..size_of::<usize>()].try_into().ok()?);
        let word = |at: usize| Some(i32::from_ne_bytes(header.get(at..at + 4)?.try_into().ok()?));
        let (level, kind) = (word(CONTROL_HEADER - 8)?, word(CONTROL_HEADER - 4)?);
        let body = control.get(CONTROL_HEADER..length)?;
        if (level, kind) == (libc::SOL_SOCKET, libc::SO_TIMESTAMPING) {
            let body = body.get(..STAMPS)?;
            let (kernel, controller) = (time(body)?, time(&body[STAMPS / 3 * 2..])?);
            return (kernel != 0)
                .then_some(Stamps { kernel, controller: (controller != 0).then_some(controller) });
        }
        control = control.get(length.next_multiple_of(size_of::<usize>())..)?;
    }
}

/// Nanoseconds of the `timespec` that `bytes` begin with, which are at least as long as one.
fn time(bytes: &[u8]) -> Option<u64> {
    let long = |at: usize| Some(libc::c_long::from_ne_bytes(bytes.get(at..at + LONG)?.try_into().ok()?));
    let (seconds, nanos) = (u64::try_from(long(0)?).ok()?, u64::try_from(long(LONG)?).ok()?);
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

fn meaning(errno: Errno) -> SourceError {
    match errno {
        Errno::PERM | Errno::ACCESS => SourceError::Denied,
        Errno::NODEV | Errno::OPNOTSUPP | Errno::NOTTY | Errno::INVAL | Errno::NOPROTOOPT => {
            SourceError::Absent
        }
        Errno::NETDOWN | Errno::NXIO => SourceError::Disconnected,
        _ => SourceError::Io,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::wall_ns;
    use std::net::UdpSocket;

    /// A control message as the kernel lays it out.
    fn control(level: i32, kind: i32, words: &[libc::c_long]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend((CONTROL_HEADER + words.len() * LONG).to_ne_bytes());
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
        bytes
    }

    #[test]
    fn stamps_are_found_behind_other_messages() {
        let other = control(libc::SOL_PACKET, 8, &[1, 2]);
        let both = control(libc::SOL_SOCKET, libc::SO_TIMESTAMPING, &[5, 7, 0, 0, 9, 1]);
        let found = Stamps { kernel: 5_000_000_007, controller: Some(9_000_000_001) };
        assert_eq!(stamps(&[other.clone(), both.clone()].concat()), Some(found));
        for end in 0..both.len() {
            assert_eq!(stamps(&both[..end]), None, "{end}");
        }
        let one = control(libc::SOL_SOCKET, libc::SO_TIMESTAMPING, &[5, 7, 0, 0, 0, 0]);
        assert_eq!(stamps(&one), Some(Stamps { kernel: 5_000_000_007, controller: None }));
        let none = control(libc::SOL_SOCKET, libc::SO_TIMESTAMPING, &[0; 6]);
        assert_eq!(stamps(&none), None);
        assert_eq!(stamps(&other), None);
        let before = control(libc::SOL_SOCKET, libc::SO_TIMESTAMPING, &[-5, 7, 0, 0, 9, 1]);
        assert_eq!(stamps(&before), None, "before the epoch");
    }

    #[test]
    fn the_kernel_stamps_where_no_controller_does() {
        let before = wall_ns(); // other tests send at this interface too
        let stamped = match Stamped::quiet("lo") {
            Ok(stamped) => stamped,
            Err(error) => return assert_eq!(error, SourceError::Denied, "CAP_NET_RAW"),
        };
        assert_eq!(Stamped::at("lo").err(), Some(SourceError::Absent), "no controller");
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..100 {
            socket.send_to(b"knock", socket.local_addr().unwrap()).unwrap();
            if let Ok(stamps) = stamped.next() {
                assert!((before..=wall_ns()).contains(&stamps.kernel));
                assert_eq!(stamps.controller, None);
                return;
            }
        }
        panic!("a hundred packets and no stamp");
    }

    #[test]
    fn names_that_are_none_are_absent() {
        for name in ["no-such-if", "a name that is longer than a name can be"] {
            let error = Stamped::at(name).err();
            assert!(matches!(error, Some(SourceError::Absent | SourceError::Denied)), "{error:?}");
        }
    }
}
