//! RDSEED: the conditioned noise source on an x86 die.
//!
//! What is read: words of the conditioner in front of the generator behind RDRAND, in the 64-bit form only, tried a hundred times with a pause
//! since the supply is slow. What an attacker could influence: as for `rdrand`, and another core that drains it makes it answer late. The
//! narrower forms are wrong on AMD's Zen 5 (zero with success, CVE-2025-62626). It is trusted or not, and never assessed.
//!
//! What can go wrong: no such instruction, or one that is hidden (absent); a hundred empty answers in a row (timeout); one word twice, or all ones
//! (stuck).
//!
//! References: Intel SDM vol. 1 §7.3.17; AMD64 manual vol. 3, RDSEED.

use super::instruction::{Generator, WORD_BYTES};
use crate::sys::cpu;
use crate::{Candidate, Class, Opened, SourceKind};
use openentropy_core::{
    Digitisation, Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "rdseed",
    description: "words of the processor's RDSEED instruction",
    physics: "thermal noise of a latch on the die, conditioned by the maker",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::BYTE,
    independence: Independence::of(Group::CpuGenerator),
};

static GENERATOR: Generator = Generator {
    info: &INFO,
    instruction: cpu::RDSEED,
    attempts: 100, // a supply shared by all cores may be empty for microseconds
    absent: "the processor has no RDSEED, or the hypervisor hides it",
};

pub(crate) struct Kind;

impl SourceKind for Kind {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    fn class(&self) -> Class {
        Class::Generator
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[WORD_BYTES]
    }

    fn find(&self) -> Vec<Candidate> {
        GENERATOR.find()
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        GENERATOR.open()
    }
}
