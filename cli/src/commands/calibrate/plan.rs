//! What is recorded.

use crate::args::Calibrate;
use crate::exit::Failure;
use crate::input::Words;
use crate::select;
use openentropy_core::Digitisation;
use openentropy_host::{FoundSource, Virtualised};

/// A source under one of its digitisations.
pub(super) struct Task {
    pub(super) found: FoundSource,
    pub(super) digitisation: Digitisation,
}

/// The sources that are named or accepted, or else the default set or all; of a set only what an assessment may credit.
pub(super) fn tasks(args: &Calibrate, words: Words) -> Result<Vec<Task>, Failure> {
    let is_any_named = args.named.all || !args.named.names.is_empty() || !args.named.sources.is_empty();
    let is_any_declared = !args.accept.is_empty() || !args.trust.is_empty();
    let mut chosen = match is_any_named || !is_any_declared {
        true => select::sources(&args.named, &args.peers)?,
        false => Vec::new(), // nothing but what the operator's word is about
    };
    let before = chosen.len();
    chosen.retain(|found| is_named(args, found) || is_creditable(found));
    let left_out = before - chosen.len();
    for accept in &args.accept {
        let kind = select::one(&accept.source)?;
        for found in select::instances(kind, &args.peers)?.into_iter().filter(FoundSource::is_ready) {
            if chosen.iter().all(|other| !is_same(other, &found)) {
                chosen.push(found);
            }
        }
    }
    if left_out > 0 {
        words.say(&format_args!(
            "{left_out} sources that no assessment credits are left out; name them to see their figures"
        ))?;
    }
    Ok(chosen.into_iter().flat_map(each_rule).collect())
}

fn each_rule(found: FoundSource) -> impl Iterator<Item = Task> {
    found
        .kind
        .digitisations()
        .iter()
        .map(move |digitisation| Task { found: found.clone(), digitisation: *digitisation })
}

/// Whether an assessment could credit it.
fn is_creditable(found: &FoundSource) -> bool {
    found.kind.class().divisor().is_some() && found.candidate.virtualised != Virtualised::Emulated
}

/// Whether it is named itself, not by a set's word.
fn is_named(args: &Calibrate, found: &FoundSource) -> bool {
    let mut words = args.named.names.iter().chain(&args.named.sources);
    words.any(|word| found.is_called(word.trim()))
}

pub(super) fn is_same(one: &FoundSource, other: &FoundSource) -> bool {
    one.name() == other.name() && one.candidate.instance == other.candidate.instance
}
