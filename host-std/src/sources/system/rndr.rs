//! RNDR: the generator of Armv8.5 processors.
//!
//! What is read: words of the register RNDR, tried ten times, each checked against the one before. What an attacker could influence: the
//! register may be served by the chip or by firmware; whoever made or runs them decides. Some cloud hosts advertise it and never answer, which
//! the self test at opening turns into an error. It is trusted or not, and never assessed.
//!
//! What can go wrong: no such register, or one that is hidden (absent); ten empty answers in a row (timeout); one word twice, or all ones (stuck).
//!
//! Reference: Arm Architecture Reference Manual for A-profile, RNDR; the flags say whether the word is good.

use super::instruction::{Generator, WORD_BYTES};
use crate::sys::cpu;
use crate::{Candidate, Class, Opened, SourceKind};
use openentropy_core::{
    Digitisation, Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "rndr",
    description: "words of the processor's RNDR register",
    physics: "a noise source of the chip maker's choice, conditioned and expanded",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::BYTE,
    independence: Independence::of(Group::CpuGenerator),
};

static GENERATOR: Generator = Generator {
    info: &INFO,
    instruction: cpu::RNDR,
    attempts: 10, // as Linux and others try it
    absent: "the processor has no RNDR, or the system hides it",
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

    fn aliases(&self) -> &'static [&'static str] {
        &["rndr_trap_timing"]
    }

    fn find(&self) -> Vec<Candidate> {
        GENERATOR.find()
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        GENERATOR.open()
    }
}
