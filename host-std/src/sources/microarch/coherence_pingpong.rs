//! One cache line goes to another core and back.
//!
//! The physical effect: a store on one core takes the line from the other's cache through the coherence fabric, whose clock and traffic are not the
//! core's own; across sockets or clusters a second clock generator lies on the way. What is read: ticks from the store of a number until the
//! partner's answer to it is seen. Whoever loads the fabric or the partner's processor influences it.
//!
//! What can go wrong: one processor only (absent); no answer within a second is a timeout, and an answer that comes later is not taken for that of
//! the next round; a partner that died is a disconnection.
//!
//! Reference: Intel SDM vol. 3 §12.4 (MESI); Arm ARM §B2.2.

use super::helper::{self, Helper};
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicU64, Ordering};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::sync::Arc;

static INFO: SourceInfo = SourceInfo {
    name: "coherence_pingpong",
    description: "ticks of a cache line's way to another core and back",
    physics: "the coherence fabric has its own clock and traffic between the cores",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CoherencePingpong>::KIND;

/// An odd number is a question, the next even one its answer; alone on its line and on the one fetched beside it.
#[repr(align(128))]
#[derive(Default)]
struct Line(AtomicU64);

impl Line {
    /// Answers the question that stands there, unless a new one has come in the meantime.
    fn answer(&self) {
        let question = self.0.load(Ordering::Acquire);
        if question % 2 == 1 {
            let _newer_question =
                self.0.compare_exchange(question, question + 1, Ordering::AcqRel, Ordering::Acquire);
        }
    }
}

struct CoherencePingpong {
    line: Arc<Line>,
    question: u64,
    helper: Helper,
}

impl Work for CoherencePingpong {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const ALIASES: &'static [&'static str] =
        &["icc_atomic_contention", "cross_core_coherency", "exclusive_monitor"];

    fn find() -> Vec<Candidate> {
        vec![helper::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let line = Arc::new(Line::default());
        let theirs = Arc::clone(&line);
        let helper = Helper::start(INFO.name, move || theirs.answer())?;
        Ok(Self { line, question: 1, helper })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.question += 2;
        self.helper.join_in()
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.line.0.store(self.question, Ordering::Release);
        self.helper.wait_for(|| self.line.0.load(Ordering::Acquire) == self.question + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_question_is_answered() {
        let line = Line::default();
        line.answer();
        assert_eq!(line.0.load(Ordering::Relaxed), 0);
        line.0.store(7, Ordering::Relaxed);
        line.answer();
        line.answer();
        assert_eq!(line.0.load(Ordering::Relaxed), 8);
    }
}
