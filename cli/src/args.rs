//! What users type.

mod statistics;

pub(crate) use statistics::{Assess, ConditionEntropy, Constants, Input, Matrix, Notation, Suite, Test};

use clap::{Args, Parser, Subcommand, ValueEnum};
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

/// Arguments of `stream`.
#[derive(Args)]
#[command(after_help = STREAM_NOTES)]
pub(crate) struct Stream {
    /// Sources by name, alias, category or group; the default set when none is given.
    #[arg(value_name = "SOURCE")]
    pub(crate) names: Vec<String>,
    /// The same, separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) sources: Vec<String>,
    /// Every source that can be used without naming it, slow ones included.
    #[arg(long, conflicts_with_all = ["names", "sources"])]
    pub(crate) all: bool,
    /// How bytes are written.
    #[arg(long, value_enum, default_value_t = Format::Raw)]
    pub(crate) format: Format,
    /// How many bytes, before formatting; endless when not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) bytes: Option<u64>,
    /// At most this many bytes per second on average; 0 is no limit.
    #[arg(long, value_name = "BYTES_PER_SECOND", default_value_t = 0)]
    pub(crate) rate: u64,
    /// What is done to the samples.
    #[arg(long, value_enum, default_value_t = Conditioning::Sha256)]
    pub(crate) conditioning: Conditioning,
    /// Mechanism of `--conditioning drbg`; by default `ctr` where the processor has AES instructions, else `chacha20`.
    #[arg(long, value_enum)]
    pub(crate) drbg: Option<Mechanism>,
    /// Deliver only bytes that are paid for: wait up to the deadline, then exit with 4.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How long to wait for entropy, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) deadline: core::time::Duration,
    /// How many independent groups must pay for a seed.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) min_groups: u8,
    /// Credit an existing generator on your own word (half its width); the label says so. May be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) trust: Vec<String>,
    /// Print labels as JSON, one object a line.
    #[arg(long)]
    pub(crate) label_json: bool,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "PATH", conflicts_with = "fifo")]
    pub(crate) output: Option<PathBuf>,
    /// Serve a named pipe (mode 0600), reader after reader; strict, since a pipe carries no label.
    #[arg(long, value_name = "PATH")]
    pub(crate) fifo: Option<PathBuf>,
    /// Write raw bytes even to a terminal.
    #[arg(long)]
    pub(crate) force: bool,
}

const STREAM_NOTES: &str = "Conditioning:
  raw         samples of the named source as they are; of several sources, framed by block:
              one byte source index (order of the label), one byte sample width in bits,
              two bytes sample count (big endian), then one byte per sample
  vonneumann  debiased bits of one source, independence of samples assumed
  peres       the same, iterated: more bits
  sha256      full-entropy blocks of 32 bytes, each paid with 320 credited bits
  drbg        a generator seeded and reseeded from the pool";

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

/// How bytes are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// As they are.
    Raw,
    /// Two lower-case hexadecimal digits a byte.
    Hex,
    /// One unbroken base64 stream, padded at its end only.
    Base64,
}

/// What is done to the samples.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Conditioning {
    /// Nothing.
    Raw,
    /// Von Neumann's debiasing.
    Vonneumann,
    /// Peres' iteration of it.
    Peres,
    /// Full-entropy blocks.
    Sha256,
    /// A generator.
    Drbg,
}

/// Generators of SP 800-90A, and ChaCha20 with fast key erasure.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mechanism {
    /// CTR_DRBG, AES-256.
    Ctr,
    /// ChaCha20 with fast key erasure.
    Chacha20,
    /// HMAC_DRBG, SHA-256.
    Hmac,
    /// Hash_DRBG, SHA-256.
    Hash,
}

fn seconds(text: &str) -> Result<core::time::Duration, String> {
    let value: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    core::time::Duration::try_from_secs_f64(value)
        .ok()
        .filter(|wait| *wait <= core::time::Duration::from_secs(86_400))
        .ok_or_else(|| "expected between 0 and 86400 seconds".to_owned())
}
