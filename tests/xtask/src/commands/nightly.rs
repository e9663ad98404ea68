//! `nightly`: what takes too long for every change.

use super::{asan, bench, loom, setup};
use crate::process;
use crate::steps::{Group, Steps};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::Result;
use std::process::Command;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, fuzz_seconds: u32) {
    setup::steps(steps, ws, true);
    loom::steps(steps, ws);
    asan::steps(steps, ws);
    if ws.root.join("tests/fuzz/Cargo.toml").is_file() {
        steps.step(Group::Other, "cargo xtask nightly", "fuzz", || fuzz(ws, fuzz_seconds));
    }
    bench::steps(steps, ws);
}

/// Every fuzz target for the same time.
fn fuzz(ws: &Workspace, seconds: u32) -> Result<()> {
    let program = tools::find(&ws.target, "cargo-fuzz")?;
    let cargo_fuzz = |subcommand: &str| {
        let mut command = Command::new(&program);
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(&ws.root);
        command.args(["fuzz", subcommand, "--fuzz-dir", "tests/fuzz"]);
        command
    };
    for name in process::text(&mut cargo_fuzz("list"))?.split_whitespace() {
        process::run(cargo_fuzz("run").args([name, "--", &format!("-max_total_time={seconds}")]))?;
    }
    Ok(())
}
