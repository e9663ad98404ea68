//! The times between packets that arrive.
//!
//! The physical effect: when others send, and queues on the way. What is read: nanoseconds between the arrivals of two packets at an interface that
//! the user names, stamped by the kernel; of a packet itself not a byte. Whoever can send to this machine chooses the arrivals: assessment alone never
//! pays it.
//!
//! What can go wrong: no right (CAP_NET_RAW), no interface of that name (absent) or none any more (disconnected), silence (no reading), a packet that
//! came before the kernel began to stamp (no reading), packets lost since too many came (overrun), the wall clock set in between (clock error).
//!
//! Reference: packet(7).

use super::interface::Interface;
use super::peered::{Asks, Peered};
use crate::sources::wall::Gaps;
use crate::sys::linux::packets::Packets;
use crate::{Peer, SourceKind};
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "packet_arrival",
    description: "nanoseconds between packets that arrive at an interface",
    physics: "others send when they do, and queues on the way vary it",
    category: SourceCategory::Network,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

pub(super) static KIND: &dyn SourceKind = &Peered::<PacketArrival>::KIND;

struct PacketArrival {
    packets: Packets,
    gaps: Gaps,
}

impl Asks for PacketArrival {
    type Peer = Interface;

    const INFO: &'static SourceInfo = &INFO;
    const PEER: Peer = Peer { whom: "the name of an interface", example: "eth0" };
    const ABSENT: &'static str = "no interface is called so";
    const DENIED: &'static str = "needs CAP_NET_RAW";

    fn open(interface: Interface) -> Result<Self, SourceError> {
        Ok(Self { packets: Packets::at(&interface.0)?, gaps: Gaps::new() })
    }
}

impl Measure for PacketArrival {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits for the next packet, 20 ms at most.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let arrived = self.packets.next_arrival_ns().inspect_err(|error| {
            if *error == SourceError::Overrun {
                self.gaps.forget(); // a gap would span the packets that were lost
            }
        });
        self.gaps.until(arrived?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::network::peered::tests::readings;
    use core::sync::atomic::{AtomicBool, Ordering};
    use core::time::Duration;
    use std::net::UdpSocket;
    use std::thread;

    #[test]
    fn arrivals_are_timed_where_that_is_allowed() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(socket.local_addr().unwrap()).unwrap();
        let done = AtomicBool::new(false);
        let seen = thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    socket.send(b"knock").unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            });
            let seen = readings::<8>(KIND, "lo");
            done.store(true, Ordering::Relaxed);
            seen
        });
        match seen {
            Ok(all) => assert!(all.iter().any(|ns| *ns > 0), "{all:?}"),
            Err(error) => assert_eq!(error, SourceError::Denied, "CAP_NET_RAW"),
        }
    }

    #[test]
    fn an_interface_that_is_not_there_is_absent() {
        let error = readings::<1>(KIND, "no-such-if").err();
        assert!(matches!(error, Some(SourceError::Absent | SourceError::Denied)), "{error:?}");
    }
}
