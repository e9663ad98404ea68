//! Two devices that the kernel shows as serial lines: a modem by its class, and a bridge by its vendor.

use super::{Answer, Setup, UsbDevice};
use crate::counters;

/// Bytes of a packet of both devices.
const PACKET: usize = 64;
/// The endpoint of the bytes.
const BULK_IN: u32 = 1;

/// Counters that flow once the test lets them: what comes before the reader has set its line up is mangled.
#[derive(Default)]
pub(crate) struct Stream {
    /// Counters that may still be sent.
    pub(crate) allowed: u32,
    next: u32,
}

impl Stream {
    /// At most `length` bytes of counters, or nothing yet.
    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        let count = self.allowed.min((length / counters::BYTES) as u32);
        (count > 0).then(|| {
            let from = self.next;
            self.allowed -= count;
            self.next += count;
            counters::bytes(from..self.next)
        })
    }
}

/// A generator that calls itself a modem (class CDC-ACM; USB, Class Definitions for Communication Devices 1.2): as TrueRNG does.
#[derive(Default)]
pub(crate) struct Modem {
    pub(crate) stream: Stream,
    /// The speeds in baud that the host has set, in order: some devices change their mode by them.
    pub(crate) speeds: Vec<u32>,
    /// The control lines that the host has set, in order: bit 0 is "ready", bit 1 "request to send".
    pub(crate) lines: Vec<u16>,
}

impl UsbDevice for Modem {
    fn device(&self) -> [u8; 18] {
        [18, 1, 0, 2, 2, 0, 0, 64, 0xd8, 0x04, 0xfe, 0xf5, 0, 1, 1, 2, 3, 1]
    }

    fn configuration(&self) -> Vec<u8> {
        [
            &[9, 2, 67, 0, 2, 1, 0, 0x80, 50][..],
            &[9, 4, 0, 0, 1, 2, 2, 1, 0],  // control, by AT commands
            &[5, 0x24, 0, 0x10, 1],        // header
            &[4, 0x24, 2, 2],              // knows line settings
            &[5, 0x24, 6, 0, 1],           // union of both interfaces
            &[5, 0x24, 1, 0, 1],           // call management
            &[7, 5, 0x82, 3, 8, 0, 10],    // notifications
            &[9, 4, 1, 0, 2, 10, 0, 0, 0], // data
            &[7, 5, 0x81, 2, PACKET as u8, 0, 0, 7, 5, 0x02, 2, PACKET as u8, 0, 0],
        ]
        .concat()
    }

    fn texts(&self) -> &[&str] {
        &["laboratory", "modem", "LAB0001"]
    }

    fn control(&mut self, setup: Setup, bytes: &[u8]) -> Answer {
        const SET_LINE_CODING: u8 = 0x20;
        const SET_CONTROL_LINE_STATE: u8 = 0x22;
        match setup.request {
            SET_LINE_CODING => self.speeds.extend(bytes.first_chunk().copied().map(u32::from_le_bytes)),
            SET_CONTROL_LINE_STATE => self.lines.push(setup.value),
            _ => return Answer::Stall,
        }
        Answer::Done(Vec::new())
    }

    fn read(&mut self, endpoint: u32, length: usize) -> Answer {
        match endpoint {
            BULK_IN => self.stream.take(length).map_or(Answer::Wait, Answer::Done),
            _ => Answer::Wait, // it never has a notification
        }
    }
}

/// A generator behind a bridge of FTDI's: each packet begins with two bytes of the modem's state.
#[derive(Default)]
pub(crate) struct Bridge {
    pub(crate) stream: Stream,
    /// The vendor's requests, in order.
    pub(crate) requests: Vec<(u8, u16)>,
}

impl UsbDevice for Bridge {
    fn device(&self) -> [u8; 18] {
        [18, 1, 0, 2, 0, 0, 0, 64, 0x03, 0x04, 0x15, 0x60, 0, 0x10, 1, 2, 3, 1]
    }

    fn configuration(&self) -> Vec<u8> {
        [
            &[9, 2, 32, 0, 1, 1, 0, 0x80, 45][..],
            &[9, 4, 0, 0, 2, 0xff, 0xff, 0xff, 2],
            &[7, 5, 0x81, 2, PACKET as u8, 0, 0, 7, 5, 0x02, 2, PACKET as u8, 0, 0],
        ]
        .concat()
    }

    fn texts(&self) -> &[&str] {
        &["laboratory", "bridge", "LAB0002"]
    }

    fn control(&mut self, setup: Setup, _: &[u8]) -> Answer {
        self.requests.push((setup.request, setup.value));
        Answer::Done(vec![0; usize::from(setup.length)])
    }

    fn read(&mut self, _: u32, length: usize) -> Answer {
        const STATE: [u8; 2] = [0x01, 0x60];
        let room = length.min(PACKET).saturating_sub(STATE.len());
        self.stream.take(room).map_or(Answer::Wait, |bytes| Answer::Done([&STATE[..], &bytes].concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_as_long_as_they_say() {
        let configurations = [Modem::default().configuration(), Bridge::default().configuration()];
        for configuration in configurations {
            let said = u16::from_le_bytes([configuration[2], configuration[3]]);
            assert_eq!(usize::from(said), configuration.len());
        }
    }

    #[test]
    fn a_stream_gives_what_is_allowed() {
        let mut stream = Stream { allowed: 3, next: 0 };
        assert_eq!(stream.take(9), Some(counters::bytes(0..2)));
        assert_eq!(stream.take(64), Some(counters::bytes(2..3)));
        assert_eq!(stream.take(64), None);
    }
}
