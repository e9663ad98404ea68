//! A device of the class HID without a bus, by `/dev/uhid`.
//!
//! Reference: Linux, Documentation/hid/uhid.rst, include/uapi/linux/uhid.h.

use crate::guest::until;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};

/// Kinds of `struct uhid_event`.
const DESTROY: u32 = 1;
const OPEN: u32 = 4;
const CREATE2: u32 = 11;
const INPUT2: u32 = 12;
/// Bytes of `struct uhid_event`.
const EVENT: usize = 4376;
/// Where the identity stands in `UHID_CREATE2`, behind the kind and three texts of 128, 64 and 64 bytes.
const IDENTITY: usize = 4 + 128 + 64 + 64;
/// The bus "USB".
const BUS_USB: u16 = 3;
/// What somebody may take to open the node.
const OPENING: Duration = Duration::from_secs(15);
const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

/// Reports of 64 bytes on a page of the vendor's own, without an identifier: what generators of this class send.
pub(crate) const DESCRIPTOR: [u8; 21] = [
    0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x09,
    0x01, 0x81, 0x02, 0xc0,
];
/// Bytes of a report.
pub(crate) const REPORT: usize = 64;

/// A device, plugged in while it lives.
pub(crate) struct Uhid(File);

impl Uhid {
    /// Plugs in a device of this vendor and product.
    ///
    /// # Errors
    /// If the kernel refuses it.
    pub(crate) fn plug(vendor: u16, product: u16) -> Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/uhid").context("/dev/uhid")?;
        let mut event = [0; EVENT];
        let length = DESCRIPTOR.len() as u16;
        let identity = [
            &length.to_ne_bytes()[..],
            &BUS_USB.to_ne_bytes(),
            &u32::from(vendor).to_ne_bytes(),
            &u32::from(product).to_ne_bytes(),
            &[0; 8], // version and country
            &DESCRIPTOR,
        ]
        .concat();
        event[4..10].copy_from_slice(b"lab hi");
        event[IDENTITY..IDENTITY + identity.len()].copy_from_slice(&identity);
        let device = Self(file);
        device.send(CREATE2, &mut event)?;
        Ok(device)
    }

    /// Waits until somebody has opened the node: reports before that are lost.
    ///
    /// # Errors
    /// If nobody does in time.
    pub(crate) fn opened(&self) -> Result<()> {
        until("a reader of the device", OPENING, || Ok((self.event()? == Some(OPEN)).then_some(())))
    }

    /// Sends one report.
    ///
    /// # Errors
    /// If the kernel refuses it.
    pub(crate) fn report(&self, report: &[u8; REPORT]) -> Result<()> {
        let mut event = [0; EVENT];
        event[4..6].copy_from_slice(&(REPORT as u16).to_ne_bytes());
        event[6..6 + REPORT].copy_from_slice(report);
        self.send(INPUT2, &mut event)
    }

    /// Unplugs it.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn unplug(self) -> Result<()> {
        self.send(DESTROY, &mut [0; EVENT])
    }

    fn send(&self, kind: u32, event: &mut [u8; EVENT]) -> Result<()> {
        event[..4].copy_from_slice(&kind.to_ne_bytes());
        let written = (&self.0).write(event)?;
        ensure!(written == EVENT, "the kernel took {written} bytes of an event");
        Ok(())
    }

    /// The kind of the next event, if there is one.
    fn event(&self) -> Result<Option<u32>> {
        if poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&AT_ONCE))? == 0 {
            return Ok(None);
        }
        let mut event = [0; EVENT];
        let read = (&self.0).read(&mut event)?;
        ensure!(read >= 4, "an event of {read} bytes");
        Ok(event.first_chunk().copied().map(u32::from_ne_bytes))
    }
}
