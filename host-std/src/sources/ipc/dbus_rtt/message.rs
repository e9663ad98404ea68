//! Messages of the bus: calls without arguments, and the head of what comes back.

use openentropy_core::SourceError;

/// The fixed part of a message.
pub(super) const HEAD: usize = 16;
/// The longest message that is taken; answers without arguments have about a hundred bytes.
pub(super) const LONGEST: usize = 4096;

/// Types of message.
const METHOD_CALL: u8 = 1;
const METHOD_RETURN: u8 = 2;
const ERROR: u8 = 3;
/// Header fields.
const PATH: u8 = 1;
const INTERFACE: u8 = 2;
const MEMBER: u8 = 3;
const REPLY_SERIAL: u8 = 5;
const DESTINATION: u8 = 6;
/// The version of the protocol.
const VERSION: u8 = 1;
/// This machine's order of bytes.
const ORDER: u8 = if cfg!(target_endian = "little") { b'l' } else { b'B' };
/// Where the number of a message stands.
const SERIAL: usize = 8;

/// A call of the bus itself, ready but for its number.
pub(super) struct Call {
    message: Vec<u8>,
}

impl Call {
    /// A call of the bus's own method `member`, without arguments.
    ///
    /// # Errors
    /// [`SourceError::Protocol`] for a name that does not fit in a message.
    pub(super) fn new(member: &str) -> Result<Self, SourceError> {
        let mut fields = Vec::new();
        for (code, signature, text) in [
            (PATH, b'o', "/org/freedesktop/DBus"),
            (DESTINATION, b's', "org.freedesktop.DBus"),
            (INTERFACE, b's', "org.freedesktop.DBus"),
            (MEMBER, b's', member),
        ] {
            pad(&mut fields, 8);
            fields.extend([code, 1, signature, 0]);
            fields.extend(length(text.len())?.to_ne_bytes());
            fields.extend(text.as_bytes());
            fields.push(0);
        }
        let mut message = vec![ORDER, METHOD_CALL, 0, VERSION];
        message.extend(0_u32.to_ne_bytes()); // no body
        message.extend(0_u32.to_ne_bytes()); // the number, set when it is sent
        message.extend(length(fields.len())?.to_ne_bytes());
        message.extend(fields);
        pad(&mut message, 8);
        Ok(Self { message })
    }

    /// The bytes of the call under this number.
    pub(super) fn numbered(&mut self, serial: u32) -> &[u8] {
        if let Some(place) = self.message.get_mut(SERIAL..SERIAL + 4) {
            place.copy_from_slice(&serial.to_ne_bytes());
        }
        &self.message
    }
}

/// What a message that came means for a caller who waits.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The answer to the call of this number.
    Return(u32),
    /// The refusal of the call of this number.
    Error(u32),
    /// Anything else: a signal.
    Other,
}

/// The length of the whole message that begins with `head`.
///
/// # Errors
/// [`SourceError::Protocol`] for what is no message in this machine's order of bytes, or longer than [`LONGEST`].
pub(super) fn length_of(head: &[u8; HEAD]) -> Result<usize, SourceError> {
    let [order, _, _, version, ..] = *head;
    let parts = (u32_at(head, 4)? as usize, u32_at(head, 12)? as usize);
    match parts {
        (body, fields) if order == ORDER && version == VERSION && body <= LONGEST && fields <= LONGEST => {
            let whole = HEAD + fields.next_multiple_of(8) + body;
            if whole <= LONGEST { Ok(whole) } else { Err(SourceError::Protocol) }
        }
        _ => Err(SourceError::Protocol),
    }
}

/// What a whole message says.
///
/// # Errors
/// [`SourceError::Protocol`] for header fields that are not well formed, and for an answer that does not say to what.
pub(super) fn answer(message: &[u8]) -> Result<Answer, SourceError> {
    let kind = *message.get(1).ok_or(SourceError::Protocol)?;
    match kind {
        METHOD_RETURN => Ok(Answer::Return(reply_serial(message)?)),
        ERROR => Ok(Answer::Error(reply_serial(message)?)),
        _ => Ok(Answer::Other),
    }
}

/// The number of the call to which the message is an answer: walks the header fields, an array of (code, variant) at multiples of eight bytes.
fn reply_serial(message: &[u8]) -> Result<u32, SourceError> {
    let end = HEAD + u32_at(message, 12)? as usize;
    let mut at = HEAD;
    while at < end {
        let [code, 1, signature, 0] = *part(message, at)? else { return Err(SourceError::Protocol) };
        let value = at + 4;
        at = match signature {
            b'u' if code == REPLY_SERIAL => return u32_at(message, value),
            b'u' => value + 4,
            b's' | b'o' => value + 4 + u32_at(message, value)? as usize + 1,
            b'g' => value + 1 + usize::from(part::<1>(message, value)?[0]) + 1,
            _ => return Err(SourceError::Protocol),
        }
        .next_multiple_of(8);
    }
    Err(SourceError::Protocol)
}

fn u32_at(message: &[u8], at: usize) -> Result<u32, SourceError> {
    Ok(u32::from_ne_bytes(*part(message, at)?))
}

fn part<const N: usize>(message: &[u8], at: usize) -> Result<&[u8; N], SourceError> {
    message.get(at..).and_then(<[u8]>::first_chunk).ok_or(SourceError::Protocol)
}

fn length(bytes: usize) -> Result<u32, SourceError> {
    u32::try_from(bytes).ok().filter(|length| *length as usize <= LONGEST).ok_or(SourceError::Protocol)
}

fn pad(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}
