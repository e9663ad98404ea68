//! A chain of AES rounds.
//!
//! The physical effect: the processor's AES unit takes the same time for all data, by design, so next to nothing is left but the core's clock against the
//! counter's and interrupts: expect very little. What is read: ticks of 64 rounds, each on the result of the one before. Everybody who loads the
//! machine influences it: a view of the same noise as `jitter_loop`. As seen on a Zen 5 guest, three values make up all but one reading in a
//! thousand.
//!
//! What can go wrong: a processor without AES instructions (absent).
//!
//! Reference: FIPS 197 §5.1; Intel SDM vol. 2, AESENC; Arm ARM §C7.2, AESE and AESMC.

use crate::sources::timed::{self, Timed, Work};
use crate::sys::cpu;
use crate::{Access, Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "aes_unit",
    description: "ticks of 64 rounds in the processor's AES unit",
    physics: "the core's clock falls differently against the counter's, and interrupts fall between",
    category: SourceCategory::Signal,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<AesUnit>::KIND;

struct AesUnit {
    chain: fn(u128) -> u128,
    block: u128,
}

impl Work for AesUnit {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["commoncrypto_aes_timing", "aes_exec_timing"];

    fn find() -> Vec<Candidate> {
        vec![match cpu::aes_chain() {
            Some(_) => timed::here(),
            None => Candidate::missing(
                Access::Absent,
                "the processor has no AES instructions, or the system hides them",
            ),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { chain: cpu::aes_chain().ok_or(SourceError::Absent)?, block: 0 })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.block = black_box((self.chain)(self.block));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_is_made_of_aes_rounds() {
        let Some(chain) = cpu::aes_chain() else { return };
        // A block of equal bytes stays one: ShiftRows and MixColumns keep it, so each round is the S-box on one byte (FIPS 197 §5.1), and
        // the S-box, as a permutation, has cycles of 87, 81, 59, 27 and 2: after 64 rounds only the last is back, that of 73h and 8Fh.
        let back: Vec<u8> = (0..=255)
            .filter(|byte| chain(u128::from_le_bytes([*byte; 16])).to_le_bytes() == [*byte; 16])
            .collect();
        assert_eq!(back, [0x73, 0x8f]);
    }
}
