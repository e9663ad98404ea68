//! Which sources of this machine the arguments name.

use crate::args::{Named, Peers};
use crate::exit::Failure;
use openentropy_host::{FoundSource, SourceKind, default_sources, find_by_name};

/// The sources to use: the default set, all, or those that are named; never others than the named ones.
pub(crate) fn sources(named: &Named, peers: &Peers) -> Result<Vec<FoundSource>, Failure> {
    let told = told(peers)?;
    if named.all {
        return Ok(default_sources(true).into_iter().chain(told).collect());
    }
    let chosen = match words(named)? {
        words if words.is_empty() => default_sources(false),
        words => by_words(&words, &told)?,
    };
    match told.iter().find(|source| chosen.iter().all(|other| other.name() != source.name())) {
        None => Ok(chosen),
        Some(unused) => Err(unused_peer(unused)),
    }
}

fn unused_peer(source: &FoundSource) -> Failure {
    let name = source.name();
    Failure::Usage(format!("--peer {name}=…: {name} is not among the sources to use; name it as well"))
}

/// The one source that `word` names.
pub(crate) fn one(word: &str) -> Result<&'static dyn SourceKind, Failure> {
    let kinds = find_by_name(word).map_err(|error| Failure::Usage(error.to_string()))?;
    match kinds[..] {
        [kind] => Ok(kind),
        _ => {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.info().name).collect();
            Err(Failure::Usage(format!(
                "'{word}' names several sources, name one of them: {}",
                names.join(", ")
            )))
        }
    }
}

/// The instances of `kind` here, and of no other kind.
pub(crate) fn instances(kind: &'static dyn SourceKind, peers: &Peers) -> Result<Vec<FoundSource>, Failure> {
    let told = told(peers)?;
    match told.iter().find(|source| source.name() != kind.info().name) {
        None => Ok(among(kind, &told)),
        Some(unused) => Err(unused_peer(unused)),
    }
}

/// Why `source` cannot be used, by name.
pub(crate) fn reason(source: &FoundSource) -> String {
    format!("{} is {}, {}", source.name(), source.candidate.access.name(), help(source))
}

/// The reason alone, and where a peer would help, how it is named; empty of a source that is ready.
pub(crate) fn help(source: &FoundSource) -> String {
    let reason = source.candidate.reason.clone();
    match source.kind.peer().filter(|_| source.candidate.path.is_none()) {
        None => reason,
        Some(peer) => format!("{reason}: --peer {}=…, written {}", source.name(), peer.example),
    }
}

fn words(named: &Named) -> Result<Vec<&str>, Failure> {
    let given: Vec<&str> = named.names.iter().chain(&named.sources).map(|word| word.trim()).collect();
    let words: Vec<&str> = given.iter().copied().filter(|word| !word.is_empty()).collect();
    match words.is_empty() && !given.is_empty() {
        false => Ok(words),
        true => {
            Err(Failure::Usage("the list of sources is empty: leave it out for the default set".to_owned()))
        }
    }
}

fn by_words(words: &[&str], told: &[FoundSource]) -> Result<Vec<FoundSource>, Failure> {
    let mut chosen: Vec<FoundSource> = Vec::new();
    for word in words {
        for source in ready(word, told)? {
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
fn ready(word: &str, told: &[FoundSource]) -> Result<Vec<FoundSource>, Failure> {
    let kinds = find_by_name(word).map_err(|error| Failure::Usage(error.to_string()))?;
    let found = kinds.into_iter().flat_map(|kind| among(kind, told));
    let (ready, missing): (Vec<_>, Vec<_>) = found.partition(FoundSource::is_ready);
    if ready.is_empty() {
        let reasons: Vec<String> = missing.iter().map(reason).collect();
        return Err(Failure::Usage(format!("'{word}' cannot be used here: {}", reasons.join("; "))));
    }
    Ok(ready)
}

/// The instances of `kind`: those that were told whom to ask, or those that need not be.
fn among(kind: &'static dyn SourceKind, told: &[FoundSource]) -> Vec<FoundSource> {
    let asking: Vec<_> = told.iter().filter(|source| source.name() == kind.info().name).cloned().collect();
    match asking.is_empty() {
        false => asking,
        true => kind.find().into_iter().map(|candidate| FoundSource { kind, candidate }).collect(),
    }
}

/// A source for each `--peer`, numbered within its kind.
fn told(peers: &Peers) -> Result<Vec<FoundSource>, Failure> {
    let mut told: Vec<FoundSource> = Vec::new();
    for (name, address) in &peers.peers {
        let refused =
            |error: &dyn core::fmt::Display| Failure::Usage(format!("--peer {name}={address}: {error}"));
        let kind = one(name).map_err(|error| refused(&error))?;
        let mut candidate = kind.towards(address).map_err(|error| refused(&error))?;
        let same = told.iter().filter(|source| source.name() == kind.info().name).count();
        candidate.instance =
            u8::try_from(same).map_err(|_| refused(&"256 peers of a source are the most"))?;
        told.push(FoundSource { kind, candidate });
    }
    Ok(told)
}
