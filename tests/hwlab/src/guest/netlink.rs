//! Asking the kernel about its radios, by generic netlink.
//!
//! Reference: Linux, Documentation/userspace-api/netlink/intro.rst, include/uapi/linux/genetlink.h.

use anyhow::{Context as _, Result, ensure};
use core::cell::Cell;
use core::time::Duration;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};
use std::os::fd::OwnedFd;

/// Bytes of the heads of a message: the general one, and that of a family.
const HEAD: usize = 16;
const FAMILY_HEAD: usize = 4;
/// Bytes of the head of an attribute.
const ATTRIBUTE_HEAD: usize = 4;
/// Kinds of messages, and what one asks for.
const ERROR: u16 = 2;
const DONE: u16 = 3;
const REQUEST: u16 = 1;
const ACKNOWLEDGE: u16 = 4;
const DUMP: u16 = 0x300;
/// The family that knows the numbers of the others.
const CONTROL: u16 = 0x10;
const GET_FAMILY: u8 = 3;
const FAMILY_NAME: u16 = 2;
const FAMILY_NUMBER: u16 = 1;
const PATIENCE: Duration = Duration::from_secs(10);

/// One attribute: its kind, and its bytes.
pub(crate) type Attribute = (u16, Vec<u8>);

/// One family of the kernel's.
pub(crate) struct Family {
    socket: OwnedFd,
    number: u16,
    sequence: Cell<u32>,
}

impl Family {
    /// The family of this name.
    ///
    /// # Errors
    /// If the kernel has none.
    pub(crate) fn named(name: &str) -> Result<Self> {
        let protocol = Some(netlink::GENERIC);
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
        let control = Self { socket, number: CONTROL, sequence: Cell::new(0) };
        let text = [name.as_bytes(), &[0]].concat();
        let answers =
            control.ask(GET_FAMILY, 0, &[(FAMILY_NAME, text)]).with_context(|| format!("family {name}"))?;
        let number = answers.iter().flatten().find(|(kind, _)| *kind == FAMILY_NUMBER);
        let number = number
            .and_then(|(_, bytes)| bytes.first_chunk().copied())
            .context("a family without a number")?;
        Ok(Self { number: u16::from_ne_bytes(number), ..control })
    }

    /// Gives a command.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn tell(&self, command: u8, attributes: &[Attribute]) -> Result<()> {
        self.ask(command, ACKNOWLEDGE, attributes).map(drop)
    }

    /// Asks for a list, and returns the attributes of each entry.
    ///
    /// # Errors
    /// What the kernel answers.
    pub(crate) fn list(&self, command: u8, attributes: &[Attribute]) -> Result<Vec<Vec<Attribute>>> {
        self.ask(command, DUMP, attributes)
    }

    fn ask(&self, command: u8, flags: u16, attributes: &[Attribute]) -> Result<Vec<Vec<Attribute>>> {
        self.sequence.set(self.sequence.get() + 1);
        let body = [&[command, 1, 0, 0][..], &joined(attributes)].concat();
        let length = ((HEAD + body.len()) as u32).to_ne_bytes();
        let sequence = self.sequence.get().to_ne_bytes();
        let flagged = (REQUEST | flags).to_ne_bytes();
        let head = [&length[..], &self.number.to_ne_bytes(), &flagged, &sequence, &[0; 4]].concat();
        send(&self.socket, &[head, body].concat(), SendFlags::empty())?;
        self.answers(flags == 0)
    }

    /// Reads messages until the last: the only one, or the end of a list or an acknowledgement.
    fn answers(&self, only_one: bool) -> Result<Vec<Vec<Attribute>>> {
        let mut room = vec![0; 64 << 10];
        let mut answers = Vec::new();
        loop {
            let length = recv(&self.socket, room.as_mut_slice(), RecvFlags::empty())?.0;
            let mut messages = &room[..length];
            while let Some((head, _)) = messages.split_first_chunk::<HEAD>() {
                let length = u32::from_ne_bytes([head[0], head[1], head[2], head[3]]) as usize;
                let kind = u16::from_ne_bytes([head[4], head[5]]);
                ensure!((HEAD..=messages.len()).contains(&length), "a message of {length} bytes");
                let body = &messages[HEAD..length];
                match kind {
                    ERROR => {
                        judge(body)?;
                        return Ok(answers);
                    }
                    DONE => return Ok(answers),
                    _ => answers.push(split(body.get(FAMILY_HEAD..).unwrap_or_default())),
                }
                messages = messages.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
            if only_one {
                return Ok(answers);
            }
        }
    }
}

/// The error in a message, of which nought is success.
fn judge(body: &[u8]) -> Result<()> {
    let code = body.first_chunk().copied().map(i32::from_ne_bytes).context("an error without a code")?;
    match code {
        0 => Ok(()),
        code => Err(Errno::from_raw_os_error(-code).into()),
    }
}

/// Attributes one behind the other, each from a multiple of four bytes on.
pub(crate) fn joined(attributes: &[Attribute]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, contents) in attributes {
        let length = (ATTRIBUTE_HEAD + contents.len()) as u16;
        bytes.extend_from_slice(&length.to_ne_bytes());
        bytes.extend_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(contents);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// The attributes in these bytes.
pub(crate) fn split(mut bytes: &[u8]) -> Vec<Attribute> {
    /// The bits of a kind that say how its contents are written.
    const NOTES: u16 = 0xc000;
    let mut attributes = Vec::new();
    while let Some((head, _)) = bytes.split_first_chunk::<ATTRIBUTE_HEAD>() {
        let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let Some(contents) = bytes.get(ATTRIBUTE_HEAD..length) else { break };
        attributes.push((u16::from_ne_bytes([head[2], head[3]]) & !NOTES, contents.to_vec()));
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_survive_the_way() {
        let attributes = vec![(1, vec![1, 2, 3]), (2, Vec::new()), (3, vec![4; 8])];
        let bytes = joined(&attributes);
        assert_eq!(bytes.len(), 8 + 4 + 12);
        assert_eq!(split(&bytes), attributes);
        assert_eq!(split(&bytes[..5]), []);
        assert_eq!(split(&[0; 8]), []);
    }

    #[test]
    fn an_error_is_told_from_an_acknowledgement() {
        assert!(judge(&0_i32.to_ne_bytes()).is_ok());
        let error = judge(&(-19_i32).to_ne_bytes()).err().and_then(|error| error.downcast_ref().copied());
        assert_eq!(error, Some(Errno::NODEV));
    }
}
