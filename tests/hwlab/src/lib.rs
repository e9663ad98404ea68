//! The virtual hardware laboratory: real kernel drivers against scripted devices, in an emulated machine.
//!
//! One program with two roles. On the host (`boot`) it packs itself, the program `openentropy` and the modules a scenario needs into
//! an archive and boots a kernel from it under QEMU; in the guest (`guest`) it is the first process, loads the modules, runs the
//! scenario's steps and says on a serial line what came of them. A scenario is one file in `scenarios`: its devices, its modules,
//! its steps. What a scenario's devices deliver are counters: they prove drivers, framing, errors and unplugging, never entropy.
#![cfg(target_os = "linux")]

mod counters;
mod devices;
mod guest;
mod host;
mod scenario;
mod scenarios;
mod sys;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str =
    "usage: openentropy-hwlab list | boot KERNEL PROGRAM WORK SCENARIO (`cargo xtask hwlab` calls it)";

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match *words.as_slice() {
        ["list"] => {
            scenarios::ALL.iter().for_each(|scenario| println!("{}", scenario.name));
            Ok(())
        }
        ["boot", kernel, program, work, name] => scenarios::find(name)
            .and_then(|it| host::run(Path::new(kernel), Path::new(program), Path::new(work), it)),
        ["guest", name] => guest::run(name),
        _ => Err(anyhow::anyhow!(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
