//! A generator of the class HID: reports of 64 bytes at `/dev/hidraw0`.

use crate::counters;
use crate::devices::uhid::{DESCRIPTOR, REPORT, Uhid};
use crate::guest::{Guest, block_in_read, read_exactly, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::command::{HID_DESCRIPTOR_SIZE, HID_IDENTITY};
use anyhow::{Context as _, Result, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::fs::File;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "hid",
    modules: &["uhid", "hid-generic"],
    machine: bare,
    steps: steps![
        reports_arrive_in_order,
        the_node_knows_what_it_is,
        unplugging_ends_a_read,
        another_device_takes_the_name,
    ],
};

const NODE: &str = "/dev/hidraw0";
const VENDOR: u16 = 0x04d8;
const PRODUCT: u16 = 0x5a5a;
/// Below the 64 reports that the kernel keeps for a reader.
const REPORTS: u32 = 50;
const COUNTERS: u32 = (REPORT / counters::BYTES) as u32;

fn plug(product: u16) -> Result<(Uhid, File)> {
    let device = Uhid::plug(VENDOR, product)?;
    wait_for(NODE, true)?;
    let node = File::open(NODE).context(NODE)?;
    device.opened()?;
    Ok((device, node))
}

fn unplug(device: Uhid, node: File) -> Result<()> {
    device.unplug()?;
    drop(node);
    wait_for(NODE, false)
}

fn reports_arrive_in_order(_: &Guest) -> Result<()> {
    let (device, node) = plug(PRODUCT)?;
    let fed = counters::bytes(0..REPORTS * COUNTERS);
    let (reports, _) = fed.as_chunks::<REPORT>();
    reports.iter().try_for_each(|report| device.report(report))?;
    ensure!(read_exactly(&node, fed.len())? == fed, "other bytes than were sent");
    unplug(device, node)
}

/// Bus, vendor and product as the kernel tells them.
fn identity(node: &File) -> Result<[u16; 2]> {
    let mut identity = [0; 8];
    HID_IDENTITY.call(node, &mut identity)?;
    let [.., a, b, c, d] = identity;
    Ok([u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])])
}

fn the_node_knows_what_it_is(_: &Guest) -> Result<()> {
    let (device, node) = plug(PRODUCT)?;
    ensure!(identity(&node)? == [VENDOR, PRODUCT], "{:x?}", identity(&node)?);
    let mut size = [0; 4];
    HID_DESCRIPTOR_SIZE.call(&node, &mut size)?;
    ensure!(u32::from_ne_bytes(size) as usize == DESCRIPTOR.len(), "{size:?}");
    unplug(device, node)
}

fn unplugging_ends_a_read(_: &Guest) -> Result<()> {
    let (device, node) = plug(PRODUCT)?;
    let blocked = block_in_read(&node, REPORT)?;
    device.unplug()?;
    blocked.fails_with(Errno::IO)?;
    let mut polled = [PollFd::new(&node, PollFlags::IN)];
    poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))?;
    let [polled] = polled;
    ensure!(polled.revents().contains(PollFlags::ERR | PollFlags::HUP), "{:?}", polled.revents());
    block_in_read(&node, REPORT).err().context("a read waits for a device that has gone")?;
    let refused = HID_IDENTITY.call(&node, &mut [0; 8]);
    ensure!(refused == Err(Errno::NODEV), "{refused:?}");
    wait_for(NODE, false)
}

fn another_device_takes_the_name(_: &Guest) -> Result<()> {
    let (first, old) = plug(PRODUCT)?;
    unplug(first, old)?;
    let (second, new) = plug(PRODUCT + 1)?;
    ensure!(identity(&new)? == [VENDOR, PRODUCT + 1], "{:x?}", identity(&new)?);
    unplug(second, new)
}
