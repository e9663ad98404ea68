//! Doubles as kinds of source: what they deliver holds no entropy, and the groups they pose as are for these tests only.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use openentropy_core::testing::{Biased, Stuck};
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, MinEntropy, Platform, Raw, Requirement,
    SourceCategory, SourceError, SourceInfo, Width,
};
use openentropy_host::claims::Claims;
use openentropy_host::{
    Candidate, Class, EntropyPool, FoundSource, HostSource, Opened, PoolBuilder, SourceKind,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// What a double does at one call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Noise,
    Fail(SourceError),
    Panic,
    /// Comes back after so long, with noise.
    Hang(Duration),
    /// One value only.
    Stuck,
    /// Says that it wrote a block, and did not.
    Nothing,
}

/// The only one of a double.
pub(crate) const DIGITISATION: Digitisation = Digitisation { name: "double", version: 1 };

type Script = dyn Fn(u64) -> Deed + Send + Sync;

/// A kind whose only instance does what its script says at each call, counted from 0 over all openings.
pub(crate) struct Double {
    info: &'static SourceInfo,
    claim: Claim,
    opening: Option<SourceError>,
    script: Arc<Script>,
    calls: Arc<AtomicU64>,
}

impl Double {
    /// A source called `name` that delivers, and claims, a bit per sample in `group`.
    pub(crate) fn new(name: &'static str, group: Group) -> Self {
        let info = SourceInfo {
            name,
            description: "a double",
            physics: "none",
            category: SourceCategory::Signal,
            platform: Platform::Any,
            requirement: Requirement::None,
            width: Width::BYTE,
            independence: Independence::of(group),
        };
        Self {
            info: Box::leak(Box::new(info)),
            claim: Claim::BuiltIn(millibits(1000)),
            opening: None,
            script: Arc::new(|_| Deed::Noise),
            calls: Arc::default(),
        }
    }

    pub(crate) fn claiming(self, claim: Claim) -> Self {
        Self { claim, ..self }
    }

    pub(crate) fn doing(self, script: impl Fn(u64) -> Deed + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), ..self }
    }

    pub(crate) fn unopenable(self, error: SourceError) -> Self {
        Self { opening: Some(error), ..self }
    }

    /// Kept for the rest of the test's process, as kinds are, within sight of leak detectors.
    pub(crate) fn keep(self) -> &'static Self {
        static KEPT: Mutex<Vec<&'static Double>> = Mutex::new(Vec::new());
        let double: &'static Self = Box::leak(Box::new(self));
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(double);
        double
    }

    pub(crate) fn found(&'static self) -> FoundSource {
        FoundSource { kind: self, candidate: self.find().remove(0) }
    }

    /// Calls so far, over all openings.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }
}

impl SourceKind for Double {
    fn info(&self) -> &'static SourceInfo {
        self.info
    }

    /// As a kind of that group would say: processor timing where nothing forbids an assessment.
    fn class(&self) -> Class {
        match self.info.independence.group {
            Group::Test | Group::OsGenerator => Class::Uncredited,
            Group::CpuGenerator | Group::PlatformGenerator | Group::External => Class::Generator,
            _ => Class::Processor,
        }
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        const { &[DIGITISATION] }
    }

    fn find(&self) -> Vec<Candidate> {
        vec![Candidate { claim: self.claim, ..Candidate::ready() }]
    }

    fn open(&self, candidate: &Candidate) -> Result<Opened, SourceError> {
        if let Some(error) = self.opening {
            return Err(error);
        }
        let seed = seed(self.info.name, self.calls());
        let source = Open {
            info: self.info,
            script: Arc::clone(&self.script),
            calls: Arc::clone(&self.calls),
            noise: Biased::new(seed, Width::BYTE, 256),
        };
        Ok(Opened { source: Box::new(source), digitisation: DIGITISATION, claim: candidate.claim })
    }
}

struct Open {
    info: &'static SourceInfo,
    script: Arc<Script>,
    calls: Arc<AtomicU64>,
    noise: Biased,
}

impl HostSource for Open {}

impl EntropySource for Open {
    fn info(&self) -> &SourceInfo {
        self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        match (self.script)(self.calls.fetch_add(1, Ordering::SeqCst)) {
            Deed::Noise => self.noise.sample(out),
            Deed::Fail(error) => Err(error),
            Deed::Panic => panic!("a double does as it is told"),
            Deed::Hang(time) => {
                thread::sleep(time);
                self.noise.sample(out)
            }
            Deed::Stuck => Stuck::at(7).sample(out),
            Deed::Nothing => Ok(()),
        }
    }
}

/// Where the noise of an opening begins, after so many calls of earlier ones.
pub(crate) fn seed(name: &str, calls: u64) -> u64 {
    name.bytes().fold(calls, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

pub(crate) fn millibits(amount: u16) -> MinEntropy {
    MinEntropy::from_millibits(amount).expect("a claimable amount")
}

/// A pool of `doubles` with bounds that hold on a busy machine too.
pub(crate) fn pool_of(doubles: &[&'static Double]) -> PoolBuilder {
    EntropyPool::builder()
        .claims(Claims::built_in())
        .sources(doubles.iter().map(|double| double.found()))
        .deadline(Duration::from_secs(30))
        .source_bound(Duration::from_secs(10))
}

/// Waits until `is_so`, for at most thirty seconds.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < until, "not within thirty seconds: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
