//! A security chip whose every answer is the test's: `/dev/tpmrm0`.

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

const ASKED: u16 = 32;
const COUNTERS: u32 = ASKED as u32 / counters::BYTES as u32;
/// What the kernel waits for this command (2 s by the standard's table), and as much again for a loaded host.
const SILENCE: Duration = Duration::from_secs(10);

fn path(chip: &Chip) -> String {
    format!("/dev/tpmrm{}", chip.number)
}

fn plug() -> Result<(Chip, File)> {
    let chip = Chip::plug()?;
    let path = path(&chip);
    wait_for(&path, true)?;
    let node = OpenOptions::new().read(true).write(true).open(&path).context(path)?;
    Ok((chip, node))
}

fn unplug(chip: Chip, node: File) -> Result<()> {
    let path = path(&chip);
    drop((chip, node));
    wait_for(&path, false)
}

/// The response to the command for random bytes.
fn ask(mut node: &File) -> Result<Vec<u8>> {
    node.write_all(&get_random(ASKED))?;
    Ok(begin_read(node, 4096)?.outcome()??)
}

/// The kernel drinks of the chip as well, so whole responses may be missing.
fn bytes_are_those_of_the_chip(_: &Guest) -> Result<()> {
    let (chip, node) = plug()?;
    let mut last = None;
    for _ in 0..8 {
        let response = ask(&node)?;
        ensure!(response.len() == HEAD + 2 + usize::from(ASKED), "{response:02x?}");
        let bytes = &response[HEAD + 2..];
        let first = bytes.first_chunk().copied().map_or(0, u32::from_be_bytes);
        ensure!(
            bytes == counters::bytes(first..first + COUNTERS),
            "other bytes than were given: {bytes:02x?}"
        );
        ensure!(last.is_none_or(|last| first >= last + COUNTERS), "{first} comes after {last:?}");
        last = Some(first);
    }
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
    let path = path(&chip);
    drop(chip);
    wait_for(&path, false)?;
    let written = (&node).write_all(&get_random(ASKED));
    let errno = written.as_ref().err().and_then(Errno::from_io_error);
    ensure!(errno == Some(Errno::PIPE), "{written:?}");
    Ok(())
}
