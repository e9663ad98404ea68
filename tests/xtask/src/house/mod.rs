//! The rules of the house that a machine can see in the source, one function each.

mod arrows;
mod rules;
pub(crate) mod source;

use crate::steps::{Group, Steps};
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use source::Source;

/// A rule as it is told to whoever broke it, and what finds the places.
type Rule = (&'static str, fn(&[Source]) -> Vec<String>);

const RULES: &[Rule] = &[
    ("a platform is chosen only in sources/**/mod.rs and sys/mod.rs of host-std", rules::platform_cfg),
    ("unsafe stands only in host-std/src/sys, and in the laboratory's sys", rules::unsafe_place),
    ("every unsafe block and impl has its SAFETY note", rules::safety_notes),
    ("packages without unsafe code forbid it", rules::forbids_unsafe),
    ("only generators implement TryCryptoRng", rules::crypto_rng),
    ("hazmat is for recorder, raw output, the degraded seed and known answers", rules::hazmat),
    ("no source of entropy starts a program", rules::subprocess),
    ("no file is longer than 500 lines", rules::length),
];

pub(crate) fn steps(steps: &mut Steps, ws: &Workspace) {
    steps.step(Group::Lint, "cargo xtask house", "house rules: source", || {
        let sources = source::read(ws)?;
        println!("{} files, {} lines, median {}", sources.len(), total(&sources), median(&sources));
        broken(RULES.iter().map(|(rule, find)| (*rule, find(&sources))))
    });
    steps.step(Group::Lint, "cargo xtask house", "house rules: packages", || {
        broken([
            ("packages share licence and rust-version and are not published", arrows::package_data(ws)?),
            ("a package uses only what the layout lets it use", arrows::own(ws)),
            ("core depends on a named handful of crates", arrows::of_core(ws)?),
            ("one version of rand_core", arrows::one_rand_core(ws)?),
        ])
    });
}

fn broken(found: impl IntoIterator<Item = (&'static str, Vec<String>)>) -> Result<()> {
    let mut text = String::new();
    for (rule, places) in found.into_iter().filter(|(_, places)| !places.is_empty()) {
        text += &format!("\n{rule}:\n  {}", places.join("\n  "));
    }
    if text.is_empty() { Ok(()) } else { bail!("{}", text.trim_start()) }
}

fn total(sources: &[Source]) -> usize {
    sources.iter().map(|source| source.text.lines().count()).sum()
}

fn median(sources: &[Source]) -> usize {
    let mut lengths: Vec<usize> = sources.iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}
