//! How long a datagram on the loopback interface takes from the kernel's stamp to its reader.
//!
//! The physical effect: the sent packet is stamped, queued and handled by the kernel's network code before the call that sent it returns or soon
//! after, so the time tells of caches, interrupts and other traffic. What is read: nanoseconds of the wall clock from the kernel's stamp to the
//! return of the call that received the packet. Everybody who loads the machine influences it. A view of the same noise as `jitter_loop`, without
//! claim.
//!
//! What can go wrong: a network namespace whose loopback is down has no address for it; a packet filter may drop the datagrams, which are waited for a
//! second at most. Late ones are known by their number. A reading that is negative, or longer than the whole round, is none: the wall clock
//! was set. No packet leaves the machine, and each socket takes packets of the other only.
//!
//! Reference: socket(7) SIOCGSTAMP, Linux Documentation/networking/timestamping.rst.

use super::answers::expect;
use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::measured::step_of;
use crate::sources::metered::{Meter, Metered};
use crate::sources::patience::PATIENCE;
use crate::sys::{Machine, os};
use crate::{Candidate, Class, SourceKind};
use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, connect, getsockname, recv, send,
    socket_with,
};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

static INFO: SourceInfo = SourceInfo {
    name: "loopback_net",
    description: "nanoseconds from the kernel's stamp of a loopback datagram to its receipt",
    physics: "cache state, interrupts and other traffic vary the kernel's path of a packet",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<LoopbackNet>::KIND;

struct LoopbackNet {
    sender: OwnedFd,
    receiver: OwnedFd,
    turn: u64,
}

impl LoopbackNet {
    /// Two sockets that know only each other.
    fn new() -> Result<Self, SourceError> {
        let sender = bound().map_err(error_of)?;
        let receiver = bound().map_err(error_of)?;
        connect(&sender, &getsockname(&receiver).map_err(error_of)?).map_err(error_of)?;
        connect(&receiver, &getsockname(&sender).map_err(error_of)?).map_err(error_of)?;
        set_socket_timeout(&sender, Timeout::Send, Some(PATIENCE)).map_err(error_of)?;
        set_socket_timeout(&receiver, Timeout::Recv, Some(PATIENCE)).map_err(error_of)?;
        os::arrival::stamp(receiver.as_fd())?;
        Ok(Self { sender, receiver, turn: 0 })
    }
}

impl Meter for LoopbackNet {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "the loopback interface with the address 127.0.0.1";
        let permission = "a seccomp filter or a security module forbids internet sockets";
        let ready = Candidate { virtualised: Machine::this().processor(), ..Candidate::ready() };
        asked(reachable(), ready, facility, permission)
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new()
    }

    fn step() -> Result<u64, SourceError> {
        Ok(step_of(os::wall_ns))
    }
}

impl Measure for LoopbackNet {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Sends a datagram and receives it.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] for a round that a signal or a step of the clock spoiled; [`SourceError::Timeout`]; what a call met.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.turn = self.turn.wrapping_add(1);
        let began = Instant::now();
        if send(&self.sender, &self.turn.to_ne_bytes(), SendFlags::empty()).map_err(error_of)? != 8 {
            return Err(SourceError::Io);
        }
        let mut received = 0;
        expect(self.turn, || {
            let mut datagram = [0; 8];
            let length = recv(&self.receiver, &mut datagram, RecvFlags::empty()).map_err(error_of)?.0;
            received = os::wall_ns();
            match length {
                8 => Ok(u64::from_ne_bytes(datagram)),
                _ => Err(SourceError::Protocol),
            }
        })?;
        between(os::arrival::ns(self.receiver.as_fd())?, received, began.elapsed())
    }
}

/// Nanoseconds between two readings of the wall clock, in a round that took so long by a clock that nobody sets.
///
/// # Errors
/// [`SourceError::NotReady`] when the wall clock was set between them.
fn between(stamp: u64, received: u64, round: Duration) -> Result<u64, SourceError> {
    let taken = received.checked_sub(stamp);
    taken.filter(|ns| Duration::from_nanos(*ns) <= round).ok_or(SourceError::NotReady)
}

/// A socket with an address on the loopback interface.
fn bound() -> Result<OwnedFd, Errno> {
    let socket = socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
    Ok(socket)
}

/// Whether a datagram has a way there, without sending one: an interface that is down has an address and no way to it.
fn reachable() -> Result<(), Errno> {
    let socket = bound()?;
    connect(&socket, &getsockname(&socket)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_gives_no_reading() {
        let round = Duration::from_nanos(30);
        assert_eq!(between(5, 25, round), Ok(20));
        assert_eq!(between(25, 5, round), Err(SourceError::NotReady), "set back");
        assert_eq!(between(5, 36, round), Err(SourceError::NotReady), "set forward");
        assert_eq!(between(u64::MAX, 5, round), Err(SourceError::NotReady), "before its beginning");
    }

    #[test]
    fn a_dropped_datagram_is_waited_for_and_a_foreign_one_never_comes() {
        let Ok(mut net) = LoopbackNet::new() else { return };
        let stranger = bound().unwrap();
        connect(&stranger, &getsockname(&net.receiver).unwrap()).unwrap();
        send(&stranger, &[0xFF; 8], SendFlags::empty()).unwrap();
        // A worker of the kernel enables stamps; until then a packet counts as stamped when that is read.
        let began = Instant::now();
        while net.measure() == Err(SourceError::NotReady) {
            assert!(began.elapsed() < PATIENCE * 30);
        }
        assert!(matches!(net.measure(), Ok(_) | Err(SourceError::NotReady))); // the clock may be set meanwhile
        connect(&net.sender, &getsockname(&stranger).unwrap()).unwrap(); // its datagrams go elsewhere now
        assert!(matches!(net.measure(), Err(SourceError::Timeout | SourceError::Disconnected)));
    }
}
