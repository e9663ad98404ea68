//! `/dev/hwrng` over virtio, fed with counters.
//!
//! The kernel takes blocks for itself, and hands out each block of 64 bytes from its end: so blocks may be missing and words come out of
//! order, but none comes twice and none is foreign.

use crate::counters::{self, Counters};
use crate::guest::{Guest, Kind, unbind};
use crate::host::Machine;
use crate::scenario::{Scenario, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use openentropy_host::Access;
use serde_json::Value;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "hw_rng",
    modules: &["virtio_pci", "virtio-rng"],
    machine,
    steps: steps![
        every_counter_comes_once,
        raw_output_is_the_device,
        nothing_is_credited,
        without_the_right_it_is_denied,
        an_unbound_driver_is_a_typed_error_and_comes_back,
    ],
};

/// Counters in the file; QEMU never ends a read past its end, so it is far longer than all that is read.
const FED: u32 = 1 << 20;
/// Counters of one block of the kernel.
const BLOCK: u32 = 16;
const BYTES: usize = 16 << 10;
const PATIENCE: Duration = Duration::from_secs(30);

fn machine(machine: &mut Machine) -> Result<()> {
    std::fs::write(machine.path("counters"), counters::bytes(0..FED))?;
    machine.with("-object rng-random,id=r,filename={}/counters -device virtio-rng-pci,rng=r");
    Ok(())
}

fn every_counter_comes_once(guest: &Guest) -> Result<()> {
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    let mut seen = Counters::default();
    for _ in 0..BYTES / 64 {
        seen.add(&source.take::<64>()?, FED)?;
    }
    seen.whole_blocks(BLOCK)?;
    guest.say(&format!("{} counters, each once", seen.count()))
}

fn raw_output_is_the_device(guest: &Guest) -> Result<()> {
    let said =
        guest.openentropy(&format!("stream hw_rng_dev --conditioning raw --bytes {BYTES}"), PATIENCE)?;
    ensure!(said.code == Some(0) && said.output.len() == BYTES, "{:?}: {}", said.code, said.words);
    let mut seen = Counters::default();
    seen.add(&said.output, FED)?;
    seen.whole_blocks(BLOCK)
}

fn nothing_is_credited(guest: &Guest) -> Result<()> {
    let said = guest.openentropy("stream hw_rng_dev --strict --bytes 32 --deadline 1", PATIENCE)?;
    ensure!(said.code == Some(4) && said.output.is_empty(), "{:?}: {}", said.code, said.words);
    Ok(())
}

fn without_the_right_it_is_denied(guest: &Guest) -> Result<()> {
    let said = guest.openentropy_as_nobody("scan --json", PATIENCE)?;
    let listing: Value = serde_json::from_slice(&said.output).with_context(|| said.words.clone())?;
    let rows = listing["sources"].as_array().context("no list of sources")?;
    let row = rows.iter().find(|row| row["name"] == "hw_rng_dev").context("hw_rng_dev is not listed")?;
    ensure!(row["access"] == "denied" && row["reason"] != "", "{row}");
    let said = guest.openentropy_as_nobody("stream hw_rng_dev --conditioning raw --bytes 64", PATIENCE)?;
    ensure!(said.code != Some(0) && said.output.is_empty(), "{:?}: {}", said.code, said.words);
    guest.say(&format!("exit code {:?}: {}", said.code, said.words.trim_end().replace('\n', " ")))
}

fn an_unbound_driver_is_a_typed_error_and_comes_back(guest: &Guest) -> Result<()> {
    let kind = Kind::named("hw_rng_dev")?;
    let mut source = kind.open()?;
    let mut seen = Counters::default();
    seen.add(&source.take::<64>()?, FED)?;
    let bound = unbind("virtio", "virtio_rng")?;
    let error = loop {
        match source.take::<64>() {
            Ok(read) => seen.add(&read, FED)?, // read before
            Err(error) => break error,
        }
    };
    ensure!(error == SourceError::Absent, "{error:?}");
    ensure!(kind.access().0 == Access::Absent, "{:?}", kind.access());
    bound.bind()?;
    let mut source = kind.open()?;
    seen.add(&source.take::<64>()?, FED)?;
    guest.say(&format!("without its driver: {error}"))
}
