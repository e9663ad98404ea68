//! The offset between a time server's clock and this machine's.
//!
//! The physical effect: two crystals drift apart, and queues on the way vary the four stamps of an exchange. What is read: the offset
//! ((T2 - T1) + (T3 - T4)) / 2 in nanoseconds, as a signed number of 64 bits; T4 is stamped by the kernel. Everybody on the way sees the packets and
//! can delay or forge them, and the server writes two of the stamps: assessment alone never pays it.
//!
//! At most one question in two seconds, so it fits a server of one's own only. What can go wrong: no answer within a second (timeout), nobody listens
//! (disconnected), the server refuses or is not synchronised (protocol error), the wall clock is set in between (clock error).
//!
//! Reference: RFC 5905 §7.3 and §8.

use super::exchange::{Exchange, Stamps};
use super::peered::{Asks, Peered, service};
use crate::sys::os;
use crate::{Peer, SourceKind};
use core::net::SocketAddr;
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "ntp_rtt",
    description: "nanoseconds between a time server's clock and this machine's",
    physics: "two crystals drift apart, and queues on the way vary the stamps",
    category: SourceCategory::Network,
    platform: Platform::Unix,
    requirement: Requirement::Network,
    width: Width::WORD,
    independence: Independence::of(Group::Network),
};

/// From one question to the next.
const PAUSE: Duration = Duration::from_secs(2);
/// Bytes of a message without extensions.
const LENGTH: usize = 48;
/// Version 4, mode 3 (client); mode 4 answers.
const CLIENT: u8 = 4 << 3 | 3;
const SERVER: u8 = 4;
const MODE: u8 = 0b111;
/// The leap indicator of a clock that is not synchronised.
const UNSYNCHRONISED: u8 = 3;
/// Strata of synchronised servers; 0 refuses.
const STRATA: core::ops::RangeInclusive<u8> = 1..=15;
/// Seconds from 1900 to 1970.
const EPOCH: u64 = 2_208_988_800;
const NS_PER_SECOND: u64 = 1_000_000_000;

pub(super) static KIND: &dyn SourceKind = &Peered::<NtpRtt>::KIND;

struct NtpRtt(Exchange);

impl Asks for NtpRtt {
    type Peer = SocketAddr;

    const INFO: &'static SourceInfo = &INFO;
    const PEER: Peer = service("the address and port of a time server of your own");

    fn open(peer: SocketAddr) -> Result<Self, SourceError> {
        Ok(Self(Exchange::udp(peer, PAUSE)?))
    }
}

impl Measure for NtpRtt {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// The question's transmit stamp is a random number that the answer must repeat: it tells the path nothing about this clock.
    fn measure(&mut self) -> Result<u64, SourceError> {
        self.0.due()?;
        let mut question = [0; LENGTH];
        question[0] = CLIENT;
        os::fill_random(&mut question[40..48])?;
        let (stamps, answer) = self.0.ask(&question, |answer| answers(&question, answer))?;
        stamps.round_trip()?;
        Ok(offset(stamps, answer)?.cast_unsigned())
    }
}

/// Whether `answer` is a server's to `question`.
fn answers(question: &[u8; LENGTH], answer: &[u8]) -> bool {
    answer.len() >= LENGTH && answer[0] & MODE == SERVER && answer[24..32] == question[40..48]
}

/// The offset that an exchange shows, in nanoseconds.
///
/// # Errors
/// [`SourceError::Protocol`] where the server says that its time is none.
fn offset(stamps: Stamps, answer: &[u8]) -> Result<i64, SourceError> {
    let (received, sent) = (stamp(answer, 32), stamp(answer, 40));
    let unsynchronised = answer[0] >> 6 == UNSYNCHRONISED || !STRATA.contains(&answer[1]);
    if unsynchronised || received == 0 || sent == 0 {
        return Err(SourceError::Protocol);
    }
    // Stamps wrap around every 136 years; their differences do not.
    let there = received.wrapping_sub(fixed_point(stamps.sent)).cast_signed();
    let back = sent.wrapping_sub(fixed_point(stamps.arrived)).cast_signed();
    let mean = (i128::from(there) + i128::from(back)) / 2;
    i64::try_from((mean * i128::from(NS_PER_SECOND)) >> 32).map_err(|_| SourceError::Protocol)
}

/// The stamp at `place`: seconds since 1900 in 32 bits, and 32 bits behind the point.
fn stamp(answer: &[u8], place: usize) -> u64 {
    answer[place..place + 8].iter().fold(0, |stamp, byte| stamp << 8 | u64::from(*byte))
}

/// Nanoseconds since 1970 as such a stamp.
const fn fixed_point(ns: u64) -> u64 {
    let seconds = ns / NS_PER_SECOND + EPOCH;
    let fraction = (((ns % NS_PER_SECOND) as u128) << 32) / NS_PER_SECOND as u128;
    seconds << 32 | fraction as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::network::peered::tests::readings;
    use std::net::UdpSocket;

    /// An answer of stratum 2 with these two stamps.
    fn answer(received: u64, sent: u64) -> [u8; LENGTH] {
        let mut answer = [0; LENGTH];
        answer[0] = 4 << 3 | SERVER;
        answer[1] = 2;
        answer[32..40].copy_from_slice(&received.to_be_bytes());
        answer[40..48].copy_from_slice(&sent.to_be_bytes());
        answer
    }

    #[test]
    fn a_time_server_is_asked_and_its_offset_read() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let peer = server.local_addr().unwrap().to_string();
        let answering = std::thread::spawn(move || {
            for _ in 0..2 {
                let mut question = [0; 64];
                let (length, from) = server.recv_from(&mut question).unwrap();
                assert_eq!((length, question[0]), (LENGTH, CLIENT));
                let ahead = fixed_point(os::wall_ns() + 5 * NS_PER_SECOND);
                let mut answer = answer(ahead, ahead);
                answer[24..32].copy_from_slice(&question[40..48]);
                server.send_to(&answer, from).unwrap();
            }
        });
        let all: [u64; 2] = readings(KIND, &peer).unwrap();
        for reading in all {
            let offset = reading.cast_signed();
            assert!((4_000_000_000..6_000_000_000).contains(&offset), "{offset}");
        }
        answering.join().unwrap();
    }

    /// By hand: 1 s and 0.5 s ahead on the two ways are 0.75 s; then the same behind, across the end of the era in 2036.
    #[test]
    fn offsets_are_right_across_the_end_of_the_era() {
        let second = 1_u64 << 32;
        let now = 1_700_000_000 * NS_PER_SECOND;
        let stamps = Stamps { sent: now, arrived: now, within: Duration::ZERO };
        let ahead = answer(fixed_point(now) + second, fixed_point(now) + second / 2);
        assert_eq!(offset(stamps, &ahead), Ok(750_000_000));
        let end = ((1_u64 << 32) - EPOCH) * NS_PER_SECOND;
        let stamps = Stamps { sent: end, arrived: end, within: Duration::ZERO };
        let behind = answer(0_u64.wrapping_sub(second), 0_u64.wrapping_sub(second / 2));
        assert_eq!(offset(stamps, &behind), Ok(-750_000_000));
    }

    #[test]
    fn refusals_and_foreign_answers_are_no_reading() {
        let stamps = Stamps { sent: NS_PER_SECOND, arrived: NS_PER_SECOND, within: Duration::ZERO };
        let good = answer(7, 7);
        let mut refusal = good;
        refusal[1] = 0;
        let mut unsynchronised = good;
        unsynchronised[0] |= UNSYNCHRONISED << 6;
        for bad in [refusal, unsynchronised, answer(0, 7), answer(7, 0)] {
            assert_eq!(offset(stamps, &bad), Err(SourceError::Protocol));
        }
        let mut question = [0; LENGTH];
        question[40..48].copy_from_slice(&[1; 8]);
        let mut echo = good;
        assert!(!answers(&question, &echo), "another origin");
        echo[24..32].copy_from_slice(&[1; 8]);
        assert!(answers(&question, &echo) && !answers(&question, &echo[..47]));
        echo[0] = CLIENT;
        assert!(!answers(&question, &echo), "a question");
    }
}
