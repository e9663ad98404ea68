//! A connection to a message bus.

use super::message::{Answer, Call, HEAD, LONGEST, answer, length_of};
use crate::sources::errno::error_of;
use crate::sources::patience::PATIENCE;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, recv, send,
    socket_with,
};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Instant;

/// Messages that are not the answer and may come before it.
const OTHERS: u32 = 64;
/// Bytes of a line of authentication.
const LINE: usize = 256;

/// The connection, and what came and was not used up.
pub(super) struct Bus {
    socket: OwnedFd,
    serial: u32,
    came: Vec<u8>,
}

impl Bus {
    /// Connects to the bus at `path` as the user that this process acts for.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where there is no socket; [`SourceError::Disconnected`] where nobody listens; [`SourceError::Denied`] when the bus
    /// refuses the user; [`SourceError::Timeout`]; [`SourceError::Protocol`].
    pub(super) fn connect(path: &Path) -> Result<Self, SourceError> {
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
        let socket = socket.map_err(error_of)?;
        set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE)).map_err(error_of)?; // connecting waits as sending
        set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE)).map_err(error_of)?;
        let address = SocketAddrUnix::new(path).map_err(error_of)?;
        connect(&socket, &address).map_err(error_of)?;
        let mut bus = Self { socket, serial: 0, came: Vec::with_capacity(2 * LONGEST) };
        bus.authenticate()?;
        Ok(bus)
    }

    /// SASL EXTERNAL: the kernel has told the bus who this is.
    fn authenticate(&mut self) -> Result<(), SourceError> {
        let user = rustix::process::geteuid().as_raw().to_string();
        let hexadecimal: String = user.bytes().map(|digit| format!("{digit:02x}")).collect();
        self.write(format!("\0AUTH EXTERNAL {hexadecimal}\r\n").as_bytes())?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(end) = self.came.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.came.drain(..end + 2).collect();
                return match line.split(|byte| byte.is_ascii_whitespace()).next() {
                    Some(b"OK") => self.write(b"BEGIN\r\n"),
                    Some(b"REJECTED") => Err(SourceError::Denied),
                    _ => Err(SourceError::Protocol),
                };
            }
            if self.came.len() > LINE {
                return Err(SourceError::Protocol);
            }
            self.more(deadline)?;
        }
    }

    /// Calls and waits for the answer.
    ///
    /// # Errors
    /// [`SourceError::Denied`] when the bus refuses the call; [`SourceError::Timeout`], [`SourceError::Disconnected`], [`SourceError::Protocol`].
    pub(super) fn call(&mut self, call: &mut Call) -> Result<(), SourceError> {
        self.serial = self.serial.checked_add(1).unwrap_or(1); // zero is no number
        self.write(call.numbered(self.serial))?;
        let deadline = Instant::now() + PATIENCE;
        for _ in 0..OTHERS {
            match self.message(deadline)? {
                Answer::Return(serial) if serial == self.serial => return Ok(()),
                Answer::Error(serial) if serial == self.serial => return Err(SourceError::Denied),
                _ => {}
            }
        }
        Err(SourceError::Protocol)
    }

    /// The next message.
    fn message(&mut self, deadline: Instant) -> Result<Answer, SourceError> {
        loop {
            if let Some(head) = self.came.first_chunk::<HEAD>() {
                let length = length_of(head)?;
                if let Some(whole) = self.came.get(..length) {
                    let meaning = answer(whole);
                    self.came.drain(..length);
                    return meaning;
                }
            }
            self.more(deadline)?;
        }
    }

    /// Takes in what there is, after waiting for it. A bus that sends byte by byte is left at the deadline.
    fn more(&mut self, deadline: Instant) -> Result<(), SourceError> {
        if Instant::now() > deadline {
            return Err(SourceError::Timeout);
        }
        let mut bytes = [0; 512];
        match recv(&self.socket, &mut bytes, RecvFlags::empty()) {
            Ok((0, _)) => Err(SourceError::Disconnected),
            Ok((length, _)) => {
                self.came.extend_from_slice(bytes.get(..length).unwrap_or_default());
                Ok(())
            }
            Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(error_of(errno)),
        }
    }

    fn write(&self, mut bytes: &[u8]) -> Result<(), SourceError> {
        let deadline = Instant::now() + PATIENCE;
        while !bytes.is_empty() {
            match send(&self.socket, bytes, SendFlags::NOSIGNAL) {
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(Errno::INTR) if Instant::now() < deadline => {}
                Err(Errno::INTR) => return Err(SourceError::Timeout),
                Err(errno) => return Err(error_of(errno)),
            }
        }
        Ok(())
    }
}
