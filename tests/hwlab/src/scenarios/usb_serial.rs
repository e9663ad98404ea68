//! A generator on USB that calls itself a modem, and one behind a bridge chip: `/dev/ttyACM0` and `/dev/ttyUSB0`.

use crate::counters;
use crate::devices::usbip::{Bridge, Modem, Plugged};
use crate::guest::{Guest, Kind, block_in_read, read_exactly, tty, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use rustix::termios::{QueueSelector, tcflush};
use std::fs::{self, File};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "usb_serial",
    modules: &["vhci-hcd", "cdc-acm", "ftdi_sio"],
    machine: bare,
    steps: steps![
        the_modem_delivers_its_bytes,
        the_modem_sees_every_speed,
        unplugging_ends_a_read,
        the_bridge_delivers_its_bytes,
        the_source_asks_the_device_and_ends_with_it,
    ],
};

const MODEM: &str = "/dev/ttyACM0";
const BRIDGE: &str = "/dev/ttyUSB0";
const COUNTERS: u32 = 16 << 10;
/// Samples that may still be right after the device has gone: those under way.
const MAX_LATE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(15);

fn plug_modem() -> Result<(Plugged<Modem>, File)> {
    let plugged = Plugged::new(Modem::default())?;
    wait_for(MODEM, true)?;
    let line = tty::open_raw(MODEM, 115_200)?;
    Ok((plugged, line))
}

fn the_modem_delivers_its_bytes(_: &Guest) -> Result<()> {
    let (plugged, line) = plug_modem()?;
    let serial = fs::read_to_string("/sys/class/tty/ttyACM0/device/../serial")?;
    ensure!(serial == "LAB0001\n", "{serial}");
    plugged.device().stream.allowed = COUNTERS;
    let fed = counters::bytes(0..COUNTERS);
    ensure!(read_exactly(&line, fed.len())? == fed, "other bytes than were sent");
    drop((line, plugged));
    wait_for(MODEM, false)
}

/// Some generators change their mode by the speeds that are set one after the other.
fn the_modem_sees_every_speed(_: &Guest) -> Result<()> {
    let (plugged, line) = plug_modem()?;
    let speeds = [300, 1200, 2400, 115_200];
    plugged.device().speeds.clear();
    speeds.iter().try_for_each(|&baud| tty::set_speed(&line, baud))?;
    until("the speeds", PATIENCE, || Ok((plugged.device().speeds == speeds).then_some(())))
        .with_context(|| format!("{:?}", plugged.device().speeds))?;
    ensure!(plugged.device().lines == [3], "control lines {:?}", plugged.device().lines);
    drop((line, plugged));
    wait_for(MODEM, false)
}

fn unplugging_ends_a_read(_: &Guest) -> Result<()> {
    let (plugged, line) = plug_modem()?;
    let blocked = block_in_read(&line, 64)?;
    drop(plugged);
    let read = blocked.outcome()??;
    ensure!(read.is_empty(), "{} bytes instead of the end", read.len());
    let flushed = tcflush(&line, QueueSelector::IFlush);
    ensure!(flushed == Err(Errno::IO), "{flushed:?}");
    drop(line);
    wait_for(MODEM, false)
}

fn the_bridge_delivers_its_bytes(_: &Guest) -> Result<()> {
    let plugged = Plugged::new(Bridge::default())?;
    wait_for(BRIDGE, true)?;
    let line = tty::open_raw(BRIDGE, 115_200)?;
    plugged.device().stream.allowed = COUNTERS;
    let fed = counters::bytes(0..COUNTERS);
    ensure!(read_exactly(&line, fed.len())? == fed, "other bytes than were sent");
    ensure!(!plugged.device().requests.is_empty(), "the driver never spoke to its chip");
    let blocked = block_in_read(&line, 64)?;
    drop(plugged);
    let read = blocked.outcome()??;
    ensure!(read.is_empty(), "{} bytes instead of the end", read.len());
    drop(line);
    wait_for(BRIDGE, false)
}

fn the_source_asks_the_device_and_ends_with_it(_: &Guest) -> Result<()> {
    let (plugged, line) = plug_modem()?;
    let mut source = Kind::named("usb_control_rtt")?.open()?;
    let before = plugged.asked_for_status();
    source.take::<64>()?;
    let asked = plugged.asked_for_status() - before;
    ensure!(asked >= 64, "64 samples of {asked} questions");
    drop((line, plugged));
    let error = (0..MAX_LATE).find_map(|_| source.take::<1>().err());
    ensure!(error == Some(SourceError::Disconnected), "{error:?}");
    Ok(())
}
