//! A negative control: one value for ever.
//!
//! What it is for: whoever wants to see the health tests at work names it and sees start-up fail. It is opened only by name, is of the group of
//! test doubles, and nothing gives it a claim.
//!
//! What can go wrong: nothing; it is what goes wrong.

use crate::{Candidate, Class, HostSource, Opened, SourceKind};
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory,
    SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "control_constant",
    description: "negative control: the same value for ever",
    physics: "none: no entropy",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};

/// The value as it is.
const BYTES: Digitisation = Digitisation { name: "bytes", version: 1 };
/// Alternating bits, so that a dump shows at once what it is.
const VALUE: u8 = 0x55;

pub(crate) struct Kind;

impl SourceKind for Kind {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    fn class(&self) -> Class {
        Class::Uncredited
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[BYTES]
    }

    fn is_opt_in(&self) -> bool {
        true
    }

    fn find(&self) -> Vec<Candidate> {
        vec![Candidate::ready()]
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        Ok(Opened { source: Box::new(Constant), digitisation: BYTES, claim: Claim::None })
    }
}

struct Constant;

impl EntropySource for Constant {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            slots.fill(VALUE);
            Ok(())
        })
    }
}

impl HostSource for Constant {}
