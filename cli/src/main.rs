//! The program `openentropy`: data on standard output, words on standard error, exit codes that mean something.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod exit;
mod input;
mod memory;
mod output;
mod plot;
mod progress;
mod report;
mod select;
mod signals;
mod threads;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Scan(args) => commands::scan::run(&args),
        Command::Probe(args) => commands::probe::run(&args),
        Command::Calibrate(args) => commands::calibrate::run(&args),
        Command::Stream(args) => commands::stream::run(&args),
        Command::Assess(args) => commands::assess::run(&args),
        Command::Test(args) => commands::test::run(&args),
        Command::ConditionEntropy(args) => commands::condition_entropy::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
        Command::Man(args) => commands::man::run(&args),
    };
    if let Err(failure) = &result {
        let _ = output::say(&format_args!("openentropy: {failure}")); // what cannot be said, the exit code says
    }
    exit::code(&result)
}
