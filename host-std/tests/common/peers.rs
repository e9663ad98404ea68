//! Whom the network's sources ask in tests.

use openentropy_core::SourceCategory;
use openentropy_host::{Candidate, SourceKind};
use std::net::{TcpListener, UdpSocket};

/// One who never answers, and one who accepts every connection.
pub(crate) struct Peers {
    silent: UdpSocket,
    listening: TcpListener,
}

impl Peers {
    pub(crate) fn new() -> Self {
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self { silent, listening: TcpListener::bind("127.0.0.1:0").unwrap() }
    }

    /// The instances of `kind` on this machine; a network's kind asks one of these.
    pub(crate) fn candidates(&self, kind: &dyn SourceKind) -> Vec<Candidate> {
        let info = kind.info();
        if info.category != SourceCategory::Network {
            return kind.find();
        }
        let peer = match info.name {
            "packet_arrival" => String::from("lo"),
            "icmp_rtt" => String::from("127.0.0.1"),
            "tcp_rtt" => self.listening.local_addr().unwrap().to_string(),
            _ => self.silent.local_addr().unwrap().to_string(),
        };
        vec![Candidate { path: Some(peer.into()), ..Candidate::ready() }]
    }
}
