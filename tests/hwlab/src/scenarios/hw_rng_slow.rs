//! `/dev/hwrng` over virtio, whose generator is slow, falls silent, and loses its driver while somebody reads.

use crate::counters::Counters;
use crate::guest::{Guest, Kind, unbind};
use crate::host::{Egd, Machine};
use crate::scenario::{Scenario, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use std::thread;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "hw_rng_slow",
    modules: &["virtio_pci", "virtio-rng"],
    machine,
    steps: steps![
        a_slow_generator_is_waited_for,
        a_silent_generator_costs_its_bound,
        a_driver_unbound_during_a_read_is_a_typed_error_and_comes_back,
    ],
};

/// All that the generator can have delivered by then.
const FED: u32 = 1 << 20;
/// What a block may take, by the source's word, and as much again for a loaded host.
const BOUND: Duration = Duration::from_secs(3);
/// Blocks of 64 bytes that are asked for.
const BLOCKS: usize = 4;
/// Calls that may end without a block each.
const MAX_NOT_READY: usize = 4 * BLOCKS;

fn machine(machine: &mut Machine) -> Result<()> {
    let egd = Egd::listen(&machine.path("egd"))?;
    machine.cued("egd", egd);
    machine
        .with("-chardev socket,id=e,path={}/egd -object rng-egd,id=r,chardev=e -device virtio-rng-pci,rng=r");
    Ok(())
}

fn a_slow_generator_is_waited_for(guest: &Guest) -> Result<()> {
    guest.cue("egd", "400")?;
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    let (mut seen, mut waited) = (Counters::default(), 0);
    while seen.count() < BLOCKS * 16 {
        let began = Instant::now();
        match source.take::<64>() {
            Ok(read) => seen.add(&read, FED)?,
            Err(SourceError::NotReady) => waited += 1,
            Err(error) => return Err(error).context("a slow generator"),
        }
        ensure!(began.elapsed() < BOUND, "a call took {:?}", began.elapsed());
        ensure!(waited <= MAX_NOT_READY, "not ready {waited} times");
    }
    seen.whole_blocks(16)
}

fn a_silent_generator_costs_its_bound(guest: &Guest) -> Result<()> {
    guest.cue("egd", "prompt")?;
    let mut source = Kind::named("hw_rng_dev")?.open()?;
    source.take::<64>()?;
    guest.cue("egd", "silent")?;
    let (error, took) = loop {
        let began = Instant::now();
        match source.take::<64>() {
            Ok(_) | Err(SourceError::NotReady) => {} // what had come before
            Err(error) => break (error, began.elapsed()),
        }
    };
    ensure!(error == SourceError::Timeout && took < BOUND, "{error:?} after {took:?}");
    guest.cue("egd", "prompt")?;
    guest.say(&format!("{error} after {:.2} s", took.as_secs_f64()))
}

fn a_driver_unbound_during_a_read_is_a_typed_error_and_comes_back(guest: &Guest) -> Result<()> {
    let kind = Kind::named("hw_rng_dev")?;
    let mut source = kind.open()?;
    source.take::<64>()?;
    guest.cue("egd", "silent")?;
    let unbinding = thread::spawn(|| {
        thread::sleep(Duration::from_millis(300)); // by then the source waits
        unbind("virtio", "virtio_rng")
    });
    let error = loop {
        match source.take::<64>() {
            Ok(_) | Err(SourceError::NotReady) => {}
            Err(error) => break error,
        }
    };
    let bound = unbinding.join().ok().context("unbinding panicked")??;
    ensure!(error == SourceError::Absent, "{error:?}");
    guest.cue("egd", "prompt")?;
    bound.bind()?;
    let mut source = kind.open()?;
    let recovered = (0..MAX_NOT_READY).any(|_| source.take::<64>().is_ok());
    ensure!(recovered, "no samples after the driver came back");
    guest.say(&format!("unbound during a read: {error}"))
}
