//! `calibrate`: what is written, what never is, and what is refused before anything is measured.
//!
//! Short recordings, which give figures and no claim: that a whole calibration credits what it should is tested in the host's package.

use core::time::Duration;
use openentropy_cross::{Run, Running, run};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::time::Instant;

/// A folder that only its owner may write to, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("openentropy-calibrate-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("permissions");
        Self(path)
    }

    fn file(&self) -> String {
        self.0.join("claims.json").to_str().expect("a path in Unicode").to_owned()
    }

    fn claims(&self) -> Value {
        let text = fs::read(self.file()).expect("the claims");
        serde_json::from_slice::<Value>(&text).expect("JSON")["claims"].take()
    }

    fn is_empty(&self) -> bool {
        fs::read_dir(&self.0).expect("the folder").next().is_none()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = fs::remove_dir_all(&self.0);
    }
}

/// Runs it with recordings of a second at most.
fn calibrate(arguments: &[&str], folder: &Folder) -> Run {
    let file = folder.file();
    let common = ["calibrate", "--samples", "2000", "--limit", "1", "--out", &file];
    run(&[&common, arguments].concat())
}

fn json(run: &Run) -> Value {
    serde_json::from_str(run.text()).unwrap_or_else(|error| panic!("{error}: {} {}", run.text(), run.stderr))
}

fn is_ready(name: &str) -> bool {
    let scan = run(&["scan", "--json"]);
    let listing = json(&scan);
    let sources = listing["sources"].as_array().expect("a list");
    sources.iter().any(|source| source["name"] == name && source["access"] == "ready")
}

#[test]
fn what_no_assessment_credits_is_not_claimed_and_its_figures_are_shown() {
    let folder = Folder::new("uncredited");
    let mut names = vec!["control_prng", "control_constant", "os_rng", "irq_counters"];
    names.retain(|name| *name != "irq_counters" || is_ready(name)); // not where /proc is restricted
    let run = calibrate(&[&names[..], &["--json", "--quiet"]].concat(), &folder);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let report = json(&run);
    assert_eq!(report["file"], folder.file());
    let sources = report["sources"].as_array().expect("a list");
    assert_eq!(sources.len(), names.len());
    for (source, name) in sources.iter().zip(&names) {
        assert_eq!(source["name"], *name);
        assert_eq!((&source["verdict"], &source["reason"]), (&"none".into(), &"class".into()), "{source}");
        assert_eq!((&source["claim_millibits"], &source["divisor"]), (&0.into(), &Value::Null));
        assert!(source["explanation"].as_str().is_some_and(|why| why.contains("no assessment")), "{source}");
        assert_eq!(source["idle"]["sha256"].as_str().map(str::len), Some(64), "{source}");
    }
    assert!(sources[0]["idle"]["min_entropy"].as_f64() > Some(3.0), "a generator looks good: {}", sources[0]);
    assert_eq!(sources[1]["idle"]["min_entropy"], 0.0);
    let claims = folder.claims();
    assert_eq!((&claims["entries"], &claims["merged"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert!(claims["method"].as_str().is_some_and(|method| method.contains("90B")), "{claims}");
    assert!(claims["machine"]["cpu"].is_string() && claims["machine"]["kernel"].is_string());
}

#[test]
fn short_recordings_give_figures_and_no_claim() {
    let folder = Folder::new("short");
    let run = calibrate(&["clock_pair"], &folder);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let line = run.text().lines().find(|line| line.starts_with("clock_pair ")).expect("its line");
    assert!(line.contains("low-bits") && line.contains("none: "), "{line}");
    assert!(run.stderr.contains(&format!("{} written, claims in it: 0", folder.file())), "{}", run.stderr);
    assert_eq!(folder.claims()["entries"], Value::Array(vec![]));
}

#[test]
fn what_could_not_count_is_refused_before_anything_is_measured() {
    let folder = Folder::new("refused");
    let refused = |arguments: &[&str], words: &str| {
        let began = Instant::now();
        let run = run(&[&["calibrate"], arguments].concat());
        assert_eq!((run.code(), run.text()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
        // The recordings of every one of these would take a minute.
        assert!(began.elapsed() < Duration::from_secs(30), "{arguments:?}");
    };
    let file = folder.file();
    let name = "control_prng";
    for (arguments, words) in [
        (["no_such_source", "--json"], "no source is called"),
        (["--accept", "no_such_source=100"], "no source is called"),
        (["--accept", "scheduling=100"], "several sources"),
        (["--accept", "os_rng=100"], "no word credits"),
        (["--accept", "irq_counters=100"], "no word credits"),
        (["--accept", "clock_pair=49"], "50 to 8000"),
        (["--accept", "clock_pair=9000"], "50 to 8000"),
        (["--accept", "clock_pair"], "SOURCE=MILLIBITS"),
        (["--trust", "os_rng"], "no word credits"),
        (["--trust", "clock_pair"], "only existing generators"),
        (["--samples", "999"], "999"),
        (["--limit", "0"], "more than 0"),
    ] {
        refused(&[&arguments[..], &["--out", &file]].concat(), words);
    }
    let folder_path = folder.0.to_str().expect("a path in Unicode");
    refused(&[name, "--out", folder_path], "it is a folder");
    refused(&[name, "--out", "/proc/no_such_folder/claims.json"], "/proc/no_such_folder/claims.json");
    refused(&[name, "--out", &file, "--keep", "/proc/no_such_folder"], "/proc/no_such_folder");
    assert!(folder.is_empty());
    fs::write(&file, "{\"format\": 1").expect("a file");
    refused(&[name, "--out", &file], "no claims file");
    let other = folder.0.join("other.json");
    refused(&[name, "--out", other.to_str().expect("a path in Unicode"), "--keep", &file], "it is a file");
    fs::remove_file(&file).expect("removed");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o777)).expect("permissions");
    refused(&[name, "--out", &file], "others may write to its folder");
    assert!(folder.is_empty());
}

#[test]
fn words_of_the_operator_are_written_kept_and_warned_of() {
    let folder = Folder::new("words");
    let first = calibrate(&["--accept", "clock_pair=60", "--quiet"], &folder);
    assert_eq!(first.code(), 0, "{}", first.stderr);
    assert!(first.stderr.contains("warning: clock_pair is credited with 60 millibits"), "{}", first.stderr);
    assert!(first.text().contains("accepted 60"), "{}", first.text());
    let second = calibrate(&["--accept", "sleep_overshoot=70", "--json", "--quiet"], &folder);
    let report = json(&second);
    let declared: Vec<_> =
        report["declared"].as_array().expect("a list").iter().map(|word| &word["name"]).collect();
    assert_eq!(declared, ["clock_pair", "sleep_overshoot"], "the first is kept");
    let entries = folder.claims()["entries"].take();
    for (entry, (name, amount)) in
        entries.as_array().expect("a list").iter().zip([("clock_pair", 60), ("sleep_overshoot", 70)])
    {
        assert_eq!((&entry["source"], &entry["min_entropy_millibits"]), (&name.into(), &amount.into()));
        assert!(entry["basis"].as_object().is_some_and(|basis| basis.contains_key("accepted")), "{entry}");
    }
}

/// A calibration that ends too early changes nothing, and does not look as if it did.
#[test]
fn what_stands_from_before_is_said() {
    let folder = Folder::new("stands");
    let accepted = calibrate(&["--accept", "sleep_overshoot=70", "--quiet"], &folder);
    assert!(!accepted.stderr.contains("goes on paying"), "{}", accepted.stderr);
    let short = calibrate(&["sleep_overshoot", "--json", "--quiet"], &folder);
    assert!(
        short.stderr.contains("warning: sleep_overshoot goes on paying 70 millibits per sample"),
        "{}",
        short.stderr
    );
    assert_eq!(json(&short)["sources"][0]["verdict"], "none");
    assert_eq!(folder.claims()["entries"][0]["min_entropy_millibits"], 70);
}

/// On machines that have a generator.
#[test]
fn a_generator_is_trusted_without_being_measured() {
    let scan = run(&["scan", "--json"]);
    let listing = json(&scan);
    let sources = listing["sources"].as_array().expect("a list");
    let is_real = |source: &&Value| source["access"] == "ready" && source["virtualised"] != "emulated";
    let generator = sources.iter().filter(is_real).find(|source| source["group"] == "cpu-generator");
    let Some(name) = generator.and_then(|source| source["name"].as_str()) else { return };
    let folder = Folder::new("trusted");
    let trusted = calibrate(&["--trust", name, "--json"], &folder);
    assert_eq!(trusted.code(), 0, "{}", trusted.stderr);
    assert!(trusted.stderr.contains(&format!("warning: {name} is credited with 4000")), "{}", trusted.stderr);
    let report = json(&trusted);
    assert_eq!(report["sources"], Value::Array(vec![]));
    assert_eq!(
        (&report["declared"][0]["word"], &folder.claims()["entries"][0]["basis"]),
        (&"trusted".into(), &"trusted".into())
    );
}

#[test]
fn interrupted_it_writes_nothing_and_ends_by_the_signal() {
    let folder = Folder::new("interrupted");
    let file = folder.file();
    let arguments = ["calibrate", "control_prng", "--samples", "10000000", "--limit", "3600", "--out", &file];
    let mut running = Running::start(&arguments);
    let child = running.child().id();
    let tasks = format!("/proc/{child}/task");
    let is_heeding = || {
        let threads = fs::read_dir(&tasks).into_iter().flatten().flatten();
        threads.into_iter().any(|thread| {
            fs::read_to_string(thread.path().join("comm")).is_ok_and(|name| name.trim() == "signals")
        })
    };
    let began = Instant::now();
    while !is_heeding() {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not wait for signals");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = Pid::from_raw(i32::try_from(child).expect("a process")).expect("a process");
    kill_process(pid, Signal::TERM).expect("it is there");
    let run = running.finish();
    assert_eq!(run.status.signal(), Some(Signal::TERM.as_raw()), "{}", run.stderr);
    assert!(run.stderr.contains("no claim was written"), "{}", run.stderr);
    assert!(folder.is_empty());
}
