//! Questions to a part of the kernel that speaks generic netlink.
//!
//! Reference: netlink(7); Linux, Documentation/userspace-api/netlink/intro.rst, include/uapi/linux/genetlink.h.

use super::errno::error_of;
use super::patience::PATIENCE;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};
use std::os::fd::OwnedFd;

/// Room for what the kernel sends at once.
const ROOM: usize = 32 << 10;
/// Bytes of `struct nlmsghdr` and `struct genlmsghdr`.
const HEADER: usize = 16;
const GENERIC_HEADER: usize = 4;
/// Flags of a question: request, and all of what it asks for.
const REQUEST: u16 = 1;
const DUMP: u16 = 0x300;
/// Types of message.
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// The family that knows the others: its type, the question for a family, and the attributes of number and name.
const CONTROLLER: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;
/// The bits of an attribute's type that are its type.
const ATTRIBUTE_TYPE: u16 = 0x3fff;
/// Packets of one answer at most.
const MOST_PACKETS: usize = 1024;

/// A part of the kernel, and the socket by which it is asked.
pub(crate) struct Family {
    socket: OwnedFd,
    id: u16,
    /// The number of the last question.
    number: u32,
    room: Box<[u8; ROOM]>,
}

impl Family {
    /// Finds the family of that name.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the kernel has none, [`SourceError::Denied`] where a filter forbids netlink, [`SourceError::Timeout`].
    pub(crate) fn open(name: &str) -> Result<Self, SourceError> {
        let flags = SocketFlags::CLOEXEC;
        let generic: Option<Protocol> = Some(netlink::GENERIC);
        let socket =
            socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, generic).map_err(error_of)?;
        for which in [Timeout::Send, Timeout::Recv] {
            set_socket_timeout(&socket, which, Some(PATIENCE)).map_err(error_of)?;
        }
        let mut this = Self { socket, id: CONTROLLER, number: 0, room: Box::new([0; ROOM]) };
        let name: Vec<u8> = name.bytes().chain([0]).collect();
        let mut id = None;
        this.ask(GET_FAMILY, REQUEST, (FAMILY_NAME, &name), |message| {
            id = attribute(message, FAMILY_ID)
                .and_then(|bytes| Some(u16::from_ne_bytes(bytes.try_into().ok()?)));
        })?;
        this.id = id.ok_or(SourceError::Protocol)?;
        Ok(this)
    }

    /// Asks for all that `command` knows of what the attribute names, and shows each message's attributes to `see`.
    ///
    /// # Errors
    /// What the kernel answers; [`SourceError::Timeout`] after a second without an answer, [`SourceError::Protocol`] for none that can be read.
    pub(crate) fn dump(
        &mut self,
        command: u8,
        of: (u16, &[u8]),
        see: impl FnMut(&[u8]),
    ) -> Result<(), SourceError> {
        self.ask(command, REQUEST | DUMP, of, see)
    }

    fn ask(
        &mut self,
        command: u8,
        flags: u16,
        of: (u16, &[u8]),
        mut see: impl FnMut(&[u8]),
    ) -> Result<(), SourceError> {
        self.number = self.number.wrapping_add(1);
        let question = question(self.id, flags, self.number, command, of);
        if send(&self.socket, &question, SendFlags::empty()).map_err(error_of)? != question.len() {
            return Err(SourceError::Io);
        }
        for _ in 0..MOST_PACKETS {
            // With TRUNC the call says how long the packet was, not how much of it there was room for.
            let (_, length) = recv(&self.socket, &mut self.room[..], RecvFlags::TRUNC).map_err(error_of)?;
            let mut packet = self.room.get(..length).ok_or(SourceError::Protocol)?;
            while let Some(message) = take_message(&mut packet)? {
                if message.number != self.number {
                    continue; // the answer to a question that was given up
                }
                match message.kind {
                    DONE | ERROR => return refusal(message.body), // the end of a dump carries its error, too
                    _ => see(message.body.get(GENERIC_HEADER..).ok_or(SourceError::Protocol)?),
                }
                if flags & DUMP == 0 {
                    return Ok(());
                }
            }
        }
        Err(SourceError::Protocol)
    }
}

/// One message of a packet.
#[derive(Debug, PartialEq, Eq)]
struct Message<'p> {
    kind: u16,
    number: u32,
    body: &'p [u8],
}

/// Takes the first message off `packet`; `None` at its end.
fn take_message<'p>(packet: &mut &'p [u8]) -> Result<Option<Message<'p>>, SourceError> {
    if packet.is_empty() {
        return Ok(None);
    }
    let header: &[u8; HEADER] = packet.first_chunk().ok_or(SourceError::Protocol)?;
    let [l0, l1, l2, l3, k0, k1, _, _, n0, n1, n2, n3, ..] = *header;
    let length = u32::from_ne_bytes([l0, l1, l2, l3]) as usize;
    let body = packet.get(HEADER..length).ok_or(SourceError::Protocol)?;
    *packet = packet.get(length.next_multiple_of(4)..).unwrap_or_default();
    Ok(Some(Message {
        kind: u16::from_ne_bytes([k0, k1]),
        number: u32::from_ne_bytes([n0, n1, n2, n3]),
        body,
    }))
}

/// What the number at the end of an answer says: zero is no refusal.
fn refusal(body: &[u8]) -> Result<(), SourceError> {
    let negative = body.first_chunk().ok_or(SourceError::Protocol)?;
    match i32::from_ne_bytes(*negative).wrapping_neg() {
        0 => Ok(()),
        errno => Err(error_of(Errno::from_raw_os_error(errno))),
    }
}

/// A question with one attribute.
fn question(kind: u16, flags: u16, number: u32, command: u8, (of, value): (u16, &[u8])) -> Vec<u8> {
    let attribute = 4 + value.len();
    let mut message = vec![0; HEADER];
    message.extend([command, 1, 0, 0]);
    message.extend((attribute as u16).to_ne_bytes());
    message.extend(of.to_ne_bytes());
    message.extend(value);
    message.resize(message.len().next_multiple_of(4), 0);
    let length = message.len() as u32;
    message[..4].copy_from_slice(&length.to_ne_bytes());
    message[4..6].copy_from_slice(&kind.to_ne_bytes());
    message[6..8].copy_from_slice(&flags.to_ne_bytes());
    message[8..12].copy_from_slice(&number.to_ne_bytes());
    message
}

/// The value of the first attribute of this type, among those one after the other in `bytes`.
pub(crate) fn attribute(mut bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let [l0, l1, t0, t1] = *bytes.first_chunk()?;
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        let value = bytes.get(4..length)?;
        if u16::from_ne_bytes([t0, t1]) & ATTRIBUTE_TYPE == wanted {
            return Some(value);
        }
        bytes = bytes.get(length.next_multiple_of(4)..)?;
    }
}

/// The number in an attribute of eight bytes.
pub(crate) fn number(bytes: &[u8], wanted: u16) -> Option<u64> {
    Some(u64::from_ne_bytes(attribute(bytes, wanted)?.try_into().ok()?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An attribute as the kernel lays it out.
    pub(crate) fn attribute_of(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend((4 + value.len() as u16).to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn attributes_are_found_behind_others_and_never_beyond_the_end() {
        let bytes = [attribute_of(1, b"abc"), attribute_of(0x8000 | 7, &[1, 0, 0, 0, 0, 0, 0, 0])].concat();
        assert_eq!(attribute(&bytes, 1), Some(&b"abc"[..]));
        assert_eq!(
            attribute(&bytes, 7).map(<[u8]>::len),
            Some(8),
            "the flag of nesting is no part of the type"
        );
        assert_eq!(attribute(&bytes, 9), None);
        assert_eq!(number(&bytes, 1), None, "not eight bytes");
        for end in 0..bytes.len() {
            assert!(attribute(&bytes[..end], 7).is_none(), "{end}");
        }
        for length in [0_u16, 3] {
            let broken = [&length.to_ne_bytes()[..], &[7, 0, 0, 0]].concat();
            assert_eq!(attribute(&broken, 9), None, "an attribute shorter than its header ends the search");
        }
    }

    #[test]
    fn messages_are_taken_one_by_one() {
        let first = question(0x1c, REQUEST, 5, 32, (3, &[2, 0, 0]));
        let both = [first.clone(), question(DONE, 0, 6, 0, (0, &[]))].concat();
        let mut packet = &both[..];
        let message = take_message(&mut packet).unwrap().unwrap();
        assert_eq!((message.kind, message.number, message.body), (0x1c, 5, &first[HEADER..]));
        assert_eq!(message.body.len(), 12, "padded");
        assert_eq!(take_message(&mut packet).unwrap().unwrap().kind, DONE);
        assert_eq!(take_message(&mut packet), Ok(None));
        for end in 1..first.len() {
            assert_eq!(take_message(&mut &first[..end]), Err(SourceError::Protocol), "{end}");
        }
    }

    #[test]
    fn a_refusal_is_told_from_an_acknowledgement() {
        assert_eq!(refusal(&[0; 4]), Ok(()));
        assert_eq!(refusal(&(-Errno::PERM.raw_os_error()).to_ne_bytes()), Err(SourceError::Denied));
        assert_eq!(refusal(&[0; 3]), Err(SourceError::Protocol));
    }

    /// The controller is a family itself, so it can be asked on any machine that allows netlink.
    #[test]
    fn families_are_found_by_name() {
        match Family::open("nlctrl") {
            Ok(family) => assert_eq!(family.id, CONTROLLER),
            Err(error) => assert!(matches!(error, SourceError::Denied | SourceError::Absent), "{error}"),
        }
        let error = Family::open("no such family").err();
        assert!(matches!(error, Some(SourceError::Absent | SourceError::Denied)), "{error:?}");
    }
}
