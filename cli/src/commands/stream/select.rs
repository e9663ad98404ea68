//! Which sources the arguments name.

use crate::args::Stream;
use crate::exit::Failure;
use openentropy_host::{FoundSource, default_sources, find_by_name, find_sources};

/// The sources to use: the default set, all, or those that are named; never others than the named ones.
pub(crate) fn sources(args: &Stream) -> Result<Vec<FoundSource>, Failure> {
    let words = args.names.iter().chain(&args.sources);
    let words: Vec<&str> = words.map(|word| word.trim()).filter(|word| !word.is_empty()).collect();
    if args.names.is_empty() && args.sources.is_empty() {
        return Ok(default_sources(args.all));
    }
    if words.is_empty() {
        return Err(Failure::Usage(
            "the list of sources is empty: leave it out for the default set".to_owned(),
        ));
    }
    let mut chosen: Vec<FoundSource> = Vec::new();
    for word in words {
        for source in named(word)? {
            let is_new = |other: &FoundSource| {
                other.name() != source.name() || other.candidate.instance != source.candidate.instance
            };
            if chosen.iter().all(is_new) {
                chosen.push(source);
            }
        }
    }
    Ok(chosen)
}

/// What can be opened of the sources that `word` names.
fn named(word: &str) -> Result<Vec<FoundSource>, Failure> {
    let kinds = find_by_name(word).map_err(|error| Failure::Usage(error.to_string()))?;
    let is_named = |source: &FoundSource| kinds.iter().any(|kind| kind.info().name == source.name());
    let (ready, missing): (Vec<_>, Vec<_>) = find_sources().filter(is_named).partition(FoundSource::is_ready);
    if ready.is_empty() {
        let reasons: Vec<String> = missing.iter().map(reason).collect();
        return Err(Failure::Usage(format!("'{word}' cannot be used here: {}", reasons.join("; "))));
    }
    Ok(ready)
}

fn reason(source: &FoundSource) -> String {
    let candidate = &source.candidate;
    format!("{} is {}, {}", source.name(), candidate.access.name(), candidate.reason)
}
