//! Build, test and measurement commands of the project: `cargo xtask <command>`.
//!
//! `test` is what a user runs, `ci` what the build machine runs (`.ci/run`); every other command is one
//! part of them, so that a failure can be repeated alone. Each failure names the command that repeats it.
//!
//! Firmware is found by walking `firmware-examples`, see [`firmware`]; the compilers it is built with are
//! chosen in [`cross`]; what a fresh machine lacks is listed and installed in [`commands::setup`].

mod commands;
mod cross;
mod elf;
mod firmware;
mod house;
mod kernel;
mod process;
mod steps;
mod tools;
mod workspace;

use clap::{Parser, Subcommand};
use commands as run;
use std::process::ExitCode;
use steps::Steps;
use workspace::Workspace;

/// Build, test and measure openentropy.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what this machine lacks, or say in one line what to install
    Setup {
        /// Also what only `nightly` needs
        #[arg(long)]
        nightly: bool,
    },
    /// Everything a user wants to see pass: setup, host tests, no_std builds, firmware in QEMU, macOS check, laboratory
    Test,
    /// What the build machine runs: fmt, lint, test, size, nopanic and deny, within the time budget
    Ci,
    /// Check the formatting of every package, firmware included
    Fmt {
        /// Rewrite the files instead
        #[arg(long)]
        fix: bool,
    },
    /// Clippy and rustdoc for each package alone and each feature alone, then the rules of the house
    Lint,
    /// The rules of the house only: what a machine can see of them in the source
    House,
    /// Host tests, package by package
    Host,
    /// Build core for targets without an operating system, with each feature alone and all together
    Nostd,
    /// Build the firmware programs, run each in its emulated machine, compare with the committed output
    Qemu {
        /// Accept what the programs print now
        #[arg(long)]
        bless: bool,
        /// Only these programs
        programs: Vec<String>,
    },
    /// Boot the virtual hardware laboratory: real kernel drivers against scripted devices, under QEMU
    Hwlab {
        /// Only these scenarios
        scenarios: Vec<String>,
    },
    /// Build the board examples
    Boards,
    /// Type-check the host packages for macOS
    MacosCheck,
    /// Build the host packages for 64-bit Arm and run in QEMU the tests that touch the processor
    Aarch64,
    /// Measure flash, RAM and stack of the size images and compare with the committed table
    Size {
        /// Accept today's figures
        #[arg(long)]
        bless: bool,
    },
    /// Link an image that calls every public item of core and look for ways to panic
    Nopanic,
    /// Check licences, sources and duplicate crates of everything we depend on
    Deny,
    /// Run the benchmarks and print the ratios that the README promises
    Bench,
    /// Host tests under AddressSanitizer
    Asan,
    /// Model-check the queue between an interrupt and the main loop
    Loom,
    /// Open and close every source ten thousand times
    Leaks,
    /// What takes too long for every change: sanitizer, model check, leaks, benchmarks
    Nightly,
    /// Run a program and print what it used (helper of `bench`)
    #[command(hide = true, trailing_var_arg = true)]
    Measure {
        #[arg(required = true, allow_hyphen_values = true)]
        program: Vec<String>,
    },
}

fn main() -> ExitCode {
    match dispatch(Args::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<()> {
    if let Command::Measure { program } = &command {
        return run::measure::run(program);
    }
    let ws = &Workspace::load()?;
    let mut steps = Steps::new(ws);
    match command {
        Command::Setup { nightly } => run::setup::steps(&mut steps, ws, nightly),
        Command::Test => run::test::steps(&mut steps, ws),
        Command::Ci => run::ci::steps(&mut steps, ws),
        Command::Fmt { fix } => run::fmt::steps(&mut steps, ws, fix),
        Command::Lint => run::lint::steps(&mut steps, ws),
        Command::House => house::steps(&mut steps, ws),
        Command::Host => run::host::steps(&mut steps, ws),
        Command::Nostd => run::nostd::steps(&mut steps, ws),
        Command::Qemu { bless, programs } => run::qemu::steps(&mut steps, ws, bless, &programs),
        Command::Hwlab { scenarios } => run::hwlab::steps(&mut steps, ws, &scenarios),
        Command::Boards => run::boards::steps(&mut steps, ws),
        Command::MacosCheck => run::macos_check::steps(&mut steps, ws),
        Command::Aarch64 => run::aarch64::steps(&mut steps, ws),
        Command::Size { bless } => run::size::steps(&mut steps, ws, bless),
        Command::Nopanic => run::nopanic::steps(&mut steps, ws),
        Command::Deny => run::deny::steps(&mut steps, ws),
        Command::Bench => run::bench::steps(&mut steps, ws),
        Command::Asan => run::asan::steps(&mut steps, ws),
        Command::Loom => run::loom::steps(&mut steps, ws),
        Command::Leaks => run::leaks::steps(&mut steps, ws),
        Command::Nightly => run::nightly::steps(&mut steps, ws),
        Command::Measure { .. } => {}
    }
    steps.finish()
}
