//! Arguments of `stream`.

use super::seconds::up_to_a_day;
use super::{Named, Peers};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `stream`.
#[derive(Args)]
#[command(after_help = STREAM_NOTES)]
pub(crate) struct Stream {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) peers: Peers,
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
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = up_to_a_day)]
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
  drbg        a generator seeded and reseeded from the pool

Examples:
  openentropy stream --format hex --bytes 64
  openentropy stream --conditioning drbg | head -c 1G > random.bin
  openentropy stream --conditioning raw jitter_loop --bytes 1000000 > samples.bin
  openentropy stream jitter_loop dns_rtt --peer dns_rtt=192.0.2.1:53 --bytes 32";

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
