//! Walks the registry: names, documentation, claims against their recordings, and what every source of this machine does when opened.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use core::time::Duration;
use openentropy_core::health::{CollectError, Tested};
use openentropy_core::{Claim, Digitisation, Group, Platform, Raw, SourceCategory, SourceError, SourceId};
use openentropy_host::claims::{CEILINGS, HEAVY_JITTER, built_in};
use openentropy_host::{Access, Class, Machine, SourceKind, Virtualised, find_by_name, kinds};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[path = "common/worth.rs"]
mod worth;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn names_are_unique_and_in_snake_case() {
    let mut seen = HashSet::new();
    let categories: HashSet<_> = SourceCategory::ALL.iter().map(|category| category.name()).collect();
    for kind in kinds() {
        for name in kind.aliases().iter().chain([&kind.info().name]) {
            let snake = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(name.chars().all(snake) && name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(seen.insert(*name), "{name} names two sources");
            assert!(!categories.contains(name) && *name != "all", "{name} is a category's word");
            let found = find_by_name(name).unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].info().name, kind.info().name);
        }
    }
}

#[test]
fn every_source_says_what_can_go_wrong() {
    let folder = repository().join("host-std/src/sources");
    let categories: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for kind in kinds() {
        let name = kind.info().name;
        let text = categories
            .iter()
            .find_map(|category| fs::read_to_string(category.join(format!("{name}.rs"))).ok());
        let text = text.unwrap_or_else(|| panic!("no file is called {name}.rs"));
        let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
        let words = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        assert!(words.contains("What can go wrong: "), "{name}");
    }
}

#[test]
fn every_source_has_a_row_in_the_catalogue() {
    let catalogue = fs::read_to_string(worth::path()).unwrap();
    let rows: Vec<Vec<&str>> = catalogue
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
        .collect();
    for kind in kinds() {
        let info = kind.info();
        let quoted = format!("`{}`", info.name);
        let row = rows.iter().find(|row| row[0] == quoted);
        let row = row.unwrap_or_else(|| panic!("no row begins with | {quoted} |"));
        let [_, category, group, class, _reading, samples, needs, default, aliases] = row[..] else {
            panic!("{}: {} cells", info.name, row.len());
        };
        let facts = [info.category.name(), info.independence.group.name(), kind.class().letter()];
        assert_eq!([category, group, class], facts, "{}", info.name);
        for Digitisation { name, version } in kind.digitisations() {
            assert!(samples.contains(&format!("`{name}` {version}")), "{}: {name} {version}", info.name);
        }
        assert_eq!(default.starts_with("yes"), kind.is_default(), "{}", info.name);
        assert_eq!(needs.contains("to be named"), kind.is_opt_in(), "{}: {needs}", info.name);
        let named: Vec<&str> = aliases.split(", ").filter(|alias| *alias != "–").collect();
        assert_eq!(named, kind.aliases(), "{}", info.name);
    }
    let missing = rows.len() - kinds().count();
    assert!(
        missing == 0 || !cfg!(target_os = "linux"),
        "{missing} rows describe no source; all exist on Linux"
    );
}

#[test]
fn the_table_of_worth_is_what_registry_claims_and_recordings_say() {
    let written = fs::read_to_string(worth::path()).unwrap();
    let renewed = worth::renewed(&written);
    let differs = written.lines().zip(renewed.lines()).find(|(old, new)| old != new);
    assert!(
        written == renewed || !cfg!(target_os = "linux"),
        "cargo run -p openentropy-host --example sources_doc writes another table; the first line that differs: {differs:?}"
    );
}

/// What no assessment may credit is said twice, by class and by group, and the two agree.
#[test]
fn classes_and_groups_agree() {
    for kind in kinds() {
        let (class, info) = (kind.class(), kind.info());
        let group = info.independence.group;
        let uncredited = matches!(group, Group::Test | Group::OsGenerator);
        let generator = matches!(group, Group::CpuGenerator | Group::PlatformGenerator);
        assert_eq!(class == Class::Uncredited, uncredited, "{}", info.name);
        assert_eq!(class == Class::Generator, generator, "{}", info.name);
        assert!(class != Class::Memory || group == Group::Memory, "{}", info.name);
        assert!(class != Class::Network || group == Group::Network, "{}", info.name);
    }
}

#[test]
fn an_assessment_is_never_taken_at_its_word() {
    for class in Class::ALL {
        assert!(class.divisor().is_none_or(|divisor| divisor >= 2), "{}", class.name());
    }
    let letters: HashSet<_> = Class::ALL.iter().map(|class| class.letter()).collect();
    assert_eq!(letters.len(), Class::ALL.len());
}

#[test]
fn every_claim_is_carried_by_its_recordings() {
    for row in CEILINGS {
        let claim = f64::from(row.min_entropy.millibits()) / 1000.0;
        let lowest = lowest_assessed(row.report, row.source, row.digitisation.name);
        assert!(claim > 0.0 && lowest >= 3.0 * claim, "{}: {lowest} for a claim of {claim}", row.source);
        for state in ["idle", "load", "restart"] {
            let header = header(row.report, row.source, row.digitisation.name, state);
            assert_eq!(header["digitisation_version"], row.digitisation.version, "{state}");
            assert_eq!(header["architecture"], row.architecture, "{state}");
            assert_eq!(header["timer"], row.timer.name(), "{state}");
            assert_eq!(header["hypervisor"].as_str(), row.hypervisor, "{state}");
            let samples = header["rows"].as_u64().unwrap() * header["samples_per_row"].as_u64().unwrap();
            assert!(samples >= 1_000_000, "{state}: {samples}");
        }
    }
}

/// The heavy form claims as others of its kind do; where it was recorded, the recording carries that.
#[test]
fn the_heavy_jitter_loop_was_assessed_above_its_claim() {
    let lowest = lowest_assessed("x86_64-invariant-tsc-kvm", "jitter_loop", "heavy-low-bits");
    assert!(lowest >= 3.0 * f64::from(HEAVY_JITTER.millibits()) / 1000.0, "{lowest}");
}

/// The lowest min-entropy that the reports of a source's three recordings end in.
fn lowest_assessed(report: &str, source: &str, digitisation: &str) -> f64 {
    let figure = |state: &str, word: &str| {
        let path = recording(report, source, digitisation, state, "txt");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let rest = text.lines().find_map(|line| line.strip_prefix(word));
        let rest = rest.unwrap_or_else(|| panic!("{}: no line begins with {word}", path.display()));
        rest.split_whitespace().next().unwrap().parse::<f64>().unwrap()
    };
    let restart = figure("restart", "passed: ");
    figure("idle", "minimum: ").min(figure("load", "minimum: ")).min(restart)
}

fn header(report: &str, source: &str, digitisation: &str, state: &str) -> serde_json::Value {
    let path = recording(report, source, digitisation, state, "json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn recording(report: &str, source: &str, digitisation: &str, state: &str, suffix: &str) -> PathBuf {
    let name = format!("{source}.{digitisation}.{state}.{suffix}");
    repository().join("tests/vectors/recordings").join(report).join(name)
}

#[test]
fn claims_hold_on_machines_of_the_recorded_class_only() {
    for row in CEILINGS {
        let mut machine = Machine::this().clone();
        machine.architecture = row.architecture;
        machine.hypervisor = row.hypervisor.map(str::to_owned);
        let here = built_in(row.source, row.digitisation, &machine);
        if machine.timer.is_some_and(|timer| timer.class == row.timer) {
            assert_eq!(here, Claim::BuiltIn(row.min_entropy));
        }
        machine.hypervisor = Some(String::from("TCGTCGTCGTCG"));
        assert_eq!(built_in(row.source, row.digitisation, &machine), Claim::None);
        machine.hypervisor = row.hypervisor.map(str::to_owned);
        machine.timer = None;
        assert_eq!(built_in(row.source, row.digitisation, &machine), Claim::None);
    }
}

/// The author and the host of an emulator decide what its clock says; on one, this looks at every source as it would be used.
#[test]
fn an_emulator_earns_nothing() {
    let emulated = Machine::this().processor() == Virtualised::Emulated;
    for kind in kinds().filter(|_| emulated) {
        for candidate in kind.find() {
            assert_eq!(candidate.claim, Claim::None, "{}", kind.info().name);
            if let Ok(opened) = kind.open(&candidate) {
                assert_eq!(opened.claim, Claim::None, "{}", kind.info().name);
            }
        }
    }
}

#[test]
fn controls_and_existing_generators_claim_nothing() {
    for kind in kinds() {
        let group = kind.info().independence.group;
        let generator = matches!(group, Group::CpuGenerator | Group::PlatformGenerator | Group::OsGenerator);
        if group == Group::Test {
            assert!(kind.is_opt_in() && kind.info().name.starts_with("control_"), "{}", kind.info().name);
        }
        if !generator && group != Group::Test {
            continue;
        }
        for candidate in kind.find() {
            assert_eq!(candidate.claim, Claim::None);
            if let Ok(opened) = kind.open(&candidate) {
                assert_eq!(opened.claim, Claim::None);
            }
        }
    }
}

/// What a kind says of its digitisations holds when it is opened, so that a claims file can be read before.
#[test]
fn kinds_open_under_the_digitisations_that_they_name() {
    for kind in kinds() {
        let name = kind.info().name;
        let named = kind.digitisations();
        let distinct: HashSet<_> = named.iter().map(|digitisation| digitisation.name).collect();
        assert!(!named.is_empty() && distinct.len() == named.len(), "{name}");
        let candidate = kind.find().remove(0);
        if candidate.access != Access::Ready {
            continue;
        }
        assert_eq!(kind.ceiling(&candidate, named[0]), candidate.claim, "{name}");
        if let Ok(opened) = kind.open(&candidate) {
            assert!(named.contains(&opened.digitisation), "{name}");
        }
        for digitisation in named {
            if let Ok(opened) = kind.open_as(&candidate, digitisation.name) {
                assert_eq!(opened.digitisation, *digitisation, "{name}");
                assert_eq!(opened.claim, kind.ceiling(&candidate, *digitisation), "{name}");
            }
        }
        assert!(kind.open_as(&candidate, "no such rule").is_err(), "{name}");
    }
}

/// What differs from machine to machine gates nothing here; that every call ends in time, in samples or a typed error, does.
#[test]
fn every_source_of_this_machine_opens_and_answers_in_time() {
    for kind in kinds() {
        let candidates = timed(Duration::from_millis(500), kind.info().name, || kind.find());
        assert!(!candidates.is_empty());
        for candidate in candidates {
            assert_eq!(
                candidate.access == Access::Ready,
                candidate.reason.is_empty(),
                "{}",
                kind.info().name
            );
            let opened = timed(Duration::from_secs(5), kind.info().name, || kind.open(&candidate));
            let Ok(mut opened) = opened else { continue };
            assert_eq!(opened.source.info().name, kind.info().name);
            assert!(opened.source.info().width.bits() <= 8);
            for _ in 0..3 {
                let mut block = Raw::<[u8; 64]>::new();
                let _either =
                    timed(Duration::from_secs(5), kind.info().name, || opened.source.sample(&mut block));
            }
        }
    }
}

fn timed<T>(bound: Duration, what: &str, call: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let answer = call();
    assert!(began.elapsed() < bound, "{what}: {:?}", began.elapsed());
    answer
}

/// Where a ready source is of the default set, its start-up on this machine ends, in delivery or in a refusal, never in waiting.
#[test]
fn start_ups_end() {
    for kind in kinds().filter(|kind| kind.is_fast()) {
        for candidate in kind.find().iter().filter(|candidate| candidate.access == Access::Ready) {
            let Ok(mut opened) = kind.open(candidate) else { continue };
            let mut tested = Tested::new(&mut *opened.source, SourceId::new(1), opened.claim);
            let mut block = Raw::<[u8; 256]>::new();
            let began = Instant::now();
            loop {
                match tested.collect(&mut block) {
                    Err(CollectError::Starting { .. } | CollectError::Source(SourceError::NotReady)) => {}
                    _delivered_or_refused => break,
                }
                assert!(began.elapsed() < Duration::from_secs(60), "{}", kind.info().name);
            }
        }
    }
}

#[test]
fn a_constant_control_never_starts() {
    let kind = find_by_name("control_constant").unwrap()[0];
    let mut opened = kind.open(&kind.find()[0]).unwrap();
    let mut tested = Tested::new(&mut *opened.source, SourceId::new(1), opened.claim);
    let mut block = Raw::<[u8; 256]>::new();
    for _ in 0..100 {
        assert!(tested.collect(&mut block).is_err());
    }
}

#[test]
fn what_cannot_exist_here_says_so() {
    let other = if cfg!(target_arch = "aarch64") { "rdrand" } else { "rndr" };
    let kind: &dyn SourceKind = find_by_name(other).unwrap()[0];
    let candidate = &kind.find()[0];
    assert_eq!(candidate.access, Access::Absent);
    assert!(!candidate.reason.is_empty());
    assert!(kind.open(candidate).is_err());
    assert_eq!(kind.info().platform, Platform::Any);
}
