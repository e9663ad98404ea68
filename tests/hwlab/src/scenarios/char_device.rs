//! A character device of a vendor's driver, such as that of a quantum generator on PCI: `/dev/qrandom0`, made by a program.

use crate::counters;
use crate::devices::cuse::{Answer, CharDevice, Node};
use crate::guest::{Guest, block_in_read, read_exactly, wait_for};
use crate::scenario::{Scenario, bare, steps};
use crate::sys::command::GENERATOR_VERSION;
use anyhow::{Context as _, Result, ensure};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Read as _};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "char_device",
    modules: &["cuse"],
    machine: bare,
    steps: steps![
        bytes_come_as_they_are,
        short_reads_and_errors_pass_through,
        commands_are_answered_or_refused,
        a_device_that_hangs_is_left_and_its_end_is_seen,
    ],
};

const NAME: &str = "qrandom0";
const NODE: &str = "/dev/qrandom0";
const COUNTERS: u32 = 256 << 10;
/// What the device says to the command for its version.
const VERSION: u32 = 20;

/// Counters, until something else is to be said; then that, once.
#[derive(Default)]
struct Generator {
    sent: usize,
    next: Option<Answer>,
}

impl CharDevice for Generator {
    fn read(&mut self, length: usize) -> Answer {
        if let Some(answer) = self.next.take() {
            return answer;
        }
        let from = self.sent;
        self.sent += length;
        Answer::Bytes(counters::from_byte(from, length))
    }

    fn command(&mut self, number: u32) -> Answer {
        match number == GENERATOR_VERSION.number() {
            true => Answer::Bytes(VERSION.to_ne_bytes().to_vec()),
            false => Answer::Error(Errno::NOTTY),
        }
    }
}

fn plug() -> Result<(Node<Generator>, File)> {
    let device = Node::new(NAME, Generator::default())?;
    wait_for(NODE, true)?;
    Ok((device, File::open(NODE).context(NODE)?))
}

fn unplug(device: Node<Generator>, node: File) -> Result<()> {
    drop(device);
    drop(node);
    wait_for(NODE, false)
}

fn bytes_come_as_they_are(_: &Guest) -> Result<()> {
    let (device, node) = plug()?;
    let fed = counters::bytes(0..COUNTERS);
    let mut first = [0; 5];
    (&node).read_exact(&mut first)?;
    let rest = read_exactly(&node, fed.len() - first.len())?;
    ensure!([&first[..], &rest].concat() == fed, "other bytes than were sent");
    unplug(device, node)
}

fn short_reads_and_errors_pass_through(_: &Guest) -> Result<()> {
    let (device, node) = plug()?;
    let read = |answer: Answer| -> io::Result<usize> {
        device.with(|generator| generator.next = Some(answer));
        (&node).read(&mut [0; 64])
    };
    ensure!(read(Answer::Bytes(vec![1; 5])).is_ok_and(|length| length == 5), "a short read");
    ensure!(read(Answer::Bytes(Vec::new())).is_ok_and(|length| length == 0), "the end");
    for errno in [Errno::IO, Errno::AGAIN, Errno::NODEV] {
        let outcome = read(Answer::Error(errno));
        let passed = outcome.as_ref().is_err_and(|error| Errno::from_io_error(error) == Some(errno));
        ensure!(passed, "{outcome:?} instead of {errno:?}");
    }
    ensure!(read_exactly(&node, 64)? == counters::bytes(0..16), "a device that failed goes on where it was");
    unplug(device, node)
}

fn commands_are_answered_or_refused(_: &Guest) -> Result<()> {
    let (device, node) = plug()?;
    let mut version = [0; 4];
    GENERATOR_VERSION.call(&node, &mut version)?;
    ensure!(u32::from_ne_bytes(version) == VERSION, "{version:?}");
    let refused = crate::sys::command::HID_DESCRIPTOR_SIZE.call(&node, &mut version);
    ensure!(refused == Err(Errno::NOTTY), "{refused:?}");
    unplug(device, node)
}

fn a_device_that_hangs_is_left_and_its_end_is_seen(_: &Guest) -> Result<()> {
    let (device, node) = plug()?;
    device.with(|generator| generator.next = Some(Answer::Hang));
    let blocked = block_in_read(&node, 64)?;
    drop(device);
    blocked.fails_with(Errno::CONNABORTED)?;
    drop(node);
    wait_for(NODE, false)
}
