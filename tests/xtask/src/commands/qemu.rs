//! `qemu`: runs every firmware program in its emulated machine and compares what it says with the committed output.

use crate::firmware::{Firmware, Machine, Program, Use};
use crate::process;
use crate::steps::{Group, Steps};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::fs::File;
use std::path::Path;
use std::process::Command;

const REPEAT: &str = "cargo xtask qemu";

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace, bless: bool, only: &[String]) {
    let mut programs = Vec::new();
    steps.step(Group::Bare, REPEAT, "firmware: find programs", || {
        programs = Firmware::open(ws)?.programs(Use::Run)?;
        if let Some(unknown) = only.iter().find(|name| !programs.iter().any(|p| p.name == **name)) {
            bail!("no program {unknown}");
        }
        programs.retain(|program| only.is_empty() || only.contains(&program.name));
        Ok(())
    });
    for machine in machines(&programs) {
        let programs: Vec<&Program> = programs.iter().filter(|p| runs_on(p, machine)).collect();
        let name = format!("firmware: {} ({} programs)", machine.name, programs.len());
        steps.step(Group::Bare, REPEAT, name, || {
            let names: Vec<&str> = programs.iter().map(|p| p.name.as_str()).collect();
            let images = Firmware::open(ws)?.build(machine, &names, &[])?;
            let failures: Vec<String> = programs
                .iter()
                .filter_map(|program| check(ws, program, machine, &images, bless).err())
                .map(|error| format!("{error:#}"))
                .collect();
            if failures.is_empty() { Ok(()) } else { bail!("{}", failures.join("\n")) }
        });
    }
}

fn machines(programs: &[Program]) -> Vec<&'static Machine> {
    let mut machines: Vec<&'static Machine> = Vec::new();
    for machine in programs.iter().flat_map(|p| &p.machines) {
        if !machines.iter().any(|m| m.name == machine.name) {
            machines.push(machine);
        }
    }
    machines
}

fn runs_on(program: &Program, machine: &Machine) -> bool {
    program.machines.iter().any(|m| m.name == machine.name)
}

/// Runs one image; with `bless` the first machine a program names writes its output.
fn check(ws: &Workspace, program: &Program, machine: &Machine, images: &Path, bless: bool) -> Result<()> {
    let image = images.join(&program.name);
    let (output, line) = machine.run(&image)?;
    let said = decode(ws, &image, &output.stdout)?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{} on {}: {}, said:\n{said}{errors}  run: {line}", program.name, machine.name, output.status);
    }
    let golden = program.source.with_extension("out");
    if bless && program.machines.first().is_some_and(|first| first.name == machine.name) {
        std::fs::write(&golden, &said)?;
    }
    let expected = std::fs::read_to_string(&golden)
        .with_context(|| format!("no committed output {}; `{REPEAT} --bless` writes it", golden.display()))?;
    if said != expected {
        bail!("{} on {}: {}\n  run: {line}", program.name, machine.name, first_difference(&expected, &said));
    }
    println!("{} on {}: {} lines as committed", program.name, machine.name, said.lines().count());
    Ok(())
}

/// The text of a defmt stream, level and message only.
fn decode(ws: &Workspace, image: &Path, stream: &[u8]) -> Result<String> {
    let raw = image.with_extension("defmt");
    std::fs::write(&raw, stream)?;
    let mut print = Command::new(tools::find(&ws.target, "defmt-print")?);
    print.args(["--log-format", "{L} {s}", "-e"]).arg(image).stdin(File::open(&raw)?);
    let output = print.output()?;
    if !output.status.success() {
        bail!("{}: {}", process::line(&print), String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("defmt-print wrote no text")
}

fn first_difference(expected: &str, said: &str) -> String {
    let (mut expected, mut said) = (expected.lines(), said.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (expected.next(), said.next()) {
            (None, None) => return "the ends of lines differ".into(),
            (a, b) if a == b => {}
            (a, b) => {
                let show = |line: Option<&str>| line.map_or("nothing".into(), |line| format!("`{line}`"));
                return format!("line {number} is {}, committed is {}", show(b), show(a));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), "line 2 is `c`, committed is `b`");
        assert_eq!(first_difference("a\n", "a\nb\n"), "line 2 is `b`, committed is nothing");
        assert_eq!(first_difference("a\n", "a"), "the ends of lines differ");
    }
}
