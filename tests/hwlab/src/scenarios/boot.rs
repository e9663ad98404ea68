//! A machine without any device: the program runs in it and says what is there.

use crate::guest::Guest;
use crate::scenario::{Scenario, bare, steps};
use anyhow::{Context as _, Result, ensure};
use core::time::Duration;
use serde_json::Value;

pub(super) static SCENARIO: Scenario = Scenario {
    name: "boot",
    modules: &[],
    machine: bare,
    steps: steps![scan_lists_every_kind, bytes_come_out],
};

const PATIENCE: Duration = Duration::from_secs(30);

fn scan_lists_every_kind(guest: &Guest) -> Result<()> {
    let said = guest.openentropy("scan --json", PATIENCE)?;
    ensure!(said.code == Some(0), "exit code {:?}: {}", said.code, said.words);
    let listing: Value = serde_json::from_slice(&said.output)?;
    let rows = listing["sources"].as_array().context("no list of sources")?;
    for kind in openentropy_host::kinds() {
        let name = kind.info().name;
        let row =
            rows.iter().find(|row| row["name"] == name).with_context(|| format!("{name} is not listed"))?;
        let ready = row["access"] == "ready";
        ensure!(ready == (row["reason"] == ""), "{name}: {row}");
    }
    let ready = rows.iter().filter(|row| row["access"] == "ready").count();
    guest.say(&format!("{} sources, {ready} ready", rows.len()))
}

/// What an emulated processor's noise is worth is nothing; bytes come all the same, and say so.
fn bytes_come_out(guest: &Guest) -> Result<()> {
    let said = guest.openentropy("stream --bytes 64 --deadline 1", PATIENCE)?;
    ensure!(said.output.len() == 64, "{} bytes: {}", said.output.len(), said.words);
    ensure!(matches!(said.code, Some(0 | 3)), "exit code {:?}: {}", said.code, said.words);
    Ok(())
}
