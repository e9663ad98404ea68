//! A whole USB device, by USB/IP over a pair of sockets: the host controller `vhci_hcd` asks, the test answers.
//!
//! Reference: Linux, Documentation/usb/usbip_protocol.rst, drivers/usb/usbip/vhci_sysfs.c.

mod serial;
mod urb;

pub(crate) use serial::{Bridge, Modem};

use anyhow::{Context as _, Result};
use core::sync::atomic::{AtomicUsize, Ordering};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use urb::{HEADER, Header, Request};

const ATTACH: &str = "/sys/devices/platform/vhci_hcd.0/attach";
/// The port of the controller, the device's number behind it, and its speed (3 is high): as the kernel wants them.
const PORT: u32 = 0;
const DEVICE: u32 = 1 << 16 | 1;
const SPEED: u32 = 3;
/// Between two looks whether a device has something for a request that waits.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };

/// What a device says to a request.
pub(crate) enum Answer {
    /// The bytes of an IN request, or that those of an OUT request were taken.
    Done(Vec<u8>),
    /// Nothing yet; it is asked again until there is something.
    Wait,
    /// It refuses.
    Stall,
}

/// The eight bytes that begin a control transfer (USB 2.0, §9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) kind: u8,
    pub(crate) request: u8,
    pub(crate) value: u16,
    pub(crate) length: u16,
}

/// A device's descriptors, and what it does beyond the requests that all devices know.
pub(crate) trait UsbDevice: Send + 'static {
    /// The device descriptor (USB 2.0, §9.6.1).
    fn device(&self) -> [u8; 18];

    /// The configuration with its interfaces and endpoints.
    fn configuration(&self) -> Vec<u8>;

    /// The texts, the first of number one.
    fn texts(&self) -> &[&str];

    /// A request of a class or of the vendor's own, with its bytes if it brings some.
    fn control(&mut self, setup: Setup, bytes: &[u8]) -> Answer;

    /// A request for at most `length` bytes of an endpoint other than nought.
    fn read(&mut self, endpoint: u32, length: usize) -> Answer;
}

/// A device of the type `D` in the port, until it is unplugged or dropped.
pub(crate) struct Plugged<D> {
    device: Arc<Mutex<D>>,
    asked_for_status: Arc<AtomicUsize>,
    line: UnixStream,
}

impl<D: UsbDevice> Plugged<D> {
    /// Plugs `device` in.
    ///
    /// # Errors
    /// If the controller refuses it.
    pub(crate) fn new(device: D) -> Result<Self> {
        let (kernels, ours) = UnixStream::pair()?;
        let device = Arc::new(Mutex::new(device));
        let line = ours.try_clone()?;
        let asked_for_status = Arc::new(AtomicUsize::new(0));
        let mut answering = Answering {
            asked_for_status: Arc::clone(&asked_for_status),
            line: ours,
            device: Arc::clone(&device),
            waiting: Vec::new(),
        };
        // it ends when the line is shut
        thread::spawn(move || answering.run());
        let words = format!("{PORT} {} {DEVICE} {SPEED}", kernels.as_raw_fd());
        fs::write(ATTACH, words).context("the controller refuses the device")?;
        Ok(Self { device, asked_for_status, line })
    }

    /// How often the host has asked for the device's status.
    pub(crate) fn asked_for_status(&self) -> usize {
        self.asked_for_status.load(Ordering::Relaxed)
    }

    /// The device, to look at or to change.
    pub(crate) fn device(&self) -> MutexGuard<'_, D> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D> Drop for Plugged<D> {
    /// Unplugs it; the line may have been shut by the kernel before.
    fn drop(&mut self) {
        let _shut_already = self.line.shutdown(Shutdown::Both);
    }
}

/// The thread that answers.
struct Answering<D> {
    asked_for_status: Arc<AtomicUsize>,
    line: UnixStream,
    device: Arc<Mutex<D>>,
    /// Requests that wait for the device, oldest first.
    waiting: Vec<Request>,
}

impl<D: UsbDevice> Answering<D> {
    /// Answers until the line ends.
    fn run(&mut self) {
        while let Ok(asked) = poll(&mut [PollFd::new(&self.line, PollFlags::IN)], Some(&LOOK)) {
            let served = match asked {
                0 => self.ask_again(),
                _ => self.next(),
            };
            if served.is_err() {
                return;
            }
        }
    }

    fn next(&mut self) -> std::io::Result<()> {
        let mut header = [0; HEADER];
        self.line.read_exact(&mut header)?;
        match Header::read(&header) {
            Header::Unlink { sequence, target } => {
                let before = self.waiting.len();
                self.waiting.retain(|request| request.sequence != target);
                self.line.write_all(&urb::unlinked(sequence, self.waiting.len() < before))
            }
            Header::Submit(mut request) => {
                if !request.inward {
                    request.bytes.resize(request.length, 0);
                    self.line.read_exact(&mut request.bytes)?;
                }
                self.serve(request)
            }
        }
    }

    fn ask_again(&mut self) -> std::io::Result<()> {
        core::mem::take(&mut self.waiting).into_iter().try_for_each(|request| self.serve(request))
    }

    fn serve(&mut self, request: Request) -> std::io::Result<()> {
        if urb::asks_for_status(&request) {
            self.asked_for_status.fetch_add(1, Ordering::Relaxed);
        }
        let answer = {
            let mut device = self.device.lock().unwrap_or_else(PoisonError::into_inner);
            urb::answer(&mut *device, &request)
        };
        if matches!(answer, Answer::Wait) {
            self.waiting.push(request);
            return Ok(());
        }
        self.line.write_all(&urb::submitted(&request, answer))
    }
}
