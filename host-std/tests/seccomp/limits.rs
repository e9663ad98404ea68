//! Limits of this process: no descriptor left, no thread left, rights lost. What the limit takes it gives back when it is lifted.

use crate::child::{self, RIGHT, UNAVAILABLE, say};
use crate::held::Held;
use crate::opening::{check_reasons, open_and_close};
use crate::peers::Peers;
use core::time::Duration;
use openentropy_core::Raw;
use openentropy_host::{Access, kinds};
use rustix::process::{Resource, Rlimit, Uid, getrlimit, setrlimit};
use rustix::thread::set_thread_res_uid;
use std::thread;
use std::time::Instant;

/// The most descriptors that are left to an opening, from none on.
const MOST_LEFT: u64 = 4;
/// A user whom no process belongs to who could open devices.
const NOBODY: u32 = 65_534;

/// Sets the soft limit, and says what it was.
pub(crate) fn limit(resource: Resource, current: u64) -> Rlimit {
    let before = getrlimit(resource);
    setrlimit(resource, Rlimit { current: Some(current), ..before }).unwrap();
    before
}

/// Lets this process have so many descriptors more, or less: those above gaps count, too.
pub(crate) fn leave_descriptors(left: u64) -> Rlimit {
    limit(Resource::Nofile, Held::next_descriptor() + left)
}

/// Has this thread, and those that it starts, be somebody without privileges.
pub(crate) fn become_nobody() {
    if rustix::process::geteuid().is_root() {
        let nobody = Uid::from_raw(NOBODY);
        set_thread_res_uid(nobody, nobody, nobody).unwrap();
    }
}

pub(crate) fn child_descriptors() {
    let peers = Peers::new();
    let mut refused = Vec::new();
    for kind in kinds() {
        let found = peers.candidates(kind);
        for candidate in found.iter().filter(|found| found.access == Access::Ready) {
            let name = kind.info().name;
            let at_first = open_and_close(kind, candidate);
            for left in 0..=MOST_LEFT {
                let before = leave_descriptors(left);
                check_reasons(&kind.find(), kind);
                refused.extend(open_and_close(kind, candidate).is_err().then_some((name, left)));
                setrlimit(Resource::Nofile, before).unwrap();
            }
            assert_eq!(open_and_close(kind, candidate).is_ok(), at_first.is_ok(), "{name}");
        }
    }
    for left in 0..=MOST_LEFT {
        assert!(refused.contains(&("event_mux", left)), "it needs five, and there are {left}");
    }
    say(RIGHT);
}

pub(crate) fn child_threads() {
    let peers = Peers::new();
    become_nobody();
    let found: Vec<_> = kinds().map(|kind| (kind, peers.candidates(kind))).collect();
    let before = limit(Resource::Nproc, 0);
    if thread::Builder::new().spawn(|| ()).is_ok() {
        return say(UNAVAILABLE); // a privilege that overrules the limit
    }
    let mut refused = Vec::new();
    for (kind, candidates) in &found {
        for candidate in candidates.iter().filter(|found| found.access == Access::Ready) {
            let opened = open_and_close(*kind, candidate);
            refused.extend(opened.is_err().then_some((*kind, candidate)));
        }
    }
    assert!(refused.iter().any(|(kind, _)| kind.info().name == "futex_handoff"));
    setrlimit(Resource::Nproc, before).unwrap();
    let back = refused.iter().filter(|(kind, candidate)| open_and_close(*kind, candidate).is_ok());
    assert!(back.map(|(kind, _)| kind.info().name).any(|name| name == "futex_handoff"));
    say(RIGHT);
}

/// What was opened with rights is used without them.
pub(crate) fn child_rights() {
    if !rustix::process::geteuid().is_root() {
        return say(UNAVAILABLE);
    }
    let peers = Peers::new();
    let before = Held::now();
    let ready = kinds().flat_map(|kind| peers.candidates(kind).into_iter().map(move |found| (kind, found)));
    let ready = ready.filter(|(_, found)| found.access == Access::Ready);
    let opened: Vec<_> = ready.filter_map(|(kind, found)| kind.open(&found).ok()).collect();
    become_nobody();
    for mut opened in opened {
        let began = Instant::now();
        // A sample or an error, and in time.
        let _either = opened.source.sample(&mut Raw::<[u8; 1]>::new());
        drop(opened.source);
        assert!(began.elapsed() < Duration::from_secs(10));
    }
    assert!(before.is_back(), "{before:?} became {:?}", Held::now());
    say(RIGHT);
}

#[test]
fn without_descriptors_sources_are_refused_and_with_them_they_are_back() {
    child::all_right(&[String::from("descriptors")]);
}

#[test]
fn without_threads_sources_are_refused_and_with_them_they_are_back() {
    let said = child::run(&[String::from("threads")], None);
    assert!(said[0] == [RIGHT] || said[0] == [UNAVAILABLE], "{said:?}");
}

#[test]
fn rights_that_are_lost_after_opening_end_in_an_answer() {
    let said = child::run(&[String::from("rights")], None);
    assert!(said[0] == [RIGHT] || said[0] == [UNAVAILABLE], "{said:?}");
}
