//! What does not compile: every step of Raw → Samples → Seed → generator that somebody might skip.
//!
//! Each folder of `ui` has one file that compiles and runs, without which the rest would prove nothing (and the
//! assertions in constants would not be evaluated). The compiler's messages are compared with one compiler, whose
//! words they are; every other compiler has to refuse, in whatever words.

use std::{fs, io, path::Path, process::Command};

/// The compiler whose messages are on file. `TRYBUILD=overwrite cargo +1.95.0 test --all-features --test refusals`
/// writes them anew.
const WORDS_OF: &str = "rustc 1.95.0 ";

/// Set for the child process that runs the copies without messages.
const ELSEWHERE: &str = "OPENENTROPY_REFUSALS_IN";

#[test]
fn every_refusal_refuses() -> io::Result<()> {
    let here = Path::new("tests/ui");
    if words_are_on_file()? {
        run(here);
        return Ok(());
    }
    // `overwrite` writes the messages found beside the copies, and still fails for what compiles
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refusals");
    if copies.exists() {
        fs::remove_dir_all(&copies)?; // of an earlier run, with cases that may be gone
    }
    for set in sets() {
        fs::create_dir_all(copies.join(set))?;
        for file in fs::read_dir(here.join(set))? {
            let file = file?.path();
            if let (Some(name), Some("rs")) = (file.file_name(), file.extension().and_then(|e| e.to_str())) {
                fs::copy(&file, copies.join(set).join(name))?;
            }
        }
    }
    let child = Command::new(std::env::current_exe()?)
        .args(["--exact", "copies_refuse", "--ignored", "--nocapture"])
        .env("TRYBUILD", "overwrite")
        .env(ELSEWHERE, &copies)
        .status()?;
    assert!(child.success(), "a refusal compiles");
    Ok(())
}

#[test]
#[ignore = "run by `every_refusal_refuses`, in a process of its own"]
fn copies_refuse() {
    if let Some(copies) = std::env::var_os(ELSEWHERE) {
        run(Path::new(&copies));
    }
}

/// The folders of `ui`, where the features that they are about are on.
fn sets() -> impl Iterator<Item = &'static str> {
    [
        ("raw", true),
        ("samples", true),
        ("seed", true),
        ("generator", true),
        // The message lists the mechanisms that there are
        ("mechanism", cfg!(all(feature = "aes", feature = "chacha20", feature = "testing"))),
        ("shared", cfg!(feature = "critical-section")),
        ("stream", cfg!(feature = "embedded-io")),
    ]
    .into_iter()
    .filter_map(|(set, on)| on.then_some(set))
}

fn run(folder: &Path) {
    let cases = trybuild::TestCases::new();
    for set in sets() {
        cases.pass(folder.join(set).join("passes.rs"));
        // one letter in brackets keeps the pattern from matching `passes.rs`
        for pattern in ["[!p]*.rs", "p[!a]*.rs"] {
            cases.compile_fail(folder.join(set).join(pattern));
        }
    }
}

/// Whether this is the compiler whose words are on file, without the sources of its library, which it would quote.
fn words_are_on_file() -> io::Result<bool> {
    let library = Path::new(rustc("--print=sysroot")?.trim()).join("lib/rustlib/src/rust/library");
    Ok(rustc("--version")?.starts_with(WORDS_OF) && !library.exists())
}

/// What the compiler answers to `question`.
fn rustc(question: &str) -> io::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg(question).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
