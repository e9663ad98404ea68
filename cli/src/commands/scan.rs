//! `openentropy scan`: what machine this is, and which sources it has.

mod machine;

use crate::args::Scan;
use crate::exit::{Failure, Outcome};
use crate::output::{json, print};
use machine::MachineReport;
use openentropy_host::claims::Claims;
use openentropy_host::{Access, FoundSource, find_sources};
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
    /// What its samples are samples of where it is virtualised.
    sampled: &'static str,
    reason: String,
    claim_millibits: u16,
    width: u8,
    fast: bool,
    #[serde(skip)]
    description: &'static str,
}

#[derive(Serialize)]
struct Listing {
    machine: MachineReport,
    claims: ClaimsReport,
    sources: Vec<Row>,
}

/// The claims files: which are used and which are not, and what is wrong with them.
#[derive(Serialize)]
struct ClaimsReport {
    files: Vec<String>,
    warnings: Vec<String>,
}

impl From<&Claims> for ClaimsReport {
    fn from(claims: &Claims) -> Self {
        Self {
            files: claims.to_string().lines().map(str::to_owned).collect(),
            warnings: claims.warnings().iter().map(ToString::to_string).collect(),
        }
    }
}

/// Prints the listing.
pub(crate) fn run(args: &Scan) -> Result<Outcome, Failure> {
    if args.telemetry {
        return Err(Failure::Usage(
            "telemetry is not recorded by this version: `scan --json` gives what is known of the sources"
                .to_owned(),
        ));
    }
    let claims = Claims::installed();
    let listing = Listing {
        machine: MachineReport::this(),
        claims: ClaimsReport::from(&claims),
        sources: find_sources().map(|found| row(&found, &claims)).collect(),
    };
    print(&if args.json { json(&listing) } else { table(&listing) })
}

fn row(found: &FoundSource, claims: &Claims) -> Row {
    let (info, sampled) = (found.info(), found.sampled());
    Row {
        name: info.name,
        aliases: found.kind.aliases(),
        category: info.category.name(),
        group: info.independence.group.name(),
        platform: info.platform.name(),
        access: found.candidate.access.name(),
        virtualised: found.candidate.virtualised.name(),
        sampled,
        reason: found.candidate.reason.clone(),
        claim_millibits: claims.of(found).min_entropy().millibits(),
        width: info.width.bits(),
        fast: found.kind.is_fast(),
        description: info.description,
    }
}

/// The machine, how many sources are what, the claims files, and a line per source: name, category, access, claim, and what it is or why it is not ready.
fn table(listing: &Listing) -> String {
    let count = |access: Access| listing.sources.iter().filter(|row| row.access == access.name()).count();
    let mut text = format!(
        "{}{} sources: {} ready, {} denied, {} absent, {} broken; claims in thousandths of a bit per sample\n",
        listing.machine,
        listing.sources.len(),
        count(Access::Ready),
        count(Access::Denied),
        count(Access::Absent),
        count(Access::Broken),
    );
    for file in &listing.claims.files {
        text += &format!("claims:  {file}\n");
    }
    for warning in &listing.claims.warnings {
        text += &format!("warning: {warning}\n");
    }
    text += "\n";
    for row in &listing.sources {
        let remark = if row.reason.is_empty() { row.description } else { &row.reason };
        text += &format!(
            "{:<18} {:<11} {:<7} {:>5}  {remark}\n",
            row.name, row.category, row.access, row.claim_millibits
        );
    }
    text
}
