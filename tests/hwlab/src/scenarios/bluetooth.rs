//! A controller of Bluetooth that hears advertisements of given strengths.

use crate::devices::hci::{COMMAND, Controller, RESET, SCAN_ON, heard};
use crate::guest::{Guest, begin_read, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::socket::bluetooth_user_channel;
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::fs::File;
use std::io::Write as _;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "bluetooth",
    modules: &["hci_vhci"],
    machine: bare,
    steps: steps![strengths_are_heard_in_order, a_controller_that_goes_is_an_error],
};

const STRENGTHS: [i8; 6] = [-40, -41, -90, 127, -128, 0];
/// The kernel switches a new controller on, looks at it, and switches it off again after some seconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// Packets before the advertisements have come: answers to the commands.
const MAX_PACKETS: usize = 16;

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
