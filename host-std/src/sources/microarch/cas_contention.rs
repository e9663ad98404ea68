//! Two threads exchange words on one cache line.
//!
//! The physical effect: a compare-exchange needs its line alone, so the coherence fabric passes the line between the cores, and which core wins when
//! depends on the fabric's arbitration. What is read: the ticks of sixteen attempts of the source's own thread, while a partner on another
//! processor attempts the same; the partner's times are not mixed in. Whoever loads the fabric or the partner's processor influences it; a
//! scheduler that does not run both threads at once leaves an uncontended line. The partner rests when no readings are taken.
//!
//! What can go wrong: one processor only (absent); a partner that does not run in time is a timeout, and one that died a disconnection.
//!
//! Reference: Intel SDM vol. 3 §9.1.4; Arm ARM §B2.2.

use super::helper::{self, Helper};
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicU64, Ordering};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::sync::Arc;

static INFO: SourceInfo = SourceInfo {
    name: "cas_contention",
    description: "ticks of sixteen compare-exchanges on a line that another core wants too",
    physics: "the coherence fabric arbitrates between cores that want one line",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CasContention>::KIND;

/// Attempts of a reading.
const ATTEMPTS: u32 = 16;

/// A word that shares its cache line, and the line that is fetched beside it, with nothing.
#[repr(align(128))]
#[derive(Default)]
struct Line(AtomicU64);

impl Line {
    fn attempt(&self, expected: u64) -> u64 {
        match self.0.compare_exchange(expected, expected.wrapping_add(1), Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => expected.wrapping_add(1),
            Err(found) => found,
        }
    }
}

struct CasContention {
    line: Arc<Line>,
    expected: u64,
    helper: Helper,
}

impl Work for CasContention {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;

    fn find() -> Vec<Candidate> {
        vec![helper::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let line = Arc::new(Line::default());
        let (theirs, mut expected) = (Arc::clone(&line), 0);
        let helper = Helper::start(INFO.name, move || expected = theirs.attempt(expected))?;
        Ok(Self { line, expected: 0, helper })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.helper.join_in()
    }

    fn run(&mut self) -> Result<(), SourceError> {
        for _ in 0..ATTEMPTS {
            self.expected = self.line.attempt(self.expected);
        }
        Ok(())
    }
}
