//! The messages of USB/IP, and the requests that every device knows.

use super::{Answer, Setup, UsbDevice};

/// Bytes of every header, in both directions; all numbers are big end first.
pub(super) const HEADER: usize = 48;

const SUBMIT: u32 = 1;
const SUBMITTED: u32 = 3;
const UNLINKED: u32 = 4;
/// A request of the standard (USB 2.0, §9.4.5).
const GET_STATUS: u8 = 0;
/// `-EPIPE`: a stall.
const STALLED: i32 = -32;
/// `-ECONNRESET`: the request was taken back before it was served.
const TAKEN_BACK: i32 = -104;

/// What the controller sent.
#[derive(Debug, PartialEq)]
pub(super) enum Header {
    Submit(Request),
    /// Take back the request of the number `target`.
    Unlink {
        sequence: u32,
        target: u32,
    },
}

/// One transfer.
#[derive(Debug, PartialEq)]
pub(super) struct Request {
    pub(super) sequence: u32,
    pub(super) endpoint: u32,
    /// Whether bytes go from the device to the host.
    pub(super) inward: bool,
    pub(super) length: usize,
    pub(super) setup: Setup,
    /// Those of an OUT transfer.
    pub(super) bytes: Vec<u8>,
}

impl Header {
    pub(super) fn read(header: &[u8; HEADER]) -> Self {
        let (words, _) = header.as_chunks::<4>();
        let word = |at: usize| u32::from_be_bytes(words[at]);
        let sequence = word(1);
        if word(0) != SUBMIT {
            return Self::Unlink { sequence, target: word(5) };
        }
        let [kind, request, v0, v1, _, _, l0, l1] =
            [header[40], header[41], header[42], header[43], header[44], header[45], header[46], header[47]];
        let setup = Setup {
            kind,
            request,
            value: u16::from_le_bytes([v0, v1]),
            length: u16::from_le_bytes([l0, l1]),
        };
        let (inward, length) = (word(3) == 1, word(6) as usize);
        Self::Submit(Request { sequence, endpoint: word(4), inward, length, setup, bytes: Vec::new() })
    }
}

/// The reply to a transfer that is over.
pub(super) fn submitted(request: &Request, answer: Answer) -> Vec<u8> {
    let (status, mut bytes) = match answer {
        Answer::Done(bytes) => (0, bytes),
        Answer::Wait | Answer::Stall => (STALLED, Vec::new()),
    };
    bytes.truncate(request.length);
    let actual = if request.inward { bytes.len() } else { request.bytes.len() };
    let mut reply = reply(SUBMITTED, request.sequence, status, actual as u32);
    if request.inward {
        reply.extend_from_slice(&bytes);
    }
    reply
}

/// The reply to a request to take one back, and whether it was still waiting.
pub(super) fn unlinked(sequence: u32, waiting: bool) -> Vec<u8> {
    reply(UNLINKED, sequence, if waiting { TAKEN_BACK } else { 0 }, 0)
}

fn reply(command: u32, sequence: u32, status: i32, actual: u32) -> Vec<u8> {
    let mut reply = vec![0; HEADER];
    for (at, word) in [(0, command), (4, sequence), (20, status.cast_unsigned()), (24, actual)] {
        reply[at..at + 4].copy_from_slice(&word.to_be_bytes());
    }
    reply
}

/// Whether this is the request by which a device is asked for its status.
pub(super) fn asks_for_status(request: &Request) -> bool {
    const OF_DEVICE: u8 = 0x80;
    (request.endpoint, request.setup.kind, request.setup.request) == (0, OF_DEVICE, GET_STATUS)
}

/// What the device says: to what all devices know from its descriptors (USB 2.0, §9.4), to all else by itself.
pub(super) fn answer(device: &mut impl UsbDevice, request: &Request) -> Answer {
    const GET_DESCRIPTOR: u8 = 6;
    /// Bits of `kind` that tell a standard request from one of a class or vendor.
    const TYPE: u8 = 0x60;
    let setup = request.setup;
    match (request.endpoint, setup.kind & TYPE, setup.request) {
        (0, 0, GET_DESCRIPTOR) => descriptor(device, setup.value),
        (0, 0, GET_STATUS) => Answer::Done(vec![0; 2]),
        (0, 0, _) => Answer::Done(Vec::new()), // settings, of which a device has one
        (0, ..) => device.control(setup, &request.bytes),
        (endpoint, ..) if request.inward => device.read(endpoint, request.length),
        _ => Answer::Done(Vec::new()), // what is written to a generator goes nowhere
    }
}

fn descriptor(device: &impl UsbDevice, which: u16) -> Answer {
    let [number, kind] = which.to_le_bytes();
    let texts = device.texts();
    match (kind, number) {
        (1, _) => Answer::Done(device.device().to_vec()),
        (2, _) => Answer::Done(device.configuration()),
        (3, 0) => Answer::Done(vec![4, 3, 0x09, 0x04]), // English
        (3, _) => texts
            .get(usize::from(number) - 1)
            .map_or(Answer::Stall, |text| Answer::Done(text_descriptor(text))),
        _ => Answer::Stall,
    }
}

fn text_descriptor(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut descriptor = vec![units.len() as u8 + 2, 3];
    descriptor.extend(units);
    descriptor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_is_read_as_the_kernel_writes_it() {
        let mut header = [0; HEADER];
        for (at, word) in [(0, SUBMIT), (4, 7), (12, 1), (16, 2), (24, 64)] {
            header[at..at + 4].copy_from_slice(&u32::to_be_bytes(word));
        }
        header[40..].copy_from_slice(&[0x80, 6, 0, 1, 0, 0, 18, 0]);
        let setup = Setup { kind: 0x80, request: 6, value: 0x0100, length: 18 };
        let expected =
            Request { sequence: 7, endpoint: 2, inward: true, length: 64, setup, bytes: Vec::new() };
        assert_eq!(Header::read(&header), Header::Submit(expected));
        header[3] = 2;
        header[20..24].copy_from_slice(&[0, 0, 0, 5]);
        assert_eq!(Header::read(&header), Header::Unlink { sequence: 7, target: 5 });
    }

    #[test]
    fn replies_have_their_status_and_no_more_bytes_than_were_asked_for() {
        let setup = Setup { kind: 0, request: 0, value: 0, length: 0 };
        let request = Request { sequence: 9, endpoint: 1, inward: true, length: 2, setup, bytes: Vec::new() };
        let reply = submitted(&request, Answer::Done(vec![1, 2, 3]));
        assert_eq!((reply[3], reply[7], reply[27], &reply[HEADER..]), (3, 9, 2, &[1, 2][..]));
        let reply = submitted(&request, Answer::Stall);
        assert_eq!((&reply[20..24], reply.len()), (&(-32_i32).to_be_bytes()[..], HEADER));
        assert_eq!(unlinked(1, true)[20..24], (-104_i32).to_be_bytes());
        assert_eq!(unlinked(1, false)[20..24], [0; 4]);
    }
}
