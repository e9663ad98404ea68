//! The firmware programs for emulated machines, found by walking `firmware-examples/qemu/src/bin`.
//!
//! A program names its machines in its first comment lines: `// machines: microbit, virt`. One program may run on
//! several; its committed output `NAME.out`, beside the source, then holds for all of them. Programs called `size_*`
//! are measured instead ([`crate::commands::size`]), `nopanic*` are only linked ([`crate::commands::nopanic`]).
//!
//! Linker scripts and flags stand in the crate's own `.cargo/config.toml`, which holds for `cargo build` by hand as well.
//! The variable `QEMU_MACHINE` tells its build script which machine's memory map to link for.

use crate::cross::{self, Build, Route};
use crate::process;
use crate::tools::Missing;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A machine that QEMU emulates.
pub(crate) struct Machine {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) emulator: &'static str,
    options: &'static [&'static str],
}

/// Every machine a program may name.
pub(crate) const MACHINES: &[Machine] = &[
    arm("microbit", cross::M0),
    arm("netduinoplus2", cross::M4),
    arm("mps2-an386", cross::M4),
    Machine {
        name: "virt",
        target: cross::RV32,
        emulator: "qemu-system-riscv32",
        options: &["-bios", "none", "-cpu", "rv32,zkr=true"],
    },
    Machine {
        name: "sifive_e",
        target: cross::RV32,
        emulator: "qemu-system-riscv32",
        options: &["-bios", "none"],
    },
];

const fn arm(name: &'static str, target: &'static str) -> Machine {
    Machine { name, target, emulator: "qemu-system-arm", options: &[] }
}

/// Same bytes in every run: time is counted in instructions, sleep included, and emulated noise comes from a fixed seed. Two
/// nanoseconds an instruction make the processor fast beside its peripherals, so that what a program receives does not hang on
/// how well the compiler optimised it.
const REPRODUCIBLE: &[&str] = &["-icount", "shift=1,sleep=off", "-seed", "1"];
/// Longest run of a program; all of them end within a few seconds.
const RUN_SECONDS: u32 = 60;

/// What is done with a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// Run, and its output compared.
    Run,
    /// Measured.
    Size,
    /// Searched for panics.
    NoPanic,
}

/// One file of `src/bin`.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) source: PathBuf,
    pub(crate) machines: Vec<&'static Machine>,
}

/// The crate of programs for emulated machines.
pub(crate) struct Firmware<'a> {
    ws: &'a Workspace,
    pub(crate) dir: PathBuf,
}

impl<'a> Firmware<'a> {
    /// # Errors
    /// If the crate is not there: that is never skipped.
    pub(crate) fn open(ws: &'a Workspace) -> Result<Self> {
        let dir = ws.root.join("firmware-examples/qemu");
        if !dir.join("Cargo.toml").is_file() {
            bail!("no firmware: {} has no Cargo.toml", dir.display());
        }
        Ok(Self { ws, dir })
    }

    /// Programs for this use, by name.
    ///
    /// # Errors
    /// If there is none, or if one names no machine or an unknown one.
    pub(crate) fn programs(&self, wanted: Use) -> Result<Vec<Program>> {
        let folder = self.dir.join("src/bin");
        let mut found = Vec::new();
        for entry in
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let source = entry?.path();
            let Some(name) = source.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else {
                continue;
            };
            if source.extension().is_some_and(|extension| extension == "rs") && use_of(&name) == wanted {
                let text = std::fs::read_to_string(&source)?;
                let machines = machines_of(&text).with_context(|| format!("in {}", source.display()))?;
                found.push(Program { name, source, machines });
            }
        }
        if found.is_empty() {
            bail!("no program to {wanted:?} in {}", folder.display());
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    /// Builds `programs` for `machine` and returns the folder of the images.
    pub(crate) fn build(&self, machine: &Machine, programs: &[&str], extra: &[&str]) -> Result<PathBuf> {
        let target_dir = self.ws.build_dir("cross-firmware");
        let images = target_dir.join(machine.target).join("release");
        let env = [("QEMU_MACHINE".into(), machine.name.into()), ("DEFMT_LOG".into(), "info".into())];
        let route = Route::find(self.ws, &[machine.target])?;
        let subcommand = if extra.contains(&"--") { "rustc" } else { "build" };
        let build = Build {
            subcommand,
            targets: &[machine.target],
            library: "core",
            target_dir,
            dir: &self.dir,
            env: &env,
        };
        let mut command = route.command(&build);
        command.args(["--quiet", "--release"]);
        for program in programs {
            command.args(["--bin", program]);
        }
        process::run(command.args(extra))?;
        Ok(images)
    }
}

impl Machine {
    /// Runs `image` and returns its semihosting output; the exit code is the program's own.
    ///
    /// # Errors
    /// [`Missing`] without the emulator; an error if the image does not end in time.
    pub(crate) fn run(&self, image: &Path) -> Result<(Output, String)> {
        let mut command = self.command(image);
        let line = process::line(&command);
        let output = process::capture(&mut command)?;
        match output.status.code() {
            Some(124 | 137) => bail!("no end within {RUN_SECONDS} s: {line}"),
            Some(127) => Err(Missing::installable(self.emulator).into()),
            _ => Ok((output, line)),
        }
    }

    fn command(&self, image: &Path) -> Command {
        let mut command = process::timeout(RUN_SECONDS, self.emulator);
        command.args(["-M", self.name, "-nographic", "-monitor", "none", "-serial", "none"]);
        command.args(self.options).args(REPRODUCIBLE);
        command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(image);
        command
    }
}

fn use_of(name: &str) -> Use {
    if name.starts_with("size") {
        Use::Size
    } else if name.starts_with("nopanic") {
        Use::NoPanic
    } else {
        Use::Run
    }
}

fn machines_of(source: &str) -> Result<Vec<&'static Machine>> {
    let comments = source.lines().take_while(|line| line.starts_with("//"));
    let list =
        comments.filter_map(|line| line.trim_start_matches(['/', '!', ' ']).strip_prefix("machines:")).next();
    let list = list.context("no line `// machines: NAME, …` at the top")?;
    let find = |name: &str| {
        let known = || MACHINES.iter().map(|m| m.name).collect::<Vec<_>>().join(", ");
        MACHINES
            .iter()
            .find(|m| m.name == name)
            .with_context(|| format!("unknown machine {name}: one of {}", known()))
    };
    list.split(',').map(|name| find(name.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_come_from_the_first_comment() {
        let machines = machines_of("// machines: microbit, virt\n//! Words.\nfn main() {}").unwrap();
        assert_eq!(machines.iter().map(|m| m.name).collect::<Vec<_>>(), ["microbit", "virt"]);
        assert!(machines_of("//! Words.\nfn main() {} // machines: virt").is_err());
        let error = machines_of("// machines: toaster\n").err().unwrap().to_string();
        assert!(error.starts_with("unknown machine toaster: one of microbit,"), "{error}");
    }

    #[test]
    fn a_name_says_what_a_program_is_for() {
        let uses = ["size_hmac", "nopanic", "nrf51_rng"].map(use_of);
        assert_eq!(uses, [Use::Size, Use::NoPanic, Use::Run]);
    }

    #[test]
    fn targets_of_machines_are_built_for() {
        assert!(MACHINES.iter().all(|machine| cross::BARE.contains(&machine.target)));
    }
}
