//! Arguments of the subcommands that judge data.

use clap::{Args, ValueEnum};
use core::str::FromStr;
use std::path::PathBuf;

/// Where the data come from, and how they are written down.
#[derive(Args)]
pub(crate) struct Input {
    /// A file; `-`, or nothing where standard input is no terminal, reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Width of a symbol in bits, 1 to 8; not given, 8 is assumed, or 1 of bits-text.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub(crate) bits: Option<u8>,
    /// Symbols follow each other without a gap, most significant bit first, across byte edges where need be.
    #[arg(long)]
    pub(crate) packed: bool,
    /// How the bits are written down.
    #[arg(long, value_enum, default_value_t = Notation::Bytes)]
    pub(crate) format: Notation,
}

/// How bits are written down.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Notation {
    /// Eight to a byte, or one symbol to a byte.
    Bytes,
    /// The characters 0 and 1, white space between them ignored.
    BitsText,
}

/// How a subcommand works, apart from what it computes.
#[derive(Args)]
pub(crate) struct Manner {
    /// How many threads to use; all processors when not given. The results are the same with any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// No word about what was assumed, and no progress, on standard error.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Arguments of `assess`.
#[derive(Args)]
#[command(after_help = ASSESS_NOTES)]
pub(crate) struct Assess {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Test as well whether the samples are independent and identically distributed: minutes, not seconds.
    #[arg(long, conflicts_with = "restart")]
    pub(crate) iid: bool,
    /// The file holds COLUMNS samples after each of ROWS restarts, restart after restart; 1000x1000 without a value.
    #[arg(long, value_name = "ROWSxCOLUMNS", num_args = 0..=1, default_missing_value = "1000x1000")]
    pub(crate) restart: Option<Matrix>,
    /// Bits per sample that the samples without restarts were assessed at, and not more than is claimed.
    #[arg(long, value_name = "BITS", requires = "restart", value_parser = entropy)]
    pub(crate) initial: Option<f64>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

const ASSESS_NOTES: &str = "\
Without --packed a byte holds one symbol in its low bits. The assessed figure is the smallest of ten estimates over the
symbols and over their bits (SP 800-90B, 3.1.3). It bounds what a list of fixed predictors achieve; no figure shows that a
source is unpredictable.

Examples:
  openentropy stream --conditioning raw jitter_loop --bytes 1000000 | openentropy assess
  openentropy assess --bits 4 --iid nibbles.bin
  openentropy assess restarts.bin --restart 1000x1000 --initial 6.5

Exit codes: 1 where the IID or the restart tests fail, else as for the program.";

/// Rows and columns of restart data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl FromStr for Matrix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once(['x', 'X', '×']);
        let parsed = numbers.and_then(|(rows, columns)| Some((rows.parse().ok()?, columns.parse().ok()?)));
        let whole = parsed.filter(|&(rows, columns): &(usize, usize)| {
            rows > 0 && columns > 0 && rows.checked_mul(columns).is_some()
        });
        let refusal = || "expected ROWSxCOLUMNS, as in 1000x1000; name the file before --restart".to_owned();
        whole.map(|(rows, columns)| Self { rows, columns }).ok_or_else(refusal)
    }
}

/// Arguments of `test`.
#[derive(Args)]
#[command(after_help = TEST_NOTES)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Which tests.
    #[arg(long, value_enum, default_value_t = Suite::Sp80022)]
    pub(crate) suite: Suite,
    /// Cut the bits into this many sequences of equal length, test each and judge them together (sp800-22, battery).
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) sequences: u32,
    /// Class probabilities of sp800-22.
    #[arg(long, value_enum, default_value_t = Constants::Exact)]
    pub(crate) constants: Constants,
    /// Chance that a single test fails good data, and that any of all does.
    #[arg(long, value_name = "LEVEL", default_value_t = 0.01, value_parser = level)]
    pub(crate) alpha: f64,
    /// Write a report as well: Markdown (.md), or one HTML file with its plots inside (.html).
    #[arg(long, value_name = "PATH")]
    pub(crate) report: Option<PathBuf>,
    /// A line for every template and state instead of one for all.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

const TEST_NOTES: &str = "\
Without --bits every bit of the file is tested, most significant bit of each byte first. With --bits a byte holds one symbol
of that width in its low bits, and only those are tested.

A test alone fails good data with probability --alpha, so of many some do. The verdict corrects for their number (Holm): it
fails good data with probability --alpha at most. Passing shows no entropy: a generator with a known seed passes.

Examples:
  openentropy stream --bytes 1250000 | openentropy test --suite all
  openentropy test random.bin --sequences 100 --report random.html
  openentropy test pi.txt --format bits-text --constants sts --json

Exit codes: 1 where the verdict is that the data fail, else as for the program.";

/// A family of tests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// The fifteen tests of NIST SP 800-22.
    #[value(name = "sp800-22")]
    Sp80022,
    /// Thirty-one named tests in ten groups, and further families.
    Battery,
    /// The block tests of FIPS 140-2 with limits as rngtest has them.
    Fips,
    /// Procedures A and B of AIS 31 (T0 to T8).
    Ais31,
    /// The five figures of ent.
    Ent,
    /// All of them.
    All,
}

/// Where class probabilities come from.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Constants {
    /// Computed exactly.
    Exact,
    /// As the reference suite prints or codes them, to lay results side by side.
    Sts,
}

/// Arguments of `condition-entropy`.
#[derive(Args)]
#[command(after_help = CONDITION_NOTES)]
pub(crate) struct ConditionEntropy {
    /// Bits that go into the component for one output.
    #[arg(long, value_name = "BITS")]
    pub(crate) n_in: u32,
    /// Bits that come out.
    #[arg(long, value_name = "BITS")]
    pub(crate) n_out: u32,
    /// Narrowest internal width in bits; known of a vetted component.
    #[arg(
        long,
        value_name = "BITS",
        default_value_t = 0,
        hide_default_value = true,
        required_unless_present = "vetted",
        conflicts_with = "vetted"
    )]
    pub(crate) nw: u32,
    /// Min-entropy of the input for one output, in bits.
    #[arg(long, value_name = "BITS")]
    pub(crate) h_in: f64,
    /// A vetted component: hmac_sha256, sha256, hash_df_sha256, cmac_aes, cbc_mac_aes, block_cipher_df_aes128, _aes192, _aes256.
    #[arg(long, value_name = "NAME")]
    pub(crate) vetted: Option<String>,
    /// Of a component that is not vetted: the min-entropy per bit that its output was assessed at.
    #[arg(long, value_name = "BITS", required_unless_present = "vetted", conflicts_with = "vetted")]
    pub(crate) h_prime: Option<f64>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

const CONDITION_NOTES: &str = "\
SP 800-90B, 3.1.5: the output of a vetted component is worth Output_Entropy(n_in, n_out, nw, h_in); that of any other is worth
that, or 0.999 n_out, or n_out times what its output was assessed at (`assess --json`, h_bitstring): whichever is least.

Examples:
  openentropy condition-entropy --vetted sha256 --n-in 512 --n-out 256 --h-in 320
  openentropy condition-entropy --n-in 128 --n-out 64 --nw 64 --h-in 100 --h-prime 0.98";

fn level(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0 && value < 1.0, "a number above 0 and below 1")
}

fn entropy(text: &str) -> Result<f64, String> {
    number(text, |value| (0.0..=8.0).contains(&value), "bits per sample, 0 to 8")
}

fn number(text: &str, is_allowed: impl Fn(f64) -> bool, expected: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|value| is_allowed(*value));
    value.ok_or_else(|| format!("expected {expected}"))
}
