//! The lines that users of other programs of this kind have in their fingers and scripts: each works, with the same meaning, or says
//! what to type instead.

use openentropy_cross::{Running, run};
use std::io::Read;

/// What a line must do.
enum Then {
    /// Exit with 0, or 3 where the machine pays for nothing, after this many bytes of output.
    Delivers(usize),
    /// Go on for ever: these many bytes come, and closing the pipe ends it well.
    Flows(usize),
    /// Print something, exit with 0.
    Prints,
    /// Print something, exit with 0, or 1 where the machine fails the check.
    Judges,
    /// Exit with 2 and name this.
    Names(&'static str),
}

const LINES: &[(&str, Then)] = &[
    ("scan", Then::Prints),
    ("scan --telemetry", Then::Names("scan --json")),
    ("probe clock_jitter", Then::Judges),
    ("probe mach_timing", Then::Judges),
    ("probe cosmic_muon", Then::Names("jitter_loop")),
    ("stream --sources cpu_memory_beat --bytes 1", Then::Names("no beat")),
    ("stream --format hex --bytes 64", Then::Delivers(129)),
    ("stream --format raw --bytes 1024", Then::Delivers(1024)),
    ("stream --bytes 1024", Then::Delivers(1024)),
    ("stream --format base64 --rate 1024", Then::Flows(512)),
    ("stream --conditioning raw --format raw", Then::Flows(4096)),
    ("stream --conditioning vonneumann --format hex", Then::Flows(64)),
    ("stream --conditioning sha256 --format hex", Then::Flows(128)),
    ("stream --all", Then::Flows(64)),
    ("stream --sources clock_jitter,sleep_jitter --conditioning raw --bytes 520", Then::Delivers(520)),
    ("stream clock_jitter --conditioning raw --bytes 256", Then::Delivers(256)),
    ("stream --sources timing --bytes 32", Then::Delivers(32)),
    ("stream --sources silicon --bytes 32", Then::Delivers(32)),
];

#[test]
fn lines_work_or_name_what_does() {
    for (line, then) in LINES {
        let arguments: Vec<&str> = line.split(' ').collect();
        match then {
            Then::Delivers(bytes) => {
                let run = run(&arguments);
                assert_eq!((run.code() % 3, run.stdout.len()), (0, *bytes), "{line}: {}", run.stderr);
            }
            Then::Flows(bytes) => {
                let mut running = Running::start(&arguments);
                let mut pipe = running.child().stdout.take().expect("a pipe");
                pipe.read_exact(&mut vec![0; *bytes]).unwrap_or_else(|error| panic!("{line}: {error}"));
                drop(pipe);
                let ended = running.finish();
                assert_eq!(ended.code() % 3, 0, "{line}: {}", ended.stderr);
            }
            Then::Prints => {
                let run = run(&arguments);
                assert_eq!((run.code(), run.stdout.is_empty()), (0, false), "{line}: {}", run.stderr);
            }
            Then::Judges => {
                let run = run(&arguments);
                assert!(run.code() <= 1 && !run.stdout.is_empty(), "{line}: {}", run.stderr);
            }
            Then::Names(what) => {
                let run = run(&arguments);
                assert_eq!((run.code(), run.stderr.contains(what)), (2, true), "{line}: {}", run.stderr);
            }
        }
    }
}

/// A part of a name names nothing, and nothing else is used in its place.
#[test]
fn names_match_exactly() {
    for word in ["clock", "jitter_", "rd", "Timing", "JITTER_LOOP"] {
        let run = run(&["stream", "--bytes", "16", "--sources", word]);
        assert_eq!((run.code(), run.stdout.len()), (2, 0), "{word}: {}", run.stderr);
        assert!(run.stderr.contains(word), "{}", run.stderr);
    }
}
