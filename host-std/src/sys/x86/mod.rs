//! x86-64: the time-stamp counter, CPUID, and the processor's generators.

mod aes;
mod counter;
mod generators;
mod identity;
mod stores;
mod waits;
mod wide;

pub(crate) use aes::{aes_chain, has_aes};
pub(crate) use counter::{Counter, timer, trap};
pub(crate) use generators::{RDRAND, RDSEED};
pub(crate) use identity::{cpu_model, emulator, hypervisor};
pub(crate) use stores::stream;
pub(crate) use waits::timed_wait;
pub(crate) use wide::wide_slice;

use super::Instruction;

/// Armv8.5's instruction does not exist here.
pub(crate) const RNDR: Instruction = Instruction::MISSING;

/// Whether [`CycleCounter::evict`](openentropy_core::sources::CycleCounter::evict) pushes a line out of the caches here.
pub(crate) const EVICTS: bool = true;
