//! A controller of Bluetooth that hears advertisements of given strengths.

use crate::devices::hci::{COMMAND, Controller, RESET, SCAN_ON, heard};
use crate::guest::{Guest, Kind, Source, begin_read, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::socket::{bluetooth_management, bluetooth_user_channel};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "bluetooth",
    modules: &["hci_vhci"],
    machine: bare,
    steps: steps![
        strengths_are_heard_in_order,
        a_controller_that_goes_is_an_error,
        the_source_reads_the_strengths_and_stops_its_discovery,
        the_source_ends_with_its_controller
    ],
};

const STRENGTHS: [i8; 6] = [-40, -41, -90, 127, -128, 0];
/// The kernel switches a new controller on, looks at it, and switches it off again after some seconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// Packets before the advertisements have come: answers to the commands.
const MAX_PACKETS: usize = 16;
/// What of them is a strength.
const READINGS: [i64; 5] = [-40, -41, -90, -128, 0];
/// By itself the kernel ends a discovery after ten seconds.
const STOPPED_WITHIN: Duration = Duration::from_secs(5);
/// Management (BlueZ, doc/mgmt-protocol.rst): a command, the event that answers, and the one that says whether a discovery goes on.
const SET_POWERED: u16 = 5;
const COMPLETE: u16 = 1;
const DISCOVERING: u16 = 0x13;

/// Where the kernel shows it: the number of one that has just gone may still be taken.
fn folder(controller: &Controller) -> String {
    format!("/sys/class/bluetooth/hci{}", controller.number)
}

fn unplug(controller: Controller) -> Result<()> {
    let folder = folder(&controller);
    drop(controller);
    wait_for(&folder, false)
}

fn plug() -> Result<(Controller, File)> {
    let controller = Controller::plug(STRENGTHS.to_vec())?;
    wait_for(&folder(&controller), true)?;
    let channel = until("a controller that is not in use", PATIENCE, || {
        match bluetooth_user_channel(controller.number) {
            Ok(channel) => Ok(Some(channel)),
            Err(Errno::BUSY) => Ok(None),
            Err(error) => Err(error).context("user channel"),
        }
    })?;
    Ok((controller, channel))
}

fn command(mut channel: &File, command: u16, parameters: &[u8]) -> Result<()> {
    let [low, high] = command.to_le_bytes();
    let packet = [&[COMMAND, low, high, parameters.len() as u8][..], parameters].concat();
    channel.write_all(&packet).with_context(|| format!("command {command:#06x}"))
}

fn strengths_are_heard_in_order(_: &Guest) -> Result<()> {
    let (controller, channel) = plug()?;
    command(&channel, RESET, &[])?;
    command(&channel, SCAN_ON, &[1, 0])?;
    let mut strengths = Vec::new();
    for _ in 0..MAX_PACKETS {
        let packet = begin_read(&channel, 1024)?.outcome()??;
        strengths.extend(heard(&packet).map(|(_, strength)| strength));
        if strengths.len() == STRENGTHS.len() {
            break;
        }
    }
    ensure!(strengths == STRENGTHS, "{strengths:?}");
    unplug(controller)
}

fn a_controller_that_goes_is_an_error(_: &Guest) -> Result<()> {
    let (controller, channel) = plug()?;
    unplug(controller)?;
    begin_read(&channel, 1024)?.fails_with(Errno::PIPE)
}

/// An event of the management, and what it says.
fn event(management: &File) -> Result<(u16, Vec<u8>)> {
    let packet = begin_read(management, 4096)?.outcome()??;
    let (head, body) = packet.split_first_chunk::<6>().context("no event")?;
    Ok((u16::from_le_bytes([head[0], head[1]]), body.to_vec()))
}

/// Plugs a controller in that the kernel uses, and switches it on.
fn plug_on(mut management: &File) -> Result<Controller> {
    let controller = Controller::plug(STRENGTHS.to_vec())?;
    wait_for(&folder(&controller), true)?;
    let [low, high] = controller.number.to_le_bytes();
    until("a controller that is on", PATIENCE, || {
        // of one that is not yet known the kernel says that nothing was written, and sends another event
        let _written = management.write(&[SET_POWERED as u8, 0, low, high, 1, 0, 1])?;
        loop {
            match event(management)? {
                (COMPLETE, body) if body.starts_with(&SET_POWERED.to_le_bytes()) => return Ok(Some(())),
                (_, body) if body.starts_with(&SET_POWERED.to_le_bytes()) => return Ok(None),
                _ => {}
            }
        }
    })?;
    Ok(controller)
}

/// Opens the source, and reads all that the controller hears.
fn read_all() -> Result<Source> {
    let mut source = Kind::named("ble_rssi")?.open()?;
    for expected in READINGS {
        let reading = source.reading()?.cast_signed();
        ensure!(reading == expected, "{reading} dBm instead of {expected}");
    }
    Ok(source)
}

fn the_source_reads_the_strengths_and_stops_its_discovery(_: &Guest) -> Result<()> {
    let management = bluetooth_management()?;
    let controller = plug_on(&management)?;
    drop(read_all()?);
    let began = Instant::now();
    while event(&management).context("the discovery goes on")? != (DISCOVERING, vec![0b110, 0]) {}
    ensure!(began.elapsed() < STOPPED_WITHIN, "it ended by itself, after {:?}", began.elapsed());
    unplug(controller)
}

fn the_source_ends_with_its_controller(_: &Guest) -> Result<()> {
    let management = bluetooth_management()?;
    let controller = plug_on(&management)?;
    let mut source = read_all()?;
    unplug(controller)?;
    source.fails_with(SourceError::Disconnected)
}
