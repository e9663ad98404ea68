//! Arguments of `probe`.

use super::Peers;
use super::seconds::up_to_a_minute;
use clap::Args;
use core::time::Duration;

/// Arguments of `probe`.
#[derive(Args)]
#[command(after_help = NOTES)]
pub(crate) struct Probe {
    /// The source, by name or alias.
    #[arg(value_name = "SOURCE")]
    pub(crate) name: String,
    /// Which of several instances is sampled, such as the second disk; the first that is ready when not given.
    #[arg(long, value_name = "N")]
    pub(crate) instance: Option<u8>,
    #[command(flatten)]
    pub(crate) peers: Peers,
    /// The facts only: open nothing.
    #[arg(long, conflicts_with_all = ["keys", "instance"])]
    pub(crate) no_sample: bool,
    /// List the kernel's counters behind the source that move, by category.
    #[arg(long, conflicts_with = "instance")]
    pub(crate) keys: bool,
    /// For how long the counters of --keys are watched, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "0.2", requires = "keys", value_parser = up_to_a_minute)]
    pub(crate) within: Duration,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print one line instead of all.
    #[arg(long, short, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

const NOTES: &str = "\
The sample is of up to 10,000 samples within two seconds, after a start-up of at most two. Its entropy is estimated by the
most common value alone: an upper bound of what is there, and no claim. `assess` knows more.

Examples:
  openentropy probe jitter_loop
  openentropy probe raw_block --instance 1
  openentropy probe irq_counters --keys --within 1
  openentropy probe dns_rtt --peer dns_rtt=192.0.2.1:53

Exit codes: 1 where the source is not ready, fails or does not start up, else as for the program.";
