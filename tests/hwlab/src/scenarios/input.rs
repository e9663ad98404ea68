//! A mouse: `/dev/input/event0`.

use crate::devices::uinput::{EVENT, Mouse, RELATIVE, SYNCHRONISATION, X};
use crate::guest::{Guest, Kind, block_in_read, read_exactly, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, anyhow, ensure};
use core::time::Duration;
use openentropy_core::SourceError;
use rustix::io::Errno;
use std::fs::{self, File};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "input",
    modules: &["uinput", "evdev"],
    machine: bare,
    steps: steps![
        movements_arrive_in_order,
        unplugging_ends_a_read,
        the_source_reads_the_time_between_movements
    ],
};

const PATIENCE: Duration = Duration::from_secs(15);
/// Calls that may still find movements after the mouse has gone.
const MAX_LATE: usize = 64;
/// Movements that fit into the kernel's buffer for a reader.
const MOVEMENTS: i32 = 20;

/// Plugs a mouse in, and finds its node: the machine may have others.
fn plug() -> Result<(Mouse, String, File)> {
    let mouse = Mouse::plug()?;
    let node = until("a mouse", PATIENCE, || {
        for entry in fs::read_dir("/sys/class/input")?.flatten() {
            let named =
                fs::read_to_string(entry.path().join("device/name")).is_ok_and(|name| name == "laboratory\n");
            let name = entry.file_name().to_string_lossy().into_owned();
            if named && name.starts_with("event") {
                return Ok(Some(format!("/dev/input/{name}")));
            }
        }
        Ok(None)
    })?;
    wait_for(&node, true)?;
    let file = File::open(&node).with_context(|| node.clone())?;
    Ok((mouse, node, file))
}

/// Kind, code and value of an event, behind its time.
fn parse(event: &[u8; EVENT]) -> (u16, u16, i32) {
    let [.., a, b, c, d, e, f, g, h] = *event;
    (u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d]), i32::from_ne_bytes([e, f, g, h]))
}

fn movements_arrive_in_order(_: &Guest) -> Result<()> {
    let (mouse, node, file) = plug()?;
    (1..=MOVEMENTS).try_for_each(|by| mouse.moves(by))?;
    let read = read_exactly(&file, MOVEMENTS as usize * 2 * EVENT)?;
    let events: Vec<_> = read.as_chunks().0.iter().map(parse).collect();
    let expected: Vec<_> =
        (1..=MOVEMENTS).flat_map(|by| [(RELATIVE, X, by), (SYNCHRONISATION, 0, 0)]).collect();
    ensure!(events == expected, "{events:?}");
    drop((mouse, file));
    wait_for(&node, false)
}

fn unplugging_ends_a_read(_: &Guest) -> Result<()> {
    let (mouse, node, file) = plug()?;
    let blocked = block_in_read(&file, EVENT)?;
    drop(mouse);
    blocked.fails_with(Errno::NODEV)?;
    drop(file);
    wait_for(&node, false)
}

/// A reading is no shorter than the pause that the mouse makes.
fn the_source_reads_the_time_between_movements(_: &Guest) -> Result<()> {
    const PAUSE: Duration = Duration::from_millis(5);
    let (mouse, node, file) = plug()?;
    let mut source = Kind::named("input_events")?.open_at(&node)?;
    let (stop, stopped) = channel::<()>();
    let moving = thread::spawn(move || {
        (1..).find_map(|by| match stopped.recv_timeout(PAUSE) {
            Err(RecvTimeoutError::Timeout) => mouse.moves(by).err(),
            _ => Some(anyhow!("told to stop")),
        });
    });
    let readings: Vec<u64> = (0..10).map(|_| source.reading()).collect::<Result<_>>()?;
    ensure!(readings.iter().all(|reading| u128::from(*reading) >= PAUSE.as_micros()), "{readings:?}");
    drop((stop, file));
    moving.join().ok().context("the mouse panicked")?;
    wait_for(&node, false)?;
    let error =
        (0..MAX_LATE).find_map(|_| source.take::<1>().err().filter(|error| *error != SourceError::NotReady));
    ensure!(error == Some(SourceError::Disconnected), "{error:?}");
    Ok(())
}
