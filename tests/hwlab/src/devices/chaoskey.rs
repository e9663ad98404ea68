//! A ChaosKey, whose driver is the kernel's own: one endpoint that delivers packets of 64 bytes, served by a program.
//!
//! Reference: Linux, Documentation/usb/functionfs.rst, include/uapi/linux/usb/functionfs.h, drivers/usb/misc/chaoskey.c.

use super::gadget::{Gadget, Identity};
use anyhow::{Context as _, Result};
use rustix::mount::{MountFlags, mount};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

const IDENTITY: Identity = Identity {
    vendor: 0x1d50,
    product: 0x60c6,
    class: 0,
    name: "ChaosKey-hw-1.0-sw-1.6.6",
    serial: "001d0027",
};
/// Where the files of the endpoints stand.
const FOLDER: &str = "/dev/ffs";
/// Bytes of a packet.
pub(crate) const PACKET: usize = 64;

/// The device, and the end at which its packets go in.
pub(crate) struct ChaosKey {
    gadget: Gadget,
    /// Keeps the description alive.
    _control: File,
    packets: File,
}

impl ChaosKey {
    /// Makes the device and plugs it in.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn plug() -> Result<Self> {
        let gadget = Gadget::new(&IDENTITY, "ffs.ck", &[])?;
        fs::create_dir_all(FOLDER)?;
        mount("ck", FOLDER, "functionfs", MountFlags::empty(), None).context("cannot mount functionfs")?;
        let open = |name: &str| {
            let path = format!("{FOLDER}/{name}");
            OpenOptions::new().read(true).write(true).open(&path).context(path)
        };
        let mut control = open("ep0")?;
        control.write_all(&descriptors()).context("the kernel refuses the descriptors")?;
        control.write_all(&texts()).context("the kernel refuses the texts")?;
        let packets = open("ep1")?;
        gadget.plug()?;
        Ok(Self { gadget, _control: control, packets })
    }

    /// The end at which packets go in; writing waits until the host has asked for one.
    ///
    /// # Errors
    /// If there are no more descriptors.
    pub(crate) fn packets(&self) -> Result<File> {
        self.packets.try_clone().context("ep1")
    }

    /// Unplugs it.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub(crate) fn unplug(&self) -> Result<()> {
        self.gadget.unplug()
    }
}

/// One interface of the vendor's class with two endpoints, for full and for high speed; all little end first.
fn descriptors() -> Vec<u8> {
    const MAGIC: u32 = 3;
    const FULL_AND_HIGH: u32 = 3;
    let speed = |packet: u16| {
        let [low, high] = packet.to_le_bytes();
        [&[9, 4, 0, 0, 2, 0xff, 0, 0, 1][..], &[7, 5, 0x81, 2, low, high, 0], &[7, 5, 0x82, 2, low, high, 0]]
            .concat()
    };
    let body = [speed(64), speed(512)].concat();
    let head = [MAGIC, 20 + body.len() as u32, FULL_AND_HIGH, 3, 3];
    [head.into_iter().flat_map(u32::to_le_bytes).collect(), body].concat()
}

fn texts() -> Vec<u8> {
    const MAGIC: u32 = 2;
    let body = b"\x09\x04ChaosKey1\0"; // English
    let head = [MAGIC, 16 + body.len() as u32, 1, 1];
    [head.into_iter().flat_map(u32::to_le_bytes).collect(), body.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_told_the_true_lengths() {
        for (bytes, length) in [(descriptors(), 66), (texts(), 28)] {
            assert_eq!(bytes.len(), length);
            assert_eq!(bytes[4..8], (length as u32).to_le_bytes());
        }
    }
}
