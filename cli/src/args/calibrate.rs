//! Arguments of `calibrate`.

use super::seconds::up_to_a_day;
use super::{Named, Peers};
use clap::Args;
use core::time::Duration;
use std::path::PathBuf;

/// Arguments of `calibrate`.
#[derive(Args)]
#[command(after_help = NOTES)]
pub(crate) struct Calibrate {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) peers: Peers,
    /// Samples of each sequential recording; fewer than 1000000 give figures and no claim.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1000..=10_000_000))]
    pub(crate) samples: u32,
    /// The longest that one recording may take, of three for each source; what is slower gets no claim.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = limit)]
    pub(crate) limit: Duration,
    /// Keep the recordings in this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
    /// Write the claims to this file instead of the one that is read for this user.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Judge as well whether the groups that are credited share information, and merge those that do; each pair may take three times the limit.
    #[arg(long)]
    pub(crate) cross: bool,
    /// Credit a source with more than its ceiling or its recordings give, on your own word; the label says so. May be repeated.
    #[arg(long, value_name = "SOURCE=MILLIBITS", value_parser = accept)]
    pub(crate) accept: Vec<Accept>,
    /// Credit an existing generator on your own word with half its width; the label says so. May be repeated.
    #[arg(long, value_name = "SOURCE")]
    pub(crate) trust: Vec<String>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// No remarks and no progress on standard error; warnings are said still.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

const NOTES: &str = "\
Each source is recorded on the idle machine, under a load that the program makes, and after 1000 restarts, and assessed
(SP 800-90B). The lowest figure, divided by 3 for what is timed and by 2 for analogue noise, is what it may claim here: less
than the claim that comes with it, or one where it had none. No assessment credits what others make or see (kernel
counters, networks, existing generators, the controls); those are recorded only if they are named themselves.

Run it on a machine that does nothing else. It takes up to three minutes for each source. Interrupted, it writes nothing.

Root writes /etc/openentropy/claims.json, which counts for all; others write a file of their own, which only lowers what
they are credited with. Claims hold for 180 days, on this processor, microcode, kernel series and hypervisor.

--accept takes the rule of digitisation that the source is opened with, and records the source too. With --accept or
--trust, and no source named, only what they name is done.

Examples:
  openentropy calibrate
  openentropy calibrate jitter_loop --keep recordings
  openentropy calibrate --all --cross --limit 120
  openentropy calibrate --accept sleep_overshoot=400 --trust rdseed

Exit codes: 1 where a source fails while it is recorded, or fails its restart tests, else as for the program.";

/// A source, and what is to be accepted for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Accept {
    pub(crate) source: String,
    pub(crate) millibits: u16,
}

fn accept(text: &str) -> Result<Accept, String> {
    let refusal =
        "expected SOURCE=MILLIBITS, with 50 to 8000 millibits per sample, such as sleep_overshoot=400";
    let (source, millibits) = text.split_once('=').ok_or(refusal)?;
    match millibits.trim().parse() {
        Ok(millibits @ 50..=8000) => Ok(Accept { source: source.trim().to_owned(), millibits }),
        _ => Err(refusal.to_owned()),
    }
}

fn limit(text: &str) -> Result<Duration, String> {
    let limit = up_to_a_day(text)?;
    if limit.is_zero() { Err("expected more than 0 seconds".to_owned()) } else { Ok(limit) }
}
