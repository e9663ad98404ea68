//! The time of a TCP handshake.
//!
//! The physical effect: queues of the hosts, routers and radios on the way, and of the peer. What is read: nanoseconds of the steady clock from the
//! call of connect(2) until the connection stands, with the time to wake this thread. Everybody on the way sees the packets and can delay
//! them. The connection is reset at once and carries no byte.
//!
//! At most 20 handshakes a second. What can go wrong: no answer within a second (timeout), nobody listens or no route (disconnected), no port or
//! no descriptor left (I/O error).
//!
//! Reference: RFC 9293 §3.5; connect(2).

use super::peered::{Asks, Peered, service};
use crate::sources::errno::error_of;
use crate::sources::pace::Pace;
use crate::sources::patience::wait_for;
use crate::sys::os;
use crate::{Peer, SourceKind};
use core::net::SocketAddr;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::PollFlags;
use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::sockopt::{set_socket_linger, socket_error};
use rustix::net::{AddressFamily, SocketType, connect, socket};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "tcp_rtt",
    description: "nanoseconds of a TCP handshake",
    physics: "queues on the way through a network vary the time to an answer",
    category: SourceCategory::Network,
    platform: Platform::Unix,
    requirement: Requirement::Network,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

/// From one handshake to the next.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) static KIND: &dyn SourceKind = &Peered::<TcpRtt>::KIND;

struct TcpRtt {
    peer: SocketAddr,
    pace: Pace,
}

impl Asks for TcpRtt {
    type Peer = SocketAddr;

    const INFO: &'static SourceInfo = &INFO;
    const ALIASES: &'static [&'static str] = &["tcp_connect_timing", "tcp_connect"];
    const PEER: Peer = service("the address and port of a TCP service");

    fn open(peer: SocketAddr) -> Result<Self, SourceError> {
        Ok(Self { peer, pace: Pace::new(PAUSE) })
    }
}

impl Measure for TcpRtt {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.pace.wait()?;
        let socket = prepared(self.peer).map_err(error_of)?;
        let before = os::steady_ns();
        handshake(&socket, self.peer)?;
        Ok(os::steady_ns().saturating_sub(before))
    }
}

/// A socket that does not wait, and that resets its connection when it is closed, so that no port is held afterwards.
fn prepared(peer: SocketAddr) -> Result<OwnedFd, Errno> {
    let family = match peer {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = socket(family, SocketType::STREAM, None)?;
    fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&socket, true)?;
    set_socket_linger(&socket, Some(Duration::ZERO))?;
    Ok(socket)
}

fn handshake(socket: &OwnedFd, peer: SocketAddr) -> Result<(), SourceError> {
    match connect(socket, &peer) {
        Ok(()) => return Ok(()),
        Err(Errno::INPROGRESS) => {}
        Err(error) => return Err(error_of(error)),
    }
    wait_for(socket, PollFlags::OUT)?;
    socket_error(socket).and_then(|state| state).map_err(error_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::network::peered::tests::readings;
    use std::net::TcpListener;

    #[test]
    fn a_handshake_is_timed_and_a_closed_port_is_a_disconnection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = listener.local_addr().unwrap().to_string();
        let all: [u64; 4] = readings(KIND, &peer).unwrap();
        assert!(all.iter().all(|ns| (1..2_000_000_000).contains(ns)), "{all:?}");
        drop(listener);
        assert_eq!(readings::<1>(KIND, &peer), Err(SourceError::Disconnected));
    }
}
