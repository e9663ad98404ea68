//! Processors without a counter or generator that a program may read: the operating system's clock stands in.

use super::{Instruction, Layer, TimedWait, Timer, TimerClass, os};
use openentropy_core::sources::CycleCounter;

/// x86's instructions do not exist here.
pub(crate) const RDRAND: Instruction = Instruction::MISSING;
/// x86's instructions do not exist here.
pub(crate) const RDSEED: Instruction = Instruction::MISSING;
/// Armv8.5's instruction does not exist here.
pub(crate) const RNDR: Instruction = Instruction::MISSING;

/// The operating system's monotonic clock.
#[derive(Clone, Copy)]
pub(crate) struct Counter;

impl CycleCounter for Counter {
    fn now(&mut self) -> u64 {
        os::steady_ns()
    }
}

/// A clock in nanoseconds, whatever lies behind it.
#[allow(clippy::unnecessary_wraps, reason = "elsewhere a program may be forbidden to read it")]
pub(crate) fn timer() -> Option<Timer> {
    Some(Timer { class: TimerClass::OsClock, hertz: Some(1_000_000_000) })
}

/// The processor, as far as the architecture's name tells.
pub(crate) fn cpu_model() -> String {
    os::cpu_model()
}

/// The hypervisor, as far as the system tells.
pub(crate) fn hypervisor() -> Option<String> {
    os::hypervisor()
}

/// Nobody knows of an emulator by the processor.
pub(crate) const fn emulator() -> Option<Layer> {
    None
}

/// Nobody knows, so AES is taken to be slow.
pub(crate) const fn has_aes() -> bool {
    false
}

/// Whether [`CycleCounter::evict`] pushes a line out of the caches here.
pub(crate) const EVICTS: bool = false;

/// Writes every word; that the stores pass the caches by nobody can ask here.
pub(crate) fn stream(words: &mut [i64]) {
    core::hint::black_box(words).fill(1);
    core::sync::atomic::fence(core::sync::atomic::Ordering::SeqCst);
}

/// Nobody knows of an instruction that traps and comes back.
pub(crate) const fn trap() -> Option<fn()> {
    None
}

/// Nobody knows of AES instructions.
pub(crate) const fn aes_chain() -> Option<fn(u128) -> u128> {
    None
}

/// Nobody knows of a vector unit.
pub(crate) const fn wide_slice() -> Option<fn()> {
    None
}

/// Nobody knows of an instruction that waits.
pub(crate) const fn timed_wait() -> Option<TimedWait> {
    None
}
