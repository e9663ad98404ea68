//! A negative control: a short deterministic generator that passes every statistical test and holds no entropy at all.
//!
//! What it is for: whoever runs an assessment on it sees full marks, and knows then what an assessment cannot show. It is opened only by
//! name, is of the group of test doubles, and no calibration, trust or declaration gives it a claim.
//!
//! What can go wrong: nothing can, and no test can tell it from a good source.
//!
//! Reference: G. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003), triple (13, 7, 17).

use crate::{Candidate, Class, HostSource, Opened, SourceKind};
use openentropy_core::{
    Claim, Digitisation, EntropySource, Group, Independence, Platform, Raw, Requirement, SourceCategory,
    SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "control_prng",
    description: "negative control: a deterministic generator, the same bytes in every run",
    physics: "none: no entropy",
    category: SourceCategory::System,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};

/// The highest byte of each state.
const HIGH_BYTE: Digitisation = Digitisation { name: "high-byte", version: 1 };
/// Any number but zero; these are the first digits of pi.
const SEED: u64 = 0x2438_6a88_85a3_08d3;

pub(crate) struct Kind;

impl SourceKind for Kind {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    fn class(&self) -> Class {
        Class::Uncredited
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        &[HIGH_BYTE]
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["prng_control"]
    }

    fn is_opt_in(&self) -> bool {
        true
    }

    fn find(&self) -> Vec<Candidate> {
        vec![Candidate::ready()]
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        Ok(Opened { source: Box::new(Xorshift(SEED)), digitisation: HIGH_BYTE, claim: Claim::None })
    }
}

struct Xorshift(u64);

impl EntropySource for Xorshift {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                self.0 ^= self.0 << 13;
                self.0 ^= self.0 >> 7;
                self.0 ^= self.0 << 17;
                *slot = (self.0 >> 56) as u8;
            }
            Ok(())
        })
    }
}

impl HostSource for Xorshift {}
