//! A security chip whose every answer is the test's: `/dev/tpm0` and `/dev/tpmrm0`.

use crate::counters;
use crate::devices::vtpm::{Chip, FAILURE, HEAD, Manner, get_random};
use crate::guest::{Guest, begin_read, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "tpm_scripted",
    modules: &["tpm_vtpm_proxy"],
    machine: bare,
    steps: steps![
        bytes_are_those_of_the_chip,
        a_failure_passes_with_its_code,
        a_silent_chip_ends_in_time,
        a_chip_that_goes_is_an_error,
    ],
};

const NODE: &str = "/dev/tpmrm0";
const ASKED: u16 = 32;
/// What the kernel waits for this command (2 s by the standard's table), and as much again for a loaded host.
const SILENCE: Duration = Duration::from_secs(10);

fn plug() -> Result<(Chip, File)> {
    let chip = Chip::plug()?;
    wait_for(NODE, true)?;
    let node = OpenOptions::new().read(true).write(true).open(NODE).context(NODE)?;
    Ok((chip, node))
}

fn unplug(chip: Chip, node: File) -> Result<()> {
    drop((chip, node));
    wait_for(NODE, false)
}

/// The response to the command for random bytes.
fn ask(mut node: &File) -> Result<Vec<u8>> {
    node.write_all(&get_random(ASKED))?;
    Ok(begin_read(node, 4096)?.outcome()??)
}

/// The kernel has drunk of the chip before, so any counter may come first.
fn bytes_are_those_of_the_chip(_: &Guest) -> Result<()> {
    let (chip, node) = plug()?;
    let mut read = Vec::new();
    for _ in 0..8 {
        let response = ask(&node)?;
        ensure!(response.len() == HEAD + 2 + usize::from(ASKED), "{response:02x?}");
        read.extend_from_slice(&response[HEAD + 2..]);
    }
    let first = read.first_chunk().copied().map_or(0, u32::from_be_bytes);
    ensure!(read == counters::bytes(first..first + (read.len() / counters::BYTES) as u32), "{read:02x?}");
    unplug(chip, node)
}

fn a_failure_passes_with_its_code(_: &Guest) -> Result<()> {
    let (chip, node) = plug()?;
    chip.set(Manner::Fail);
    let response = ask(&node)?;
    ensure!(response.get(6..HEAD) == Some(&FAILURE.to_be_bytes()), "{response:02x?}");
    chip.set(Manner::Counters);
    ensure!(ask(&node)?.len() == HEAD + 2 + usize::from(ASKED), "a chip that failed once does not recover");
    unplug(chip, node)
}

fn a_silent_chip_ends_in_time(guest: &Guest) -> Result<()> {
    let (chip, node) = plug()?;
    chip.set(Manner::Silent);
    let began = Instant::now();
    let written = (&node).write_all(&get_random(ASKED));
    let errno = written.as_ref().err().and_then(Errno::from_io_error);
    ensure!(
        errno == Some(Errno::TIME) && began.elapsed() < SILENCE,
        "{written:?} after {:?}",
        began.elapsed()
    );
    guest.say(&format!("silence ends after {:.1} s", began.elapsed().as_secs_f64()))?;
    unplug(chip, node)
}

fn a_chip_that_goes_is_an_error(_: &Guest) -> Result<()> {
    let (chip, node) = plug()?;
    drop(chip);
    wait_for(NODE, false)?;
    let written = (&node).write_all(&get_random(ASKED));
    let errno = written.as_ref().err().and_then(Errno::from_io_error);
    ensure!(errno == Some(Errno::PIPE), "{written:?}");
    Ok(())
}
