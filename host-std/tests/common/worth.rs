//! The table of what the sources are worth, in `doc/sources.md`: written from the registry, the claims and the recordings.

#![allow(clippy::unwrap_used, reason = "a helper of tests and of an example that nobody else runs")]

use core::fmt::Write as _;
use openentropy_core::{Digitisation, Group};
use openentropy_host::claims::{CEILINGS, HEAVY_JITTER};
use openentropy_host::{Class, SourceKind, kinds};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the table begins and ends in the document.
const BEGIN: &str = "<!-- written by `cargo run -p openentropy-host --example sources_doc` -->\n";
const END: &str = "<!-- end of what is written -->\n";

/// The document.
pub(crate) fn path() -> PathBuf {
    repository().join("host-std/doc/sources.md")
}

/// `document` with its table as the registry has it now.
///
/// # Panics
/// Without the two lines between which the table stands.
pub(crate) fn renewed(document: &str) -> String {
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    format!("{before}{BEGIN}{}{END}{after}", table())
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn table() -> String {
    let mut text = String::from(
        "| Source | Class | Physics | Digitisation | Claim | Recording | Verdict |\n|---|---|---|---|---|---|---|\n",
    );
    for kind in kinds() {
        // By name: which of them comes first depends on the machine.
        let mut digitisations = kind.digitisations().to_vec();
        digitisations.sort_by_key(|digitisation| digitisation.name);
        for digitisation in digitisations {
            let info = kind.info();
            let claim = claim(info.name, digitisation);
            writeln!(
                text,
                "| {} | {} | {} | `{}` {} | {} | {} | {} |",
                info.name,
                kind.class().letter(),
                info.physics,
                digitisation.name,
                digitisation.version,
                claim.figure(),
                recording(info.name, digitisation),
                verdict(kind, claim),
            )
            .unwrap();
        }
    }
    text
}

/// The claim that comes with a source.
#[derive(Clone, Copy)]
enum Comes {
    None,
    Recorded { millibits: u16, report: &'static str },
    Anywhere { millibits: u16 },
}

impl Comes {
    fn figure(self) -> String {
        let bits = |millibits: u16| f64::from(millibits) / 1000.0;
        match self {
            Self::None => String::from("none"),
            Self::Recorded { millibits, report } => format!("{:.3} on {report}", bits(millibits)),
            Self::Anywhere { millibits } => format!("at most {:.3}", bits(millibits)),
        }
    }
}

fn claim(source: &str, digitisation: Digitisation) -> Comes {
    let row = CEILINGS.iter().find(|row| row.source == source && row.digitisation == digitisation);
    match row {
        Some(row) => Comes::Recorded { millibits: row.min_entropy.millibits(), report: row.report },
        None if (source, digitisation.name) == ("jitter_loop", "heavy-low-bits") => {
            Comes::Anywhere { millibits: HEAVY_JITTER.millibits() }
        }
        None => Comes::None,
    }
}

/// The beginnings of the hashes of what was recorded on idle machines, whose headers name those under load and of restarts.
fn recording(source: &str, digitisation: Digitisation) -> String {
    let mut folders: Vec<PathBuf> = fs::read_dir(repository().join("tests/vectors/recordings"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let hashes: Vec<String> = folders
        .iter()
        .filter_map(|folder| fs::read(folder.join(format!("{source}.{}.idle.json", digitisation.name))).ok())
        .map(|header| serde_json::from_slice::<serde_json::Value>(&header).unwrap())
        .filter(|header| header["digitisation_version"] == digitisation.version)
        .map(|header| format!("`{}`", &header["samples_sha256"].as_str().unwrap()[..16]))
        .collect();
    if hashes.is_empty() { String::from("–") } else { hashes.join(", ") }
}

fn verdict(kind: &dyn SourceKind, claim: Comes) -> &'static str {
    match (kind.class(), claim) {
        (Class::Uncredited, _) if kind.info().independence.group == Group::Test => {
            "never used unless named: a negative control"
        }
        (Class::Uncredited, _) => "mixed, never credited: it is the operating system's word",
        (Class::Generator, _) => "mixed; credited on the operator's word only (`--trust`)",
        (Class::Counters, _) => "mixed, never credited: every program may read it",
        (Class::Network, _) => "mixed, never credited: whoever is on the path sees it",
        (Class::Human, _) => "mixed, never credited: whoever watches sees it",
        (_, Comes::Recorded { .. }) => "credited where recorded, within what its start shows",
        (_, Comes::Anywhere { .. }) => {
            "credited anywhere but on an emulator, within a third of what its start shows"
        }
        (_, Comes::None) => "mixed, not credited until calibrated",
    }
}
