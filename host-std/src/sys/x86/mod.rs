//! x86-64: the time-stamp counter, CPUID, and the processor's generators.

mod aes;
mod counter;
mod generators;
mod identity;

pub(crate) use aes::has_aes;
pub(crate) use counter::{Counter, timer};
pub(crate) use generators::{RDRAND, RDSEED};
pub(crate) use identity::{cpu_model, hypervisor};

use super::Instruction;

/// Armv8.5's instruction does not exist here.
pub(crate) const RNDR: Instruction = Instruction::MISSING;
