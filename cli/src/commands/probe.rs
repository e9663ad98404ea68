//! `openentropy probe`: one source in depth.

mod facts;
mod histogram;
mod keys;
mod live;
mod text;

use crate::args::Probe;
use crate::exit::{Failure, Outcome};
use crate::output::{json, print, say};
use crate::select;
use core::time::Duration;
use facts::{Facts, Instance};
use live::Live;
use openentropy_host::FoundSource;
use openentropy_host::claims::Claims;
use serde::Serialize;

/// Samples that are taken at most.
const MOST: usize = 10_000;
/// What the samples may take, and what the start-up before them may.
const WITHIN: Duration = Duration::from_secs(2);

/// All that is told of a source, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    facts: Facts,
    instances: Vec<Instance>,
    /// What a short look at the first ready instance, or the one asked for, showed.
    live: Option<Live>,
    /// Why there was no look at a ready instance.
    error: Option<String>,
}

/// Prints the facts, and what a short look at the source shows.
pub(crate) fn run(args: &Probe) -> Result<Outcome, Failure> {
    let kind = select::one(&args.name)?;
    let found = select::instances(kind, &args.peers)?;
    if args.keys {
        return keys::run(args, kind, &found);
    }
    let chosen = chosen(&found, args.instance)?;
    let claims = Claims::installed();
    let (live, error) = match () {
        () if args.no_sample => (None, None),
        () if !chosen.is_ready() => (None, None),
        () => match chosen.look(&claims, MOST, WITHIN) {
            Ok(look) => (Some(Live::of(chosen, &look)), None),
            Err(error) => (None, Some(error.to_string())),
        },
    };
    let works = args.no_sample || live.as_ref().is_some_and(Live::works);
    let instances = found.iter().map(|found| Instance::of(found, &claims)).collect();
    for warning in claims.warnings().iter().filter(|_| !args.quiet) {
        say(&format_args!("warning: {warning}"))?;
    }
    let report = Report { facts: Facts::of(kind), instances, live, error };
    print(&match () {
        () if args.json => json(&report),
        () if args.quiet => text::line(&report, chosen),
        () => text::page(&report),
    })?;
    Ok(if works { Outcome::Done } else { Outcome::Failed })
}

/// The instance to sample.
fn chosen(found: &[FoundSource], instance: Option<u8>) -> Result<&FoundSource, Failure> {
    let is_wanted = |source: &&FoundSource| instance.is_none_or(|wanted| source.candidate.instance == wanted);
    let wanted = || found.iter().filter(is_wanted);
    wanted().find(|source| source.is_ready()).or_else(|| wanted().next()).ok_or_else(|| {
        let mut known: Vec<String> =
            found.iter().map(|source| source.candidate.instance.to_string()).collect();
        known.dedup();
        Failure::Usage(format!("there is no such instance; there are: {}", known.join(", ")))
    })
}
