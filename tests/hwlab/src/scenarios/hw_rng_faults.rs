//! `/dev/hwrng` with a program behind it, in place of the kernel's: what reads of a generator can meet, as its source says it.

use crate::counters;
use crate::devices::cuse::{Answer, CharDevice, Node};
use crate::guest::{Guest, Kind, wait_for};
use crate::host::Machine;
use crate::scenario::{Scenario, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "hw_rng_faults",
    modules: &["virtio_pci", "virtio-rng", "cuse"],
    machine,
    steps: steps![
        short_reads_are_put_together,
        a_trickle_delivers_or_costs_its_bound,
        errors_are_typed_and_it_recovers,
        a_right_that_is_lost_is_denied_until_it_comes_back,
    ],
};

const NAME: &str = "hwrng";
const NODE: &str = "/dev/hwrng";
/// What a call may take, by the source's word, and as much again for a loaded host.
const BOUND: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(30);

/// The kernel's own generator stays the current one by name; its node is taken away.
fn machine(machine: &mut Machine) -> Result<()> {
    machine.with("-object rng-builtin,id=r -device virtio-rng-pci,rng=r");
    Ok(())
}

/// Counters, so many bytes at most at a time, each time after a pause; a fault in their place, once.
struct Generator {
    sent: usize,
    at_most: usize,
    pause: Duration,
    fault: Option<Answer>,
}

impl CharDevice for Generator {
    fn read(&mut self, length: usize) -> Answer {
        if let Some(fault) = self.fault.take() {
            return fault;
        }
        thread::sleep(self.pause);
        let (from, length) = (self.sent, length.min(self.at_most));
        self.sent += length;
        Answer::Bytes(counters::from_byte(from, length))
    }

    fn command(&mut self, _: u32) -> Answer {
        Answer::Error(Errno::NOTTY)
    }
}

fn plug(at_most: usize, pause: Duration) -> Result<Node<Generator>> {
    if fs::exists(NODE)? {
        fs::remove_file(NODE)?;
    }
    let node = Node::new(NAME, Generator { sent: 0, at_most, pause, fault: None })?;
    wait_for(NODE, true)?;
    Ok(node)
}

fn unplug(node: Node<Generator>) -> Result<()> {
    drop(node);
    wait_for(NODE, false)
}

/// Two blocks of a new source: the first counters, in order and without a gap.
fn delivers_from_the_beginning() -> Result<()> {
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    let read = [source.wait::<64>()?, source.wait::<64>()?].concat();
    ensure!(read == counters::from_byte(0, read.len()), "other bytes than were sent: {read:?}");
    Ok(())
}

fn short_reads_are_put_together(_: &Guest) -> Result<()> {
    let node = plug(5, Duration::ZERO)?;
    delivers_from_the_beginning()?;
    unplug(node)
}

/// A byte at a time, faster and slower than the source waits for.
fn a_trickle_delivers_or_costs_its_bound(guest: &Guest) -> Result<()> {
    let node = plug(1, Duration::ZERO)?;
    delivers_from_the_beginning()?;
    unplug(node)?;
    let node = plug(1, Duration::from_millis(200))?;
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    let began = Instant::now();
    let error = source.take::<64>().err();
    let took = began.elapsed();
    ensure!(error == Some(SourceError::Timeout) && took < BOUND, "{error:?} after {took:?}");
    unplug(node)?;
    guest.say(&format!("a trickle: timeout after {:.2} s", took.as_secs_f64()))
}

fn errors_are_typed_and_it_recovers(guest: &Guest) -> Result<()> {
    for (fault, expected) in [
        (Answer::Error(Errno::IO), SourceError::Io),
        (Answer::Error(Errno::NODEV), SourceError::Absent),
        (Answer::Bytes(Vec::new()), SourceError::Disconnected),
    ] {
        let node = plug(64, Duration::ZERO)?;
        node.with(|generator| generator.fault = Some(fault));
        let mut source = Kind::named("hw_rng_dev")?.open()?;
        let began = Instant::now();
        let error = source.take::<64>().err();
        ensure!(error == Some(expected) && began.elapsed() < BOUND, "{error:?} instead of {expected:?}");
        drop(source);
        delivers_from_the_beginning().with_context(|| format!("after {expected:?}"))?;
        guest.say(&format!("{expected}, and recovery"))?;
        unplug(node)?;
    }
    Ok(())
}

fn a_right_that_is_lost_is_denied_until_it_comes_back(guest: &Guest) -> Result<()> {
    let node = plug(64, Duration::ZERO)?;
    for (mode, may) in [(0o644, true), (0o600, false), (0o644, true)] {
        fs::set_permissions(NODE, Permissions::from_mode(mode))?;
        let said =
            guest.openentropy_as_nobody("stream hw_rng_dev --conditioning raw --bytes 64", PATIENCE)?;
        ensure!((said.code == Some(0)) == may, "{mode:o}: {:?}: {}", said.code, said.words);
        ensure!(said.output.len() == if may { 64 } else { 0 }, "{mode:o}: {} bytes", said.output.len());
        ensure!(may || said.words.contains("needs root or a udev rule"), "{}", said.words);
    }
    unplug(node)
}
