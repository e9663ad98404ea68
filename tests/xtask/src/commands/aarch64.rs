//! `aarch64`: the host packages built for 64-bit Arm, and the tests that touch the processor run by QEMU.
//!
//! QEMU runs a process here, not a machine: its counter, caches and kernel are those below it, and nothing that it measures is worth anything.
//! What the tests show is that the code for this processor does what it says, that every kind of source opens or says why not, and that
//! an emulator is told as one and credited with nothing. What QEMU does not do as Linux does is left out, each with the reason.

use crate::cross::{AARCH64, Build, Route};
use crate::process;
use crate::steps::{Group, Steps};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::process::Command;

const REPEAT: &str = "cargo xtask aarch64";
/// Below the target folder.
const FOLDER: &str = "cross-aarch64";
/// Longest run of the program.
const RUN_SECONDS: u32 = 60;
/// The packages that a user of such a machine builds.
const PACKAGES: &[&str] = &["openentropy-host", "openentropy-cli"];
/// The linker, Debian's for this target.
const LINKER: &str = "aarch64-linux-gnu-gcc";
/// What runs the programs; it needs nothing of the target's system, as they are linked statically.
const RUNNER: &str = "qemu-aarch64-static";
/// Unit tests whose code differs on this processor, by the beginnings of their names, and what decides what an emulator is worth.
const UNIT_TESTS: &[&str] = &[
    "sys::aarch64",
    "sys::machine",
    "sys::linux::container",
    "sys::linux::emulator",
    "sys::linux::hypervisor",
    "sources::names",
    "sources::microarch",
    "sources::signal",
    "sources::timing",
    "fork::tests::children_may_drop_and_fork_again",
];
/// Those among them that QEMU cannot pass, and why.
const NOT_EMULATED: &[(&str, &str)] =
    &[("dram_refresh_phase", "the emulated counter is too coarse to see memory being refreshed")];
/// Processors that QEMU plays: all that it can, and one without RNDR.
const PROCESSORS: &[&str] = &["max", "cortex-a57"];
/// Tests of the whole registry.
const REGISTRY_TESTS: &[&str] = &["sources", "keys"];

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Aarch64, REPEAT, "aarch64: build", || {
        process::run(cargo(ws, "build")?.args(PACKAGES.iter().flat_map(|package| ["-p", package])))
    });
    steps.step(Group::Aarch64, REPEAT, "aarch64: tests of what the processor decides", || {
        tools::find(&ws.target, RUNNER)?;
        let mut test = cargo(ws, "test")?;
        test.args(["-p", "openentropy-host", "--lib", "--"]).args(UNIT_TESTS);
        for (test_name, why) in NOT_EMULATED {
            println!("left out: {test_name}: {why}");
            test.args(["--skip", test_name]);
        }
        process::run(&mut test)
    });
    steps.step(Group::Aarch64, REPEAT, "aarch64: tests of the registry", || {
        tools::find(&ws.target, RUNNER)?;
        let tests = REGISTRY_TESTS.iter().flat_map(|test| ["--test", test]);
        process::run(cargo(ws, "test")?.args(["-p", "openentropy-host"]).args(tests))
    });
    for processor in PROCESSORS {
        steps.step(Group::Aarch64, REPEAT, format!("aarch64: {processor} earns nothing"), || {
            earns_nothing(ws, processor)
        });
    }
}

/// The program's own word on the machine that it runs on: an emulator, whose sources are worth nothing.
fn earns_nothing(ws: &Workspace, processor: &str) -> Result<()> {
    let mut scan = process::timeout(RUN_SECONDS, tools::find(&ws.target, RUNNER)?);
    scan.args(["-cpu", processor]).arg(ws.build_dir(FOLDER).join(AARCH64).join("debug/openentropy"));
    let listing: Value = serde_json::from_slice(&process::stdout(scan.args(["scan", "--json"]))?)?;
    let machine = &listing["machine"];
    println!("{machine}");
    if machine["architecture"] != "aarch64" || machine["processor"] != "emulated" {
        bail!("QEMU is not told as an emulator: {machine}");
    }
    let sources = listing["sources"].as_array().context("no list of sources")?;
    let ready: Vec<&Value> = sources.iter().filter(|source| source["access"] == "ready").collect();
    println!("{} of {} sources ready", ready.len(), sources.len());
    match sources.iter().find(|source| source["claim_millibits"] != 0) {
        Some(source) => bail!("an emulator has a claim: {source}"),
        None if ready.is_empty() => bail!("no source is ready"),
        None => Ok(()),
    }
}

fn cargo(ws: &Workspace, subcommand: &str) -> Result<Command> {
    tools::find(&ws.target, LINKER)?;
    let target = AARCH64.to_uppercase().replace('-', "_");
    let env = [
        (format!("CARGO_TARGET_{target}_LINKER"), LINKER.to_owned()),
        (format!("CARGO_TARGET_{target}_RUNNER"), RUNNER.to_owned()),
        (format!("CARGO_TARGET_{target}_RUSTFLAGS"), "-C target-feature=+crt-static".to_owned()),
    ];
    let build = Build {
        subcommand,
        targets: &[AARCH64],
        library: "std,panic_abort,test",
        target_dir: ws.build_dir(FOLDER),
        dir: &ws.root,
        env: &env,
    };
    let mut command = Route::find(ws, build.targets)?.command(&build);
    command.arg("--quiet");
    Ok(command)
}
