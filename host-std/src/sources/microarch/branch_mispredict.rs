//! Branches that the source's own past decides.
//!
//! The physical effect: a branch that the processor foretold wrongly costs it the work begun since; how many of a walk's branches it foretells depends on the
//! state of its predictors, which other programs on the core share and change. What is read: ticks of a walk of 64 branches, each decided by a
//! bit of the times of the last eight rounds. No generator feeds it, so there is nothing else to know than those times: neighbouring readings
//! depend on each other, and who sees all readings knows the branches.
//!
//! What can go wrong: a compiler that makes the branches branchless (each side has a call that it cannot see through).
//!
//! Reference: Intel 64 and IA-32 Architectures Optimization Reference Manual, "Branch Prediction Optimization".

use crate::sources::past::Past;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "branch_mispredict",
    description: "ticks of 64 branches that the times of earlier rounds decide",
    physics: "the state of shared branch predictors decides how many branches cost a restart",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<BranchMispredict>::KIND;

struct BranchMispredict {
    past: Past<8>,
}

impl Work for BranchMispredict {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["speculative_execution"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { past: Past::new() })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.past.remember();
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let mut bits = u64::from_le_bytes(*self.past.bytes());
        let mut sum = 1_u64;
        for _ in 0..u64::BITS {
            if bits & 1 == 1 {
                sum = black_box(sum).wrapping_mul(3);
            } else {
                sum = black_box(sum ^ 5);
            }
            bits >>= 1;
        }
        black_box(sum);
        Ok(())
    }
}
