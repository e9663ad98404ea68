//! The time until a resolver answers.
//!
//! The physical effect: queues of the hosts, routers and radios on the way, and of the resolver. What is read: nanoseconds from sending a question to
//! its answer's arrival, stamped by the kernel. The question is for the name servers of the root, which a resolver knows by heart: nobody
//! but the named peer learns anything. Everybody on the way sees the packets and can delay or forge them, so assessment alone never pays it.
//!
//! At most 50 questions a second. What can go wrong: no answer within a second (timeout), nobody listens (disconnected), the wall clock is set in
//! between (clock error), a foreign answer (passed over: its identifier, which the operating system's generator drew, and its question must match).
//!
//! Reference: RFC 1035 §4.1.

use super::exchange::Exchange;
use super::peered::{Asks, Peered, service};
use crate::sys::os;
use crate::{Peer, SourceKind};
use core::net::SocketAddr;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "dns_rtt",
    description: "nanoseconds until a resolver answers",
    physics: "queues on the way through a network vary the time to an answer",
    category: SourceCategory::Network,
    platform: Platform::Unix,
    requirement: Requirement::Network,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

/// From one question to the next.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes of the header.
const HEADER: usize = 12;
/// Recursion desired, one question; the name servers (type 2) of the root (an empty name), class 1. The identifier comes first.
const QUESTION: [u8; 17] = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
/// In the third byte of an answer.
const IS_ANSWER: u8 = 0x80;

pub(super) static KIND: &dyn SourceKind = &Peered::<DnsRtt>::KIND;

struct DnsRtt(Exchange);

impl Asks for DnsRtt {
    type Peer = SocketAddr;

    const INFO: &'static SourceInfo = &INFO;
    const ALIASES: &'static [&'static str] = &["dns_timing"];
    const PEER: Peer = service("the address and port of a resolver");

    fn open(peer: SocketAddr) -> Result<Self, SourceError> {
        Ok(Self(Exchange::udp(peer, PAUSE)?))
    }
}

impl Measure for DnsRtt {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.0.due()?;
        let mut question = QUESTION;
        os::fill_random(&mut question[..2])?;
        let (stamps, _) = self.0.ask(&question, |answer| answers(&question, answer))?;
        stamps.round_trip()
    }
}

/// Whether `answer` is one to `question`: what it says does not matter, a refusal takes its time too.
fn answers(question: &[u8; 17], answer: &[u8]) -> bool {
    let Some((header, rest)) = answer.split_at_checked(HEADER) else { return false };
    let same_question = rest.starts_with(&question[HEADER..]) || header[4..6] == [0, 0];
    header[..2] == question[..2] && header[2] & IS_ANSWER != 0 && same_question
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::network::peered::tests::readings;
    use std::net::UdpSocket;

    #[test]
    fn a_resolver_is_asked_and_its_answers_are_timed() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let peer = server.local_addr().unwrap().to_string();
        let answering = std::thread::spawn(move || {
            for round in 0..4_u8 {
                let mut message = [0; 64];
                let (length, from) = server.recv_from(&mut message).unwrap();
                assert_eq!(message[2..length], QUESTION[2..]);
                let mut forged = message;
                forged[0] ^= round + 1;
                forged[2] |= IS_ANSWER;
                server.send_to(&forged[..length], from).unwrap();
                message[2] |= IS_ANSWER;
                server.send_to(&message[..length], from).unwrap();
            }
        });
        let all: [u64; 4] = readings(KIND, &peer).unwrap();
        assert!(all.iter().all(|ns| (1..2_000_000_000).contains(ns)), "{all:?}");
        answering.join().unwrap();
    }

    #[test]
    fn what_does_not_match_is_no_answer() {
        let mut question = QUESTION;
        question[..2].copy_from_slice(&[7, 9]);
        let mut answer = question;
        assert!(!answers(&question, &answer), "a question");
        answer[2] |= IS_ANSWER;
        assert!(answers(&question, &answer));
        answer[14] = 1;
        assert!(!answers(&question, &answer), "another type");
        assert!(!answers(&question, &answer[..11]) && !answers(&question, &[]), "cut short");
        // A server that cannot parse leaves the question out.
        answer[4..6].copy_from_slice(&[0, 0]);
        assert!(answers(&question, &answer[..12]));
    }
}
