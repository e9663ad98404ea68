//! System calls that fail by order of a filter: sources answer in time with a typed error, and leave nothing behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod child;
#[path = "../common/mod.rs"]
mod common;
mod filter;
mod held;
mod limits;
mod opening;
#[path = "../common/peers.rs"]
mod peers;
mod pool;
mod sampling;
mod storage;

/// What the other tests start.
#[test]
#[ignore = "one case, which another test chooses"]
fn child() {
    let words = child::case();
    let (case, rest) = words.split_first().unwrap();
    match case.as_str() {
        "callless" => sampling::child_callless(rest),
        "closing" => sampling::child_closing(rest),
        "contained" => opening::child_contained(rest),
        "descriptors" => limits::child_descriptors(),
        "exhausted" => opening::child_exhausted(rest),
        "full" => storage::child_full(rest),
        "killed" => storage::child_killed(rest),
        "locked" => storage::child_locked(),
        "pool-calls" => pool::child_calls(),
        "pool-descriptors" => pool::child_descriptors(),
        "pool-threads" => pool::child_threads(),
        "refused" => storage::child_refused(rest),
        "rights" => limits::child_rights(),
        "sampling" => sampling::child(rest),
        "threads" => limits::child_threads(),
        "unwritten" => storage::child_unwritten(),
        unknown => panic!("no case is called {unknown}"),
    }
    std::process::exit(0); // without a word of the harness, whose calls may fail, too
}
