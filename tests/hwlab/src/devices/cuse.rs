//! A character device whose every answer is a test's, by `/dev/cuse`.
//!
//! Reference: Linux, include/uapi/linux/fuse.h, fs/fuse/cuse.c.

use super::service::Service;
use anyhow::{Context as _, Result, ensure};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of the headers of requests and replies.
const REQUEST: usize = 40;
const REPLY: usize = 16;
/// Room for one request: the kernel wants more than the longest write.
const ROOM: usize = (64 << 10) + (4 << 10);
const MAX_TRANSFER: u32 = 64 << 10;

/// Operations (`enum fuse_opcode`).
const OPEN: u32 = 14;
const READ: u32 = 15;
const WRITE: u32 = 16;
const RELEASE: u32 = 18;
const FSYNC: u32 = 20;
const FLUSH: u32 = 25;
const INTERRUPT: u32 = 36;
const IOCTL: u32 = 39;
const INIT: u32 = 4096;

/// The reply to an opening: handle nought; then that reads pass by the page cache (1) and have no position (4).
const OPENED: [u8; 16] = {
    let mut reply = [0; 16];
    let [a, b, c, d] = u32::to_ne_bytes(1 | 4);
    (reply[8], reply[9], reply[10], reply[11]) = (a, b, c, d);
    reply
};

/// What a device says to a read or a command.
pub(crate) enum Answer {
    Bytes(Vec<u8>),
    Error(Errno),
    /// Nothing, ever: whoever asked waits until the device has gone, or until a signal ends the wait.
    Hang,
}

/// What stands behind the node.
pub(crate) trait CharDevice: Send + 'static {
    /// A read of at most `length` bytes; fewer are a short read, none the end.
    fn read(&mut self, length: usize) -> Answer;

    /// The command of this number; its bytes go back to the caller.
    fn command(&mut self, number: u32) -> Answer;
}

/// A node of `/dev` with the device `D` behind it, which goes when this is dropped: whoever waits for it is told.
pub(crate) struct Node<D> {
    device: Arc<Mutex<D>>,
    _service: Service,
}

impl<D: CharDevice> Node<D> {
    /// Makes `/dev/NAME`.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn new(name: &str, device: D) -> Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open("/dev/cuse").context("/dev/cuse")?;
        init(&mut file, name)?;
        let device = Arc::new(Mutex::new(device));
        let mut server = Server { device: Arc::clone(&device), hanging: Vec::new() };
        let mut room = vec![0; ROOM];
        let service = Service::start(file, move |file| {
            let read = file.read(&mut room)?;
            let request = Request::parse(&room[..read]).ok_or(io::ErrorKind::InvalidData)?;
            server.serve(file, &request)
        })?;
        Ok(Self { device, _service: service })
    }

    /// Does something with the device.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut D) -> T) -> T {
        change(&mut self.device.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Answers the first request, which asks for the name.
fn init(file: &mut File, name: &str) -> Result<()> {
    let mut room = vec![0; ROOM];
    let read = file.read(&mut room)?;
    let request = Request::parse(&room[..read]).context("a request without a head")?;
    ensure!(request.operation == INIT, "operation {} instead of the first", request.operation);
    let minor = request.word(1).min(31);
    let words = [7, minor, 0, 0, MAX_TRANSFER, MAX_TRANSFER, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut body: Vec<u8> = words.into_iter().flat_map(u32::to_ne_bytes).collect();
    body.extend_from_slice(format!("DEVNAME={name}\0").as_bytes());
    reply(file, request.unique, 0, &body)?;
    Ok(())
}

struct Server<D> {
    device: Arc<Mutex<D>>,
    /// Requests that are never answered, but by an interruption.
    hanging: Vec<u64>,
}

impl<D: CharDevice> Server<D> {
    fn serve(&mut self, file: &mut File, request: &Request<'_>) -> io::Result<()> {
        let device = Arc::clone(&self.device);
        let mut device = device.lock().unwrap_or_else(PoisonError::into_inner);
        match request.operation {
            OPEN => reply(file, request.unique, 0, &OPENED),
            READ => self.answer(file, request.unique, &[], device.read(request.word(4) as usize)),
            WRITE => reply(file, request.unique, 0, &[request.word(4).to_ne_bytes(), [0; 4]].concat()),
            IOCTL => self.answer(file, request.unique, &[0; 16], device.command(request.word(3))),
            INTERRUPT => self.interrupt(file, request.double()),
            RELEASE | FLUSH | FSYNC => reply(file, request.unique, 0, &[]),
            _ => reply(file, request.unique, -Errno::NOSYS.raw_os_error(), &[]),
        }
    }

    fn answer(&mut self, file: &mut File, unique: u64, head: &[u8], answer: Answer) -> io::Result<()> {
        match answer {
            Answer::Bytes(bytes) => reply(file, unique, 0, &[head, &bytes].concat()),
            Answer::Error(error) => reply(file, unique, -error.raw_os_error(), &[]),
            Answer::Hang => {
                self.hanging.push(unique);
                Ok(())
            }
        }
    }

    /// Ends a request that hangs with the error of an interruption; the interruption itself has no reply.
    fn interrupt(&mut self, file: &mut File, unique: u64) -> io::Result<()> {
        let before = self.hanging.len();
        self.hanging.retain(|hanging| *hanging != unique);
        match self.hanging.len() < before {
            true => reply(file, unique, -Errno::INTR.raw_os_error(), &[]),
            false => Ok(()),
        }
    }
}

fn reply(file: &mut File, unique: u64, error: i32, body: &[u8]) -> io::Result<()> {
    let length = (REPLY + body.len()) as u32;
    let head = [&length.to_ne_bytes()[..], &error.to_ne_bytes(), &unique.to_ne_bytes()].concat();
    match file.write(&[&head, body].concat()) {
        Ok(_) => Ok(()),
        // whoever asked has gone in the meantime
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// A request as the kernel sends it.
struct Request<'a> {
    operation: u32,
    unique: u64,
    body: &'a [u8],
}

impl<'a> Request<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, body) = bytes.split_first_chunk::<REQUEST>()?;
        let operation = u32::from_ne_bytes(*head[4..].first_chunk()?);
        let unique = u64::from_ne_bytes(*head[8..].first_chunk()?);
        Some(Self { operation, unique, body })
    }

    /// The word of 32 bits at this place of the body; nought past its end.
    fn word(&self, at: usize) -> u32 {
        self.body.as_chunks::<4>().0.get(at).copied().map_or(0, u32::from_ne_bytes)
    }

    /// The first 64 bits of the body.
    fn double(&self) -> u64 {
        self.body.first_chunk().copied().map_or(0, u64::from_ne_bytes)
    }
}
