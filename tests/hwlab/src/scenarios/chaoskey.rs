//! A ChaosKey under the kernel's own driver: `/dev/chaoskey0`, and through it `/dev/hwrng`.

use crate::counters::{self, Counters};
use crate::devices::chaoskey::{ChaosKey, PACKET};
use crate::guest::{Guest, read_exactly, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "chaoskey",
    modules: &["dummy_hcd", "libcomposite", "usb_f_fs", "chaoskey"],
    machine: bare,
    steps: steps![it_delivers_falls_silent_and_goes],
};

const NODE: &str = "/dev/chaoskey0";
const CURRENT: &str = "/sys/class/misc/hw_random/rng_current";
/// Counters that the kernel takes for itself at a time: half a packet.
const TAKEN: u32 = (PACKET / 2 / counters::BYTES) as u32;
/// Counters that are fed.
const FED: u32 = 4096;
/// Bytes that are read of them by the device's own node.
const BYTES: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(15);
/// What the driver waits for a silent device (drivers/usb/misc/chaoskey.c), and as much again for a loaded host.
const SILENCE: Duration = Duration::from_secs(5);

/// One life of the device, since its program describes it once.
fn it_delivers_falls_silent_and_goes(guest: &Guest) -> Result<()> {
    let device = ChaosKey::plug()?;
    let fed = feed(&device)?;
    wait_for(NODE, true)?;
    let node = File::open(NODE)?;
    let mut seen = Counters::default();
    seen.add(&read_exactly(&node, BYTES)?, FED)?;
    through_hwrng(&mut seen)?;
    let silent = exhaust(&node, &mut seen)?;
    seen.whole_blocks(TAKEN)?;
    device.unplug()?;
    let gone = until("the end of the node", PATIENCE, || Ok((&node).read(&mut [0; PACKET]).err()))?;
    ensure!(Errno::from_io_error(&gone) == Some(Errno::NODEV), "{gone}");
    drop(node);
    wait_for(NODE, false)?;
    let fed = fed.recv_timeout(PATIENCE).context("the feeder still waits")?;
    guest.say(&format!("{} counters of {fed} fed; silent: {silent}; unplugged: {gone}", seen.count()))
}

/// Feeds all counters, a packet at a time, and tells how many when it ends.
fn feed(device: &ChaosKey) -> Result<std::sync::mpsc::Receiver<u32>> {
    let mut end = device.packets()?;
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let bytes = counters::bytes(0..FED);
        let fed = bytes.chunks(PACKET).take_while(|packet| end.write_all(packet).is_ok()).count();
        let _nobody_asks_any_more = sender.send((fed * PACKET / counters::BYTES) as u32);
    });
    Ok(receiver)
}

/// The kernel takes the device for its generator, and hands out its bytes there too.
fn through_hwrng(seen: &mut Counters) -> Result<()> {
    let current = until("a current generator", PATIENCE, || {
        let name = fs::read_to_string(CURRENT)?;
        Ok((name.trim() != "none").then_some(name))
    })?;
    ensure!(current.starts_with("ChaosKey"), "{current}");
    seen.add(&read_exactly(&File::open("/dev/hwrng")?, PACKET)?, FED)
}

/// Reads until the device has nothing more: the driver says so after about a second, by the error that else means "try again".
fn exhaust(mut node: &File, seen: &mut Counters) -> Result<std::io::Error> {
    for _ in 0..FED {
        let began = Instant::now();
        let mut packet = [0; PACKET];
        match node.read(&mut packet) {
            Ok(read) => seen.add(packet.get(..read).unwrap_or_default(), FED)?,
            Err(error) => {
                ensure!(Errno::from_io_error(&error) == Some(Errno::AGAIN), "{error}");
                ensure!(began.elapsed() < SILENCE, "silence took {:?}", began.elapsed());
                return Ok(error);
            }
        }
    }
    anyhow::bail!("more came than was fed")
}
