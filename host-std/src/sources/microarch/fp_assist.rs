//! Multiplications whose results are too small for a normal number.
//!
//! The physical effect: processors that finish such results in microcode (Intel's) leave the pipeline for each of them, which costs a time that depends on
//! the core's state; others (AMD's Zen, Arm's) take them as any number, and the readings hardly vary. What is read: ticks of 64 dependent
//! multiplications. Everybody who loads the machine influences it: a view of the same noise as `jitter_loop`.
//!
//! What can go wrong: a thread that flushes such results to zero would time something else; each round checks, and answers that the source
//! is absent there.
//!
//! Reference: IEEE 754-2019 §2.1 (subnormal number); Intel SDM vol. 1 §11.6.3 (MXCSR.FTZ).

use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "fp_assist",
    description: "ticks of 64 multiplications with subnormal results",
    physics: "microcode that finishes small results depends on the state of the core",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<FpAssist>::KIND;

/// Multiplications of a reading.
const PRODUCTS: u32 = 64;

struct FpAssist;

impl Work for FpAssist {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["denormal_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let mut product = black_box(f64::MIN_POSITIVE / 4.0);
        for _ in 0..PRODUCTS {
            product = black_box(product) * black_box(1.0);
        }
        if product.is_subnormal() { Ok(()) } else { Err(SourceError::Absent) }
    }
}
