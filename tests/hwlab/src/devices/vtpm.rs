//! A security chip (TPM 2.0) whose random bytes are counters.
//!
//! Reference: Trusted Platform Module Library, Part 3: Commands; Linux, Documentation/security/tpm/tpm_vtpm_proxy.rst.

use super::service::Service;
use crate::counters;
use crate::sys::vtpm;
use anyhow::{Context as _, Result};
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

/// `TPM_CC_GetRandom`.
pub(crate) const GET_RANDOM: u32 = 0x17b;
/// `TPM_RC_FAILURE`.
pub(crate) const FAILURE: u32 = 0x101;
/// Bytes of a command's or response's head: tag, length, code.
pub(crate) const HEAD: usize = 10;
const GET_CAPABILITY: u32 = 0x17a;
/// Without sessions.
const PLAIN: u16 = 0x8001;

/// How the chip answers when it is asked for random bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Counters,
    Fail,
    Silent,
}

/// The chip, which is there until this is dropped.
pub(crate) struct Chip {
    /// Its number among the kernel's chips: that of one that has just gone may still be taken.
    pub(crate) number: u32,
    state: Arc<Mutex<State>>,
    _service: Service,
}

struct State {
    manner: Manner,
    /// The counter that comes next.
    next: u32,
}

impl Chip {
    /// Plugs the chip in; the kernel asks it this and that before its node is there.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn plug() -> Result<Self> {
        let control = OpenOptions::new().read(true).write(true).open("/dev/vtpmx").context("/dev/vtpmx")?;
        let (file, number) = vtpm::new_device(&control).context("the kernel makes no chip")?;
        let state = Arc::new(Mutex::new(State { manner: Manner::Counters, next: 0 }));
        let shared = Arc::clone(&state);
        let mut room = [0; 4096];
        let service = Service::start(file, move |file| {
            let length = file.read(&mut room)?;
            let response = shared.lock().unwrap_or_else(PoisonError::into_inner).respond(&room[..length]);
            response.map_or(Ok(()), |response| file.write_all(&response))
        })?;
        Ok(Self { number, state, _service: service })
    }

    /// Changes how it answers.
    pub(crate) fn set(&self, manner: Manner) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).manner = manner;
    }
}

/// The command for so many random bytes.
pub(crate) fn get_random(bytes: u16) -> Vec<u8> {
    message(GET_RANDOM, &bytes.to_be_bytes())
}

/// A command or response: tag, length, code, and the rest.
fn message(code: u32, body: &[u8]) -> Vec<u8> {
    let length = (HEAD + body.len()) as u32;
    [&PLAIN.to_be_bytes()[..], &length.to_be_bytes(), &code.to_be_bytes(), body].concat()
}

impl State {
    /// The response to a command, or none, ever.
    fn respond(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        let word = |at: usize| command.get(at..)?.first_chunk().copied().map(u32::from_be_bytes);
        match word(6)? {
            GET_RANDOM => self.random(usize::from(u16::from_be_bytes(*command.get(HEAD..)?.first_chunk()?))),
            GET_CAPABILITY => Some(message(0, &capability(word(HEAD)?, word(HEAD + 4)?))),
            _ => Some(message(0, &[])), // start-up, self test, locality
        }
    }

    fn random(&mut self, length: usize) -> Option<Vec<u8>> {
        match self.manner {
            Manner::Silent => None,
            Manner::Fail => Some(message(FAILURE, &[])),
            Manner::Counters => {
                let end = self.next + length.div_ceil(counters::BYTES) as u32;
                let bytes = counters::bytes(self.next..end);
                self.next = end;
                Some(message(0, &[&(length as u16).to_be_bytes()[..], &bytes[..length]].concat()))
            }
        }
    }
}

/// What the chip can do: one command, one bank of registers, and that it has one command.
fn capability(which: u32, property: u32) -> Vec<u8> {
    const COMMANDS: u32 = 2;
    const REGISTERS: u32 = 5;
    const SHA256: u16 = 0x0b;
    let one = 1_u32.to_be_bytes();
    let list = match which {
        COMMANDS => [one, GET_RANDOM.to_be_bytes()].concat(),
        REGISTERS => [&one[..], &SHA256.to_be_bytes(), &[3, 0xff, 0xff, 0xff]].concat(),
        _ => [one, property.to_be_bytes(), one].concat(),
    };
    [&[0][..], &which.to_be_bytes(), &list].concat() // no more to come
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_are_counters_and_failures_have_their_code() {
        let mut state = State { manner: Manner::Counters, next: 1 };
        let response = state.respond(&get_random(6));
        assert_eq!(response.as_deref(), Some(&b"\x80\x01\0\0\0\x12\0\0\0\0\0\x06\0\0\0\x01\0\0"[..]));
        state.manner = Manner::Fail;
        assert_eq!(state.respond(&get_random(6)), Some(message(FAILURE, &[])));
        state.manner = Manner::Silent;
        assert_eq!(state.respond(&get_random(6)), None);
    }
}
