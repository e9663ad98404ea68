//! Real class drivers on both ends of a USB bus: a generator of the class HID, and one that calls itself a modem.

use crate::counters;
use crate::devices::gadget::{Gadget, Identity};
use crate::devices::uhid::{DESCRIPTOR, REPORT};
use crate::guest::{Guest, block_in_read, read_exactly, tty, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::thread;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "usb_gadgets",
    modules: &["dummy_hcd", "libcomposite", "usb_f_hid", "usb_f_acm", "usbhid", "hid-generic", "cdc-acm"],
    machine: bare,
    steps: steps![reports_arrive_in_order_and_end_with_the_device, the_modem_delivers_its_bytes_and_ends],
};

const HID: Identity = Identity { vendor: 0x1209, product: 0x5a5a, class: 0, name: "hid", serial: "LAB0003" };
const MODEM: Identity =
    Identity { vendor: 0x04d8, product: 0xf5fe, class: 2, name: "modem", serial: "LAB0004" };
/// Counters that are fed at most.
const FED: u32 = 1 << 16;
/// Reports that are read: the kernel keeps 64 for a reader.
const REPORTS: usize = 50;

/// Writes `bytes` in pieces until the other end has gone; while nobody reads, the writer waits in its thread.
fn feed(path: &str, bytes: Vec<u8>, piece: usize) -> Result<()> {
    let mut end = OpenOptions::new().write(true).open(path).with_context(|| path.to_owned())?;
    thread::spawn(move || bytes.chunks(piece).try_for_each(|chunk| end.write_all(chunk)));
    Ok(())
}

/// The host throws reports away for 50 ms after the node was opened, so the first that comes may be any.
fn reports_arrive_in_order_and_end_with_the_device(_: &Guest) -> Result<()> {
    const NODE: &str = "/dev/hidraw0";
    let length = REPORT.to_string();
    let settings: &[(&str, &[u8])] = &[
        ("protocol", b"0"),
        ("subclass", b"0"),
        ("report_length", length.as_bytes()),
        ("report_desc", &DESCRIPTOR),
    ];
    let gadget = Gadget::new(&HID, "hid.usb0", settings)?;
    gadget.plug()?;
    wait_for(NODE, true)?;
    let node = File::open(NODE)?;
    feed("/dev/hidg0", counters::bytes(0..FED), REPORT)?;
    let read = read_exactly(&node, REPORTS * REPORT)?;
    let first = read.first_chunk().copied().map_or(0, u32::from_be_bytes);
    ensure!(
        read == counters::bytes(first..first + (read.len() / counters::BYTES) as u32),
        "a report is missing"
    );
    gadget.unplug()?;
    ends_with(&node, Errno::IO)?;
    wait_for(NODE, false)?;
    drop(node); // an open node keeps its name from the next device
    gadget.plug()?;
    wait_for(NODE, true)?;
    gadget.unplug()
}

/// Reads what the kernel still holds, until the error.
fn ends_with(node: &File, expected: Errno) -> Result<()> {
    use std::io::Read as _;
    let mut node = node;
    for _ in 0..2 * REPORTS {
        if let Err(error) = node.read(&mut [0; REPORT]) {
            ensure!(Errno::from_io_error(&error) == Some(expected), "{error}");
            return Ok(());
        }
    }
    anyhow::bail!("a device that has gone goes on delivering")
}

fn the_modem_delivers_its_bytes_and_ends(_: &Guest) -> Result<()> {
    const NODE: &str = "/dev/ttyACM0";
    const OTHER_END: &str = "/dev/ttyGS0";
    let gadget = Gadget::new(&MODEM, "acm.u0", &[])?;
    gadget.plug()?;
    wait_for(NODE, true)?;
    let line = tty::open_raw(NODE, 115_200)?;
    let other = tty::open_raw(OTHER_END, 115_200)?;
    let fed = counters::bytes(0..FED);
    feed(OTHER_END, fed.clone(), 4096)?;
    ensure!(read_exactly(&line, fed.len())? == fed, "other bytes than were sent");
    let blocked = block_in_read(&line, 64)?;
    gadget.unplug()?;
    let read = blocked.outcome()??;
    ensure!(read.is_empty(), "{} bytes instead of the end", read.len());
    drop((line, other));
    wait_for(NODE, false)
}
