//! Reports: whole or not at all, readable without anything beside them.

use core::time::Duration;
use openentropy_cross::{Running, run, run_with};
use rustix::process::Signal;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

/// A folder of this test's own, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("openentropy-{name}-{}", std::process::id()));
        std::fs::create_dir(&path).expect("a folder of our own");
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path in Unicode").to_owned()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // nothing depends on it any more
    }
}

/// Bytes with a period of 251.
fn data() -> Vec<u8> {
    (0..20_000u32).map(|index| (index % 251) as u8).collect()
}

#[test]
fn html_holds_everything_it_shows() {
    let folder = Folder::new("html");
    let name = folder.file("report.html");
    let run = run_with(&["test", "--suite", "all", "--report", &name, "--quiet"], &data());
    assert_eq!((run.code(), run.stderr.as_str()), (1, ""));
    assert_eq!(folder.names(), ["report.html"], "nothing is left beside it");
    let page = std::fs::read_to_string(&name).expect("the report");
    for part in [
        "<title>standard input: tests of randomness</title>",
        "prefers-color-scheme: dark",
        "@media print",
        "aria-label=\"histogram of p-values\"",
        "aria-label=\"counts of the 256 byte values against the expected count\"",
        "aria-label=\"autocorrelation of the bits by lag\"",
        "aria-label=\"spectrum of the bits\"",
        "aria-label=\"the first bits as dots\"",
        "class=\"verdict fail\"",
        "<dt>Misses</dt>",
        "</html>",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    for outside in ["<script", "src=", "<link", "@import", "url(", "NaN"] {
        assert!(!page.contains(outside), "{outside} in the page");
    }
    assert_eq!(page.matches("<svg ").count(), page.matches("</svg>").count());
}

/// Names from outside are text, not marks.
#[test]
fn names_of_files_are_escaped() {
    let folder = Folder::new("names");
    let (input, report) = (folder.file("<b>&.bin"), folder.file("r.html"));
    std::fs::write(&input, data()).expect("a file");
    assert_eq!(run(&["test", &input, "--report", &report]).code(), 1);
    let page = std::fs::read_to_string(&report).expect("the report");
    assert!(page.contains("&lt;b&gt;&amp;.bin") && !page.contains("<b>"));
}

#[test]
fn markdown_draws_with_characters() {
    let folder = Folder::new("markdown");
    let name = folder.file("report.md");
    std::fs::write(&name, "an older report").expect("a file");
    let run = run_with(&["test", "--suite", "battery", "--report", &name], &data());
    assert_eq!(run.code(), 1, "{}", run.stderr);
    let text = std::fs::read_to_string(&name).expect("the report");
    for part in [
        "# Tests of randomness: standard input",
        "**Verdict: the data FAIL",
        "| suite | test |",
        "█",
        "```text",
        "- sees: ",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert_eq!(text.matches("```").count() % 2, 0);
}

/// Ended while it reads or works, the program leaves what was there before, and dies of the signal.
#[test]
fn an_interrupted_run_leaves_no_report() {
    let folder = Folder::new("interrupt");
    let name = folder.file("report.html");
    let mut running =
        Running::with_pipes(&["test", "--suite", "all", "--report", &name], Stdio::piped(), Stdio::piped());
    let mut pipe = running.child().stdin.take().expect("a pipe");
    pipe.write_all(&data()).expect("it reads");
    std::thread::sleep(Duration::from_millis(200));
    let id = rustix::process::Pid::from_child(running.child());
    rustix::process::kill_process(id, Signal::TERM).expect("it runs");
    let ended = running.finish();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended.status), Some(Signal::TERM.as_raw()));
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_report_that_cannot_be_written_is_named_and_leaves_nothing() {
    let folder = Folder::new("refused");
    let taken = folder.file("taken.md");
    std::fs::create_dir(&taken).expect("a folder in the way");
    let elsewhere = folder.file("none/report.md");
    for (name, word) in [(&taken, "taken.md: this is a folder"), (&elsewhere, "there is no folder")] {
        let run = run_with(&["test", "--report", name], &data());
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{}", run.stderr);
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
    assert_eq!(folder.names(), ["taken.md"]);
}

/// A reader who has seen enough is no failure, whatever the page is about.
#[test]
fn a_closed_pipe_is_success() {
    for arguments in [&["assess", "--json"][..], &["test", "--json"], &["test", "--verbose"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut running = Running::with_pipes(arguments, Stdio::piped(), writer.into());
        let pipe = running.child().stdin.take();
        let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        pipe.expect("a pipe").write_all(&noise).expect("it reads");
        let run = running.finish();
        assert!(run.code() < 2, "{arguments:?}: {}", run.stderr);
    }
}
