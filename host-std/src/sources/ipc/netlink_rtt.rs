//! The time of a question to the kernel about the loopback interface.
//!
//! The physical effect: none of its own. The kernel parses the message, takes the lock of the network's configuration and writes an answer of
//! over a thousand bytes, counters included, so the time tells of caches, allocators and interrupts, and of who else configures the
//! network. What is read: ticks from sending the question to its answer on a kept socket. Everybody who loads the machine influences it. A view of
//! the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: whoever holds the configuration's lock delays the answer: sending waits for it inside the kernel, receiving for a second at
//! most. An answer that is late is known by its number. Nothing is changed and nothing of the answer kept.
//!
//! Reference: rtnetlink(7), RTM_GETLINK.

use super::answers::expect;
use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::patience::PATIENCE;
use crate::sources::timed::{Timed, Work, here};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "netlink_rtt",
    description: "ticks of a question about the loopback interface to the kernel and its answer",
    physics: "cache state, the configuration's lock, allocators and interrupts vary the kernel's path of a question",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<NetlinkRtt>::KIND;

/// Room for an answer, of which about 1,400 bytes are used.
const ROOM: usize = 8192;
/// A netlink header and the description of an interface (`struct nlmsghdr`, `struct ifinfomsg`).
const QUESTION: usize = 16 + 16;
/// Types of message (linux/rtnetlink.h, linux/netlink.h).
const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const NLMSG_ERROR: u16 = 2;
/// The flag of a question (NLM_F_REQUEST).
const REQUEST: u16 = 1;
/// The index of the loopback interface in every network namespace.
const LOOPBACK: u32 = 1;

struct NetlinkRtt {
    socket: OwnedFd,
    number: u32,
    answer: [u8; ROOM],
}

impl Work for NetlinkRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        asked(open(), here(), "netlink sockets (CONFIG_NET)", "a seccomp filter forbids netlink sockets")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let socket = open().map_err(error_of)?;
        set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE)).map_err(error_of)?;
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE)).map_err(error_of)?;
        Ok(Self { socket, number: 0, answer: [0; ROOM] })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.number = self.number.wrapping_add(1);
        let question = question(self.number);
        if send(&self.socket, &question, SendFlags::empty()).map_err(error_of)? != QUESTION {
            return Err(SourceError::Io);
        }
        expect(u64::from(self.number), || {
            let length = recv(&self.socket, &mut self.answer[..], RecvFlags::empty()).map_err(error_of)?.0;
            let answer = self.answer.get(..length).ok_or(SourceError::Protocol)?;
            number_of(answer).map(u64::from)
        })
    }
}

fn open() -> Result<OwnedFd, Errno> {
    const NETLINK_ROUTE: Option<Protocol> = None; // its number is zero
    socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, NETLINK_ROUTE)
}

/// What asks for the loopback interface: length, type, flags, number, no sender; any family, any type, the index, no flags.
fn question(number: u32) -> [u8; QUESTION] {
    let mut message = [0; QUESTION];
    let mut put = |at: usize, bytes: &[u8]| message[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &(QUESTION as u32).to_ne_bytes());
    put(4, &RTM_GETLINK.to_ne_bytes());
    put(6, &REQUEST.to_ne_bytes());
    put(8, &number.to_ne_bytes());
    put(20, &LOOPBACK.to_ne_bytes());
    message
}

/// The number of the question that `answer` belongs to.
///
/// # Errors
/// What an answer of type NLMSG_ERROR says; [`SourceError::Protocol`] for what is no description of an interface.
fn number_of(answer: &[u8]) -> Result<u32, SourceError> {
    let (header, rest) = answer.split_first_chunk::<16>().ok_or(SourceError::Protocol)?;
    let [_, _, _, _, t0, t1, _, _, n0, n1, n2, n3, ..] = *header;
    match u16::from_ne_bytes([t0, t1]) {
        RTM_NEWLINK => Ok(u32::from_ne_bytes([n0, n1, n2, n3])),
        NLMSG_ERROR => {
            let negative = rest.first_chunk().ok_or(SourceError::Protocol)?;
            Err(error_of(Errno::from_raw_os_error(i32::from_ne_bytes(*negative).wrapping_neg())))
        }
        _ => Err(SourceError::Protocol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(kind: u16, number: u32) -> Vec<u8> {
        let mut message = question(number).to_vec();
        message[4..6].copy_from_slice(&kind.to_ne_bytes());
        message
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(number_of(&header(RTM_NEWLINK, 9)), Ok(9));
        let mut refused = header(NLMSG_ERROR, 9);
        refused[16..20].copy_from_slice(&(-Errno::PERM.raw_os_error()).to_ne_bytes());
        assert_eq!(number_of(&refused), Err(SourceError::Denied));
        assert_eq!(number_of(&header(3, 9)), Err(SourceError::Protocol));
        assert_eq!(number_of(&[0; 15]), Err(SourceError::Protocol));
        assert_eq!(number_of(&refused[..18]), Err(SourceError::Protocol));
    }
}
