//! `openentropy scan`: which sources this machine has.

use crate::args::Scan;
use crate::exit::{Failure, Outcome};
use crate::output::{json, print};
use openentropy_host::{Candidate, SourceKind, kinds};
use serde::Serialize;

/// One source, as `--json` prints it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    aliases: &'static [&'static str],
    category: &'static str,
    group: &'static str,
    platform: &'static str,
    access: &'static str,
    virtualised: &'static str,
    reason: String,
    claim_millibits: u16,
    width: u8,
    fast: bool,
    #[serde(skip)]
    description: &'static str,
}

#[derive(Serialize)]
struct Listing {
    sources: Vec<Row>,
}

/// Prints the listing.
pub(crate) fn run(args: &Scan) -> Result<Outcome, Failure> {
    if args.telemetry {
        return Err(Failure::Usage(
            "telemetry is not recorded by this version: `scan --json` gives what is known of the sources"
                .to_owned(),
        ));
    }
    let sources = kinds().flat_map(|kind| kind.find().into_iter().map(|found| row(kind, found))).collect();
    let listing = Listing { sources };
    print(&if args.json { json(&listing) } else { table(&listing) })
}

fn row(kind: &'static dyn SourceKind, found: Candidate) -> Row {
    let info = kind.info();
    Row {
        name: info.name,
        aliases: kind.aliases(),
        category: info.category.name(),
        group: info.independence.group.name(),
        platform: info.platform.name(),
        access: found.access.name(),
        virtualised: found.virtualised.name(),
        reason: found.reason,
        claim_millibits: found.claim.min_entropy().millibits(),
        width: info.width.bits(),
        fast: kind.is_fast(),
        description: info.description,
    }
}

/// A line per source: name, category, access, claim, and what it is or why it is not ready.
fn table(listing: &Listing) -> String {
    let ready = listing.sources.iter().filter(|row| row.access == "ready").count();
    let mut text = format!(
        "{} sources, {ready} ready; claims in thousandths of a bit per sample\n\n",
        listing.sources.len()
    );
    for row in &listing.sources {
        let remark = if row.reason.is_empty() { row.description } else { &row.reason };
        text += &format!(
            "{:<18} {:<11} {:<7} {:>5}  {remark}\n",
            row.name, row.category, row.access, row.claim_millibits
        );
    }
    text
}
