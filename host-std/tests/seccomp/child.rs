//! One process for each case: this test program again, with the case in its environment.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{IoSlice, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

/// Where a child finds its case.
const CASE: &str = "OPENENTROPY_FAULT_CASE";
/// What a case may take on a busy machine.
const BOUND: Duration = Duration::from_secs(60);
/// Children at a time: many wait for something that does not come.
const CHILDREN: usize = 8;

/// What a child says for a case that went as it should.
pub(crate) const RIGHT: &str = "right";
/// What it says for a case that cannot be tried on this machine.
pub(crate) const UNAVAILABLE: &str = "unavailable";

/// The words of the case that this process is a child for.
pub(crate) fn case() -> Vec<String> {
    let case =
        std::env::var(CASE).unwrap_or_else(|_| panic!("{CASE} is not set: the other tests start this one"));
    case.split(' ').map(str::to_owned).collect()
}

/// Says something to the parent, by a call that no source makes.
pub(crate) fn say(text: &str) {
    let line = format!("{text}\n");
    rustix::io::writev(std::io::stderr(), &[IoSlice::new(line.as_bytes())]).unwrap();
}

/// Runs every case in a child of its own, in a directory for temporary files if one is named; returns what each said, line by line.
///
/// # Panics
/// For a child that hangs or ends badly, with its case.
pub(crate) fn run(cases: &[String], temporary: Option<&Path>) -> Vec<Vec<String>> {
    let next = AtomicUsize::new(0);
    let mut said: Vec<_> = thread::scope(|scope| {
        let worker = || {
            let mut said = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(case) = cases.get(number) else { return said };
                said.push((number, run_one(case, temporary)));
            }
        };
        let workers: Vec<_> = (0..CHILDREN).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("every case ends well")).collect()
    });
    said.sort_unstable();
    said.into_iter().map(|(_, said)| said).collect()
}

/// Runs every case; fails for those that found something wrong, and where more than half could not be tried here.
pub(crate) fn all_right(cases: &[String]) {
    let said = run(cases, None);
    let wrong: Vec<_> = cases
        .iter()
        .zip(&said)
        .filter(|(_, said)| !matches!(&said[..], [only] if only == RIGHT || only == UNAVAILABLE))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let tried = said.iter().filter(|said| said[0] == RIGHT).count();
    assert!(2 * tried > cases.len(), "{tried} of {} could be tried", cases.len());
}

fn run_one(case: &str, temporary: Option<&Path>) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CASE, case)
        .env("ASAN_OPTIONS", "detect_leaks=0") // a sanitizer's search for leaks, at the end, needs calls that fail here
        .envs(temporary.map(|path| ("TMPDIR", path)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + BOUND;
    let status = loop {
        let ended = child.try_wait().unwrap();
        if ended.is_some() || Instant::now() > deadline {
            break ended;
        }
        thread::sleep(Duration::from_millis(1));
    };
    if status.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let end = status.map_or_else(|| String::from("it hangs"), |status| status.to_string());
    assert!(status.is_some_and(|status| status.success()), "{case}: {end}\n{said}");
    said.lines().map(str::to_owned).collect()
}
