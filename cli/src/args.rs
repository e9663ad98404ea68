//! What users type.

mod calibrate;
mod probe;
mod seconds;
mod sources;
mod statistics;
mod stream;

pub(crate) use calibrate::{Accept, Calibrate};
pub(crate) use probe::Probe;
pub(crate) use sources::{Named, Peers};
pub(crate) use statistics::{Assess, ConditionEntropy, Constants, Input, Matrix, Notation, Suite, Test};
pub(crate) use stream::{Conditioning, Format, Mechanism, Stream};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Noise of this machine as random bytes whose worth is known.
#[derive(Parser)]
#[command(name = "openentropy", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done (a closed pipe is success)
  1  a check failed
  2  usage, or input and output
  3  delivered, some of it degraded
  4  strict and starved: no byte beyond those paid for was delivered

Data goes to standard output, words to standard error.";

/// The subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the noise sources of this machine, and why the others are not usable.
    Scan(Scan),
    /// Look at one source in depth: the facts, and a short sample of it.
    Probe(Probe),
    /// Record and assess sources on this machine, and write down what they may claim here.
    Calibrate(Calibrate),
    /// Write random bytes, with their label on standard error.
    Stream(Stream),
    /// Estimate the min-entropy of noise samples (SP 800-90B).
    Assess(Assess),
    /// Test random bits (SP 800-22, a battery, FIPS 140, AIS 31, ent), and judge all tests together.
    Test(Test),
    /// Compute what the output of a conditioning component is worth (SP 800-90B).
    ConditionEntropy(ConditionEntropy),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Write the manual pages.
    Man(Man),
}

/// Arguments of `scan`.
#[derive(Args)]
pub(crate) struct Scan {
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Add what the machine was doing: load, clock rate, temperatures.
    #[arg(long)]
    pub(crate) telemetry: bool,
}

/// Arguments of `completions`.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Args)]
pub(crate) struct Man {
    /// Folder for the pages.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
}
