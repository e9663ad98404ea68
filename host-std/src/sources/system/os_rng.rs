//! The operating system's generator.
//!
//! What is read: bytes of getrandom(2) or getentropy(2), never waiting. They are mixed into every seed and never counted: what the kernel gathered
//! is the kernel's account, and nothing here can check it. What an attacker could influence: nothing, short of owning the kernel or starting
//! two machines from one snapshot.
//!
//! What can go wrong: the kernel has not been seeded since the machine started (not ready), a filter forbids the call (denied).

use crate::sys::os;
use crate::{Candidate, Class, HostSource, Opened, SourceKind};
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory,
    SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "os_rng",
    description: "bytes of the operating system's generator",
    physics: "whatever the kernel gathers: interrupt times, processor generators, the hypervisor's generator",
    category: SourceCategory::System,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::OsGenerator),
};

/// The bytes as they come.
const BYTES: Digitisation = Digitisation { name: "bytes", version: 1 };

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

    fn find(&self) -> Vec<Candidate> {
        vec![Candidate::ready()]
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        Ok(Opened { source: Box::new(OsRng), digitisation: BYTES, claim: Claim::None })
    }
}

struct OsRng;

impl EntropySource for OsRng {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(os::fill_random)
    }
}

impl HostSource for OsRng {}
