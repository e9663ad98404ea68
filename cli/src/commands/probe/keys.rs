//! The kernel's counters behind a source, as far as they move.

use crate::args::Probe;
use crate::exit::{Failure, Outcome};
use crate::output::{json, print};
use crate::select;
use core::fmt::Write as _;
use core::time::Duration;
use openentropy_host::{FoundSource, MovingKey, SourceKind, kinds};
use serde::Serialize;

/// What moved, as `--json` prints it.
#[derive(Serialize)]
struct Report<'k> {
    source: &'static str,
    within_seconds: f64,
    /// How many counters there are, moving or not.
    all: usize,
    moving: Vec<Row<'k>>,
}

#[derive(Serialize)]
struct Row<'k> {
    category: &'k str,
    /// The counter's number in the source's readings.
    number: usize,
    name: &'k str,
    /// Negative where a level fell.
    difference: i64,
}

/// Prints the counters of `kind` that move within the time.
pub(super) fn run(
    args: &Probe,
    kind: &'static dyn SourceKind,
    found: &[FoundSource],
) -> Result<Outcome, Failure> {
    let keys = match kind.moving_keys(args.within) {
        None => return Err(Failure::Usage(no_counters(kind.info().name))),
        Some(Ok(keys)) => keys,
        Some(Err(error)) => {
            let missing = found.iter().find(|source| !source.is_ready());
            return Err(Failure::Check(missing.map_or_else(|| error.to_string(), select::reason)));
        }
    };
    let report = Report {
        source: kind.info().name,
        within_seconds: keys.within.as_secs_f64(),
        all: keys.all,
        moving: keys.moving.iter().map(row).collect(),
    };
    print(&match () {
        () if args.json => json(&report),
        () if args.quiet => heading(&report),
        () => table(&report),
    })
}

fn row(key: &MovingKey) -> Row<'_> {
    let difference = key.difference.cast_signed();
    Row { category: &key.category, number: key.number, name: &key.name, difference }
}

fn no_counters(name: &str) -> String {
    let counting = kinds().filter(|kind| kind.moving_keys(Duration::ZERO).is_some());
    let names: Vec<&str> = counting.map(|kind| kind.info().name).collect();
    format!("{name} reads no counters of the kernel; those that do: {}", names.join(", "))
}

fn heading(report: &Report<'_>) -> String {
    let Report { source, within_seconds, all, moving } = report;
    format!("{source}: {} of {all} counters moved within {within_seconds} s\n", moving.len())
}

/// A line per counter under its category: number, name and difference.
fn table(report: &Report<'_>) -> String {
    let mut text = heading(report);
    let mut category = "";
    for row in &report.moving {
        if row.category != category {
            category = row.category;
            let _ = writeln!(text, "\n{category}"); // writing to a string cannot fail
        }
        let _ = writeln!(text, "{:>7}  {:<32} {:>+12}", row.number, row.name, row.difference);
    }
    text
}
