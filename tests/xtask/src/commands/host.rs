//! `host`: the README's first command, then the tests that run on this machine, package by package.
//!
//! One call for the whole workspace would join the features of all packages, and a test that brings its own
//! implementation of critical sections would then meet the one of the standard library.

use crate::process;
use crate::steps::{Group, Steps};
use crate::workspace::{Package, Workspace};
use anyhow::{Result, bail};

const REPEAT: &str = "cargo xtask host";
/// Bytes that the README's first command asks for.
const BYTES: usize = 64;

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Host, REPEAT, "the README's first command", || first_command(ws));
    for package in &ws.packages {
        steps.step(Group::Host, REPEAT, format!("test: {}", package.name), || test(ws, package));
    }
}

/// Bytes come out on any machine; what they are worth here is the label's matter, so both honest exit codes pass.
fn first_command(ws: &Workspace) -> Result<()> {
    let mut run = process::cargo(&ws.root, "run");
    run.args([
        "--locked",
        "--release",
        "--quiet",
        "--",
        "stream",
        "--bytes",
        &BYTES.to_string(),
        "--format",
        "hex",
    ]);
    let output = process::capture(&mut run)?;
    let (said, label) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    print!("{said}{label}");
    let digits = said.chars().filter(char::is_ascii_hexdigit).count();
    if digits != 2 * BYTES || !matches!(output.status.code(), Some(0 | 3)) {
        bail!("{digits} hex digits and {} from: {}\n{label}", output.status, process::line(&run));
    }
    Ok(())
}

fn test(ws: &Workspace, package: &Package) -> Result<()> {
    let mut test = process::cargo(&ws.root, "test");
    test.args(["--locked", "--quiet", "--no-fail-fast", "-p", &package.name]);
    if !package.features.is_empty() {
        test.arg("--all-features");
    }
    process::run(&mut test)
}
