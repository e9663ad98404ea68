//! The time until a host echoes.
//!
//! The physical effect: queues of the hosts, routers and radios on the way, and of the echoing host. What is read: nanoseconds from sending an echo
//! request to its reply's arrival, stamped by the kernel. Everybody on the way sees the packets and can delay them.
//!
//! At most 50 requests a second, by a datagram socket, which needs no privilege but the administrator's consent (`ping_group_range`). What can go
//! wrong: no consent (denied), no reply within a second (timeout), no route (disconnected), the wall clock is set in between (clock error).
//!
//! Reference: RFC 792, RFC 4443 §4; icmp(7).

use super::exchange::Exchange;
use super::peered::{Asks, Peered};
use crate::sources::errno::error_of;
use crate::{Peer, SourceKind};
use core::net::{AddrParseError, IpAddr, SocketAddr};
use core::str::FromStr;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{AddressFamily, SocketType, ipproto, socket};
use std::net::UdpSocket;

static INFO: SourceInfo = SourceInfo {
    name: "icmp_rtt",
    description: "nanoseconds until a host echoes",
    physics: "queues on the way through a network vary the time to an answer",
    category: SourceCategory::Network,
    platform: Platform::Unix,
    requirement: Requirement::Network,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

/// From one request to the next.
const PAUSE: Duration = Duration::from_millis(20);
/// Types of request and reply.
const ECHO: (u8, u8) = (8, 0);
const ECHO_6: (u8, u8) = (128, 129);
/// Bytes of a request: type, code, checksum, identifier, sequence; no data.
const LENGTH: usize = 8;
/// Bytes of the smallest IPv4 header, which some systems put before the reply.
const MIN_IP: usize = 20;

pub(super) static KIND: &dyn SourceKind = &Peered::<IcmpRtt>::KIND;

struct IcmpRtt {
    exchange: Exchange,
    types: (u8, u8),
    sequence: u16,
}

impl Asks for IcmpRtt {
    type Peer = Host;

    const INFO: &'static SourceInfo = &INFO;
    const PEER: Peer = Peer {
        whom: "the address of a host, such as the gateway",
        example: "192.0.2.1 or 2001:db8::1; names are not looked up",
    };
    const DENIED: &'static str =
        "the administrator has not consented (net.ipv4.ping_group_range), or a filter forbids it";

    fn open(Host(peer): Host) -> Result<Self, SourceError> {
        let (family, protocol, types) = match peer {
            IpAddr::V4(_) => (AddressFamily::INET, ipproto::ICMP, ECHO),
            IpAddr::V6(_) => (AddressFamily::INET6, ipproto::ICMPV6, ECHO_6),
        };
        let socket = socket(family, SocketType::DGRAM, Some(protocol)).map_err(error_of)?;
        fcntl_setfd(&socket, FdFlags::CLOEXEC).map_err(|_| SourceError::Io)?;
        let exchange = Exchange::over(UdpSocket::from(socket), SocketAddr::new(peer, 0), PAUSE)?;
        Ok(Self { exchange, types, sequence: 0 })
    }
}

/// The address of a host, in brackets or not.
struct Host(IpAddr);

impl FromStr for Host {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        match bare {
            Some(text) => text.parse().map(IpAddr::V6),
            None => text.parse(),
        }
        .map(Self)
    }
}

impl Measure for IcmpRtt {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// The kernel fills in checksum and identifier, and hands back only what bears that identifier.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.exchange.due()?;
        self.sequence = self.sequence.wrapping_add(1);
        let sequence = self.sequence.to_be_bytes();
        let request = [self.types.0, 0, 0, 0, 0, 0, sequence[0], sequence[1]];
        let reply = self.types.1;
        let (stamps, _) = self.exchange.ask(&request, |answer| answers(reply, sequence, answer))?;
        stamps.round_trip()
    }
}

/// Whether `answer` is the reply of type `reply` with that sequence number, with or without an IPv4 header before it.
fn answers(reply: u8, sequence: [u8; 2], answer: &[u8]) -> bool {
    let header = match answer.first() {
        Some(first) if first >> 4 == 4 && answer.len() >= MIN_IP + LENGTH => usize::from(first & 0x0F) * 4,
        _ => 0,
    };
    let message = answer.get(header..).unwrap_or_default();
    message.len() >= LENGTH && message[..2] == [reply, 0] && message[6..8] == sequence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::network::peered::tests::readings;

    #[test]
    fn a_host_echoes_or_the_administrator_has_not_consented() {
        for peer in ["127.0.0.1", "::1", "[::1]"] {
            match readings::<4>(KIND, peer) {
                Ok(all) => assert!(all.iter().all(|ns| (1..2_000_000_000).contains(ns)), "{all:?}"),
                Err(SourceError::Denied) => {} // ping_group_range, or a filter
                Err(error) => {
                    assert_eq!((error, peer.contains("::1")), (SourceError::Absent, true), "no IPv6 here");
                }
            }
        }
    }

    #[test]
    fn only_the_reply_to_this_request_answers() {
        let reply = [0, 0, 0xAA, 0xBB, 1, 2, 0x12, 0x34];
        assert!(answers(0, [0x12, 0x34], &reply));
        assert!(!answers(0, [0x12, 0x35], &reply), "another sequence");
        assert!(!answers(129, [0x12, 0x34], &reply), "another type");
        assert!(!answers(0, [0x12, 0x34], &reply[..7]) && !answers(0, [0, 0], &[]), "cut short");
        let mut whole = vec![0x45_u8];
        whole.resize(20, 0);
        whole.extend(reply);
        assert!(answers(0, [0x12, 0x34], &whole));
        whole[0] = 0x4F;
        assert!(!answers(0, [0x12, 0x34], &whole), "a header longer than the packet");
    }
}
