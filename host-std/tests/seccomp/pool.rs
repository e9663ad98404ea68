//! A pool that runs out of descriptors or threads goes on degraded, says why, and pays again when it has them.

use crate::child::{self, RIGHT, UNAVAILABLE, say};
use crate::common::{Double, eventually, pool_of};
use crate::filter;
use crate::limits::{become_nobody, leave_descriptors, limit};
use core::time::Duration;
use openentropy_core::{Digitisation, Group, LabelState, SourceError, SourceInfo, SourceState};
use openentropy_host::{Candidate, Class, EntropyPool, FoundSource, Opened, SourceKind, find_by_name};
use rustix::process::{Resource, setrlimit};
use std::fs::File;
use std::thread;

/// A double that opens a device on its way.
struct Demanding(&'static Double);

impl SourceKind for Demanding {
    fn info(&self) -> &'static SourceInfo {
        self.0.info()
    }

    fn class(&self) -> Class {
        self.0.class()
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        self.0.digitisations()
    }

    fn find(&self) -> Vec<Candidate> {
        self.0.find()
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        File::open("/dev/null").map_err(|_| SourceError::Io)?;
        self.0.open(candidate)
    }
}

/// The state of the label of 64 bytes drawn now, and how the only source stands in it and in the report on health.
fn drawn(pool: &EntropyPool) -> (LabelState, SourceState, Option<&'static str>) {
    let bytes = pool.get_random_bytes(64).expect("the operating system's randomness at least");
    assert_eq!(bytes.len(), 64);
    let label = bytes.label();
    let source = &label.sources[0];
    (label.state, source.state, source.error)
}

pub(crate) fn child_descriptors() {
    let double = Double::new("demanding", Group::Oscillator).keep();
    let kind: &'static Demanding = Box::leak(Box::new(Demanding(double)));
    let found = FoundSource { kind, candidate: kind.find().remove(0) };
    let pool = pool_of(&[]).sources([found]).build();
    let before = leave_descriptors(0);
    assert_eq!(drawn(&pool), (LabelState::Degraded, SourceState::Failed, Some("io")));
    let health = pool.health_report();
    assert_eq!(
        (health.healthy, health.sources[0].state, health.sources[0].error),
        (0, SourceState::Failed, Some("io"))
    );
    setrlimit(Resource::Nofile, before).unwrap();
    eventually("it pays again", || drawn(&pool) == (LabelState::SingleGroup, SourceState::Credited, None));
    assert_eq!(pool.health_report().healthy, 1);
    say(RIGHT);
}

/// Real sources, which mix, until the call by which they sample fails.
pub(crate) fn child_calls() {
    let names = ["event_mux", "pipe_transfer", "timer_expiry"];
    let sources =
        names.map(|name| FoundSource { kind: find_by_name(name).unwrap()[0], candidate: Candidate::ready() });
    let pool = EntropyPool::builder().sources(sources).deadline(Duration::from_millis(100)).build();
    let stand = |state, error| {
        pool.collect_all();
        let bytes = pool.get_random_bytes(64).expect("the operating system's randomness at least");
        assert_eq!(
            (bytes.len(), bytes.label().state),
            (64, LabelState::Degraded),
            "none of them is ever paid"
        );
        let health = pool.health_report().sources;
        bytes.label().sources.iter().all(|source| (source.state, source.error) == (state, error))
            && health.iter().all(|source| (source.state, source.error) == (state, error))
    };
    eventually("all mix", || stand(SourceState::Mixed, None));
    filter::fail(&["read"], "EIO");
    eventually("all have failed, and say how", || stand(SourceState::Failed, Some("io")));
    drop(pool);
    say(RIGHT);
}

pub(crate) fn child_threads() {
    let pool = pool_of(&[Double::new("plain", Group::Oscillator).keep()]).build();
    become_nobody();
    let before = limit(Resource::Nproc, 0);
    if thread::Builder::new().spawn(|| ()).is_ok() {
        return say(UNAVAILABLE); // a privilege that overrules the limit
    }
    assert_eq!(drawn(&pool), (LabelState::Degraded, SourceState::Failed, Some("no-thread")));
    assert_eq!(pool.health_report().sources[0].error, Some("no-thread"));
    setrlimit(Resource::Nproc, before).unwrap();
    eventually("it pays again", || drawn(&pool) == (LabelState::SingleGroup, SourceState::Credited, None));
    say(RIGHT);
}

#[test]
fn a_pool_whose_sources_fail_all_at_once_goes_on_and_says_how() {
    child::all_right(&[String::from("pool-calls")]);
}

#[test]
fn a_pool_without_descriptors_is_degraded_until_it_has_them() {
    child::all_right(&[String::from("pool-descriptors")]);
}

#[test]
fn a_pool_without_threads_is_degraded_until_it_has_them() {
    let said = child::run(&[String::from("pool-threads")], None);
    assert!(said[0] == [RIGHT] || said[0] == [UNAVAILABLE], "{said:?}");
}
