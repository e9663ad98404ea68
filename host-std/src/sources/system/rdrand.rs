//! RDRAND: the generator on an x86 die.
//!
//! What is read: output of an SP 800-90A generator in hardware, in its 64-bit form, tried ten times, each word checked against the one
//! before. What an attacker could influence: whoever made the processor or runs it (microcode, a hypervisor that traps) decides what it says; no
//! program can check. It is trusted or not, and never assessed: no claim, unless the operator lifts that. Beside `rdseed` it adds
//! nothing: both end in the same noise source.
//!
//! What can go wrong: no such instruction, or one that is hidden (absent); ten empty answers in a row (timeout); one word twice, or all ones
//! (stuck).
//!
//! References: Intel SDM vol. 1 §7.3.17; AMD64 manual vol. 3, RDRAND; errata: all ones after a suspend (AMD before Zen) or always (early Ryzen 3000).

use super::instruction::{Generator, WORD_BYTES};
use crate::sys::cpu;
use crate::{Candidate, Class, Opened, SourceKind};
use openentropy_core::{
    Digitisation, Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "rdrand",
    description: "words of the processor's RDRAND instruction",
    physics: "thermal noise of a latch on the die, conditioned and expanded by the maker's generator",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::BYTE,
    independence: Independence::of(Group::CpuGenerator),
};

static GENERATOR: Generator = Generator {
    info: &INFO,
    instruction: cpu::RDRAND,
    attempts: 10, // the bound of Intel's DRNG guide §5.2.1
    absent: "the processor has no RDRAND, or the hypervisor hides it",
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
