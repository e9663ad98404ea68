//! `bench`: the figures the README promises, each beside the promise, and the packages' own benchmarks.
//!
//! Nothing here fails for being slow: machines differ. A program that does not run at all fails.

mod pool;
mod program;
mod promise;
mod sources;

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::Workspace;

const REPEAT: &str = "cargo xtask bench";
/// Runs of what takes milliseconds.
const SHORT_RUNS: usize = 21;
/// kB per CPU-second of the jitterentropy library at 1/3 bit per sample, measured on a 2-vCPU Zen 5 virtual machine.
const JITTERENTROPY_KB: f64 = 6.6;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    let mut built = None;
    steps.step(Group::Other, REPEAT, "bench: build", || {
        let mut build = process::cargo(&ws.root, "build");
        process::run(build.args(["--locked", "--release", "--quiet", "-p", "openentropy-cli"]))?;
        built = Some(ws.target.join("release/openentropy"));
        Ok(())
    });
    let Some(program) = &built else { return };
    steps.step(Group::Other, REPEAT, "bench: ready sources", || sources::ready(program));
    steps.step(Group::Other, REPEAT, "bench: scan", || sources::scan(program));
    steps.step(Group::Other, REPEAT, "bench: start-up and memory", || program::start_up(program));
    steps.step(Group::Other, REPEAT, "bench: the pool", || pool::figures(ws));
    steps.step(Group::Other, REPEAT, "bench: full-entropy output", || program::credited(program));
    steps.step(Group::Other, REPEAT, "bench: drbg into a pipe", || program::pipe(ws, program));
    for package in ws.packages.iter().filter(|package| package.has("bench")) {
        steps.step(Group::Other, REPEAT, format!("bench: {}", package.name), || {
            process::run(process::cargo(&ws.root, "bench").args([
                "--locked",
                "-p",
                &package.name,
                "--benches",
            ]))
        });
    }
}
