//! A mouse: `/dev/input/event0`.

use crate::devices::uinput::{EVENT, Mouse, RELATIVE, SYNCHRONISATION, X};
use crate::guest::{Guest, block_in_read, read_exactly, until, wait_for};
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use rustix::io::Errno;
use std::fs::{self, File};

pub(super) static SCENARIO: Scenario = Scenario {
    name: "input",
    modules: &["uinput", "evdev"],
    machine: bare,
    steps: steps![movements_arrive_in_order, unplugging_ends_a_read],
};

const PATIENCE: Duration = Duration::from_secs(15);
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
