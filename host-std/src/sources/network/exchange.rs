//! A question and its answer over one kept datagram socket.

use crate::sources::errno::io_error_of;
use crate::sources::pace::Pace;
use crate::sources::patience::PATIENCE;
use crate::sys::os;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use openentropy_core::SourceError;
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::os::fd::AsFd;
use std::time::Instant;

/// Bytes of an answer that are looked at.
const ANSWER: usize = 576;
/// Of so many nanoseconds a wall clock that is corrected gains or loses one at most (adjtimex(2): 500 in a million).
const SLEWED: u32 = 1000;

/// When a question went and its answer came, by the wall clock in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamps {
    pub(super) sent: u64,
    pub(super) arrived: u64,
    /// What the exchange took by a clock that nobody sets, the way of the answer to this thread included.
    pub(super) within: Duration,
}

impl Stamps {
    /// Nanoseconds from one to the other.
    ///
    /// # Errors
    /// [`SourceError::ClockError`] when the wall clock was set in between.
    pub(super) fn round_trip(self) -> Result<u64, SourceError> {
        let bound = self.within + self.within / SLEWED + Duration::from_micros(1);
        let taken = self.arrived.checked_sub(self.sent);
        taken.filter(|taken| Duration::from_nanos(*taken) <= bound).ok_or(SourceError::ClockError)
    }
}

/// The socket, and when the next question may go.
pub(super) struct Exchange {
    socket: UdpSocket,
    pace: Pace,
    answer: [u8; ANSWER],
}

impl Exchange {
    /// A UDP socket that only `peer` can answer.
    pub(super) fn udp(peer: SocketAddr, pause: Duration) -> Result<Self, SourceError> {
        let any: SocketAddr = match peer {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        Self::over(UdpSocket::bind(any).map_err(|error| io_error_of(&error))?, peer, pause)
    }

    /// Any datagram socket, with `peer` as the only one whom it speaks to.
    pub(super) fn over(socket: UdpSocket, peer: SocketAddr, pause: Duration) -> Result<Self, SourceError> {
        socket.connect(peer).map_err(|error| io_error_of(&error))?;
        os::arrival::stamp(socket.as_fd())?;
        Ok(Self { socket, pace: Pace::new(pause), answer: [0; ANSWER] })
    }

    /// Whether the next question may go; waits a little when not.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] when not.
    pub(super) fn due(&mut self) -> Result<(), SourceError> {
        self.pace.wait()
    }

    /// Sends `question` and waits for the answer that `answers` knows for its own, for a second at most.
    ///
    /// # Errors
    /// [`SourceError::Timeout`] when none comes; [`SourceError::Disconnected`] when the peer's machine says that nobody listens.
    pub(super) fn ask(
        &mut self,
        question: &[u8],
        answers: impl Fn(&[u8]) -> bool,
    ) -> Result<(Stamps, &[u8]), SourceError> {
        let began = Instant::now();
        let deadline = began + PATIENCE;
        let sent = os::wall_ns();
        self.socket.send(question).map_err(|error| io_error_of(&error))?;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(SourceError::Timeout);
            }
            self.socket.set_read_timeout(Some(left)).map_err(|error| io_error_of(&error))?;
            let length = match self.socket.recv(&mut self.answer) {
                Ok(length) => length,
                // The kernel counts its timeout in ticks; only the deadline says that it is over.
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {
                    continue;
                }
                Err(error) => return Err(io_error_of(&error)),
            };
            let arrived = os::arrival::ns(self.socket.as_fd())?;
            if self.answer.get(..length).is_some_and(&answers) {
                let stamps = Stamps { sent, arrived, within: began.elapsed() };
                return Ok((stamps, self.answer.get(..length).unwrap_or_default()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_no_round_trip() {
        let within = Duration::from_millis(20);
        let taken = |sent, arrived| Stamps { sent, arrived, within }.round_trip();
        assert_eq!(taken(5, 17), Ok(12));
        assert_eq!(taken(5, 20_000_005), Ok(20_000_000));
        assert_eq!(taken(17, 5), Err(SourceError::ClockError), "set back");
        assert_eq!(
            taken(5, 20_100_005),
            Err(SourceError::ClockError),
            "set forward by a tenth of a millisecond"
        );
        assert_eq!(taken(0, u64::MAX), Err(SourceError::ClockError));
    }

    #[test]
    fn silence_is_a_timeout_and_nobody_a_disconnection() {
        let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let peer = silent.local_addr().unwrap();
        let mut exchange = Exchange::udp(peer, Duration::ZERO).unwrap();
        let began = Instant::now();
        assert_eq!(exchange.ask(b"?", |_| true).err(), Some(SourceError::Timeout));
        assert!(began.elapsed() >= PATIENCE && began.elapsed() < PATIENCE * 5);
        // Closed to strangers without giving the port back, which another test could get.
        silent.connect(peer).unwrap();
        assert_eq!(exchange.ask(b"?", |_| true).err(), Some(SourceError::Disconnected));
    }

    #[test]
    fn an_answer_to_another_question_is_passed_over() {
        let server =
            UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).or_else(|_| UdpSocket::bind("127.0.0.1:0")).unwrap();
        let mut exchange = Exchange::udp(server.local_addr().unwrap(), Duration::ZERO).unwrap();
        let answering = std::thread::spawn(move || {
            let mut question = [0; 16];
            let (length, from) = server.recv_from(&mut question).unwrap();
            for answer in [b"other".as_slice(), &question[..length]] {
                server.send_to(answer, from).unwrap();
            }
        });
        let (stamps, answer) = exchange.ask(b"mine", |answer| answer == b"mine").unwrap();
        assert_eq!(answer, b"mine");
        assert!(stamps.round_trip().unwrap() > 0);
        answering.join().unwrap();
    }
}
