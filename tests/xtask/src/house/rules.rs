//! Rules about source files. Each returns the places that break it.

use super::source::{Source, has_word};

/// Folders of what users run, in which the rules for products hold.
const PRODUCT: &[&str] = &["core-nostd/src/", "host-std/src/", "adapters/", "cli/src/", "tests/battery/src/"];
/// Roots of packages that forbid unsafe code, where they exist.
const FORBIDDING: &[&str] = &[
    "core-nostd/src/lib.rs",
    "adapters/devices/src/lib.rs",
    "adapters/server/src/lib.rs",
    "cli/src/main.rs",
    "tests/battery/src/lib.rs",
];
/// Bindings whose macros write unsafe code.
const BINDINGS: &[&str] = &["adapters/python/", "adapters/wasm/", "adapters/capi/"];
/// Besides the products, the laboratory: it gives commands to devices, and keeps what is unsafe in them in one folder too.
const LABORATORY: &str = "tests/hwlab/src/";
/// Types that may call themselves cryptographic generators; `Instantiation` is what all four DRBGs are.
const GENERATORS: &[&str] =
    &["Instantiation", "HmacDrbg", "HashDrbg", "CtrDrbg", "ChaChaDrbg", "Generator", "HostRng"];
/// Where raw bytes may leave their types, or bytes become a seed: the definition and its export, the recorder, raw output, the
/// seed of degraded output, and known answers.
const HAZMAT: &[&str] = &[
    "core-nostd/src/hazmat.rs",
    "core-nostd/src/lib.rs",
    "core-nostd/src/testing/",
    "host-std/src/mixed_seed.rs",
    "host-std/src/recorder.rs",
    "host-std/src/shown.rs",
];
const LONGEST_FILE: usize = 500;

fn product(sources: &[Source]) -> impl Iterator<Item = &Source> {
    sources.iter().filter(|source| PRODUCT.iter().any(|folder| source.path.starts_with(folder)))
}

pub(super) fn platform_cfg(sources: &[Source]) -> Vec<String> {
    let chosen_here = |path: &str| {
        path == "host-std/src/sys/mod.rs"
            || (path.starts_with("host-std/src/sources/") && path.ends_with("/mod.rs"))
    };
    let platform = |line: &str| {
        let cfg = line.contains("cfg(") || line.contains("cfg!(") || line.contains("cfg_attr(");
        ["target_os", "target_arch", "target_family"].iter().any(|key| has_word(line, key))
            || cfg && ["unix", "windows"].iter().any(|key| has_word(line, key))
    };
    product(sources)
        .filter(|source| !chosen_here(&source.path))
        .flat_map(|source| source.find(platform))
        .collect()
}

/// The products and the laboratory.
fn judged_for_unsafe(sources: &[Source]) -> impl Iterator<Item = &Source> {
    product(sources).chain(sources.iter().filter(|source| source.path.starts_with(LABORATORY)))
}

pub(super) fn unsafe_place(sources: &[Source]) -> Vec<String> {
    let folders = ["host-std/src/sys/", "tests/hwlab/src/sys/"];
    let allowed = |path: &str| folders.iter().chain(BINDINGS).any(|folder| path.starts_with(folder));
    let found = judged_for_unsafe(sources).filter(|source| !allowed(&source.path));
    found.flat_map(|source| source.find(|line| has_word(line, "unsafe"))).collect()
}

pub(super) fn safety_notes(sources: &[Source]) -> Vec<String> {
    let mut missing = Vec::new();
    for source in judged_for_unsafe(sources) {
        let blocks = source.find(|line| line.contains("unsafe {") || line.contains("unsafe impl")).len();
        let notes = source.text.matches("SAFETY:").count();
        if notes < blocks {
            missing.push(format!("{}: {blocks} unsafe blocks, {notes} notes", source.path));
        }
    }
    missing
}

pub(super) fn forbids_unsafe(sources: &[Source]) -> Vec<String> {
    let roots = sources.iter().filter(|source| FORBIDDING.contains(&source.path.as_str()));
    let missing = roots.filter(|source| source.find(|line| line.contains("forbid(unsafe_code)")).is_empty());
    missing.map(|source| format!("{}: no #![forbid(unsafe_code)]", source.path)).collect()
}

pub(super) fn crypto_rng(sources: &[Source]) -> Vec<String> {
    let other = |line: &str| {
        let Some((head, after)) = line.split_once(" for ") else {
            return false;
        };
        let generator = after.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
        head.trim_start().starts_with("impl")
            && (has_word(head, "TryCryptoRng") || has_word(head, "CryptoRng"))
            && !generator.is_some_and(|name| GENERATORS.contains(&name))
    };
    product(sources).flat_map(|source| source.find(other)).collect()
}

pub(super) fn hazmat(sources: &[Source]) -> Vec<String> {
    let elsewhere =
        product(sources).filter(|source| !HAZMAT.iter().any(|path| source.path.starts_with(path)));
    elsewhere.flat_map(|source| source.find(|line| has_word(line, "hazmat"))).collect()
}

pub(super) fn subprocess(sources: &[Source]) -> Vec<String> {
    let noise = sources.iter().filter(|s| {
        ["core-nostd/src/", "host-std/src/", "adapters/devices/"].iter().any(|f| s.path.starts_with(f))
    });
    let starts = |line: &str| {
        line.contains("process::Command")
            || line.contains("Command::new")
            || ["execv", "execvp", "posix_spawn", "popen"].iter().any(|word| has_word(line, word))
    };
    noise.flat_map(|source| source.find(starts)).collect()
}

pub(super) fn length(sources: &[Source]) -> Vec<String> {
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| lines(source) > LONGEST_FILE);
    long.map(|source| format!("{}: {} lines", source.path, lines(source))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many places `rule` finds in a file of this path and text.
    fn count(rule: fn(&[Source]) -> Vec<String>, path: &str, text: &str) -> usize {
        rule(&[Source::new(path, text)]).len()
    }

    #[test]
    fn platforms_are_chosen_in_lists_only() {
        let cfg = "#[cfg(target_os = \"linux\")]\nmod linux;\n#[cfg(unix)]\nmod unix;\n";
        assert_eq!(count(platform_cfg, "host-std/src/sys/mod.rs", cfg), 0);
        assert_eq!(count(platform_cfg, "host-std/src/sources/timing/mod.rs", cfg), 0);
        assert_eq!(count(platform_cfg, "host-std/src/pool.rs", cfg), 2);
        assert_eq!(count(platform_cfg, "cli/src/main.rs", "use std::os::unix::fs;\n"), 0);
    }

    #[test]
    fn unsafe_code_has_its_place_and_notes() {
        assert_eq!(count(unsafe_place, "host-std/src/pool.rs", "unsafe { f() }"), 1);
        assert_eq!(count(unsafe_place, "host-std/src/sys/linux.rs", "unsafe { f() }"), 0);
        assert_eq!(count(unsafe_place, "tests/hwlab/src/host/mod.rs", "unsafe { f() }"), 1);
        assert_eq!(count(unsafe_place, "tests/hwlab/src/sys/mod.rs", "unsafe { f() }"), 0);
        assert_eq!(count(safety_notes, "host-std/src/sys/linux.rs", "unsafe { f() }"), 1);
        assert_eq!(count(safety_notes, "host-std/src/sys/linux.rs", "// SAFETY: f is.\nunsafe { f() }"), 0);
        assert_eq!(count(forbids_unsafe, "cli/src/main.rs", "#![deny(unsafe_code)]"), 1);
    }

    #[test]
    fn only_generators_are_generators() {
        let of = |line| count(crypto_rng, "host-std/src/handle.rs", line);
        assert_eq!(of("impl TryCryptoRng for HostRng {}"), 0);
        assert_eq!(of("impl<D: Drbg> TryCryptoRng for Generator<D> {}"), 0);
        assert_eq!(of("impl<S: EntropySource> TryCryptoRng for Tested<S> {}"), 1);
        assert_eq!(of("impl rand_core::CryptoRng for Pool {}"), 1);
    }

    #[test]
    fn dangerous_things_stay_where_they_belong() {
        assert_eq!(count(hazmat, "host-std/src/pool.rs", "use openentropy_core::hazmat::seed;"), 1);
        assert_eq!(count(hazmat, "host-std/src/recorder.rs", "use openentropy_core::hazmat::seed;"), 0);
        assert_eq!(
            count(subprocess, "host-std/src/sources/io/disk.rs", "std::process::Command::new(\"dd\")"),
            1
        );
        assert_eq!(count(length, "cli/src/main.rs", &"\n".repeat(501)), 1);
        assert_eq!(count(length, "cli/src/main.rs", &"\n".repeat(500)), 0);
    }
}
