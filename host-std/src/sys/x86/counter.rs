//! The time-stamp counter.

use crate::sys::{self, Timer, TimerClass};
use core::arch::x86_64::{__cpuid, _mm_clflush, _mm_lfence, _mm_mfence, _rdtsc};
use openentropy_core::sources::CycleCounter;

/// The time-stamp counter, read between two fences.
#[derive(Clone, Copy)]
pub(crate) struct Counter;

impl CycleCounter for Counter {
    fn now(&mut self) -> u64 {
        // SAFETY: SSE2, which every x86-64 processor has.
        unsafe { _mm_lfence() };
        // SAFETY: the instruction exists on every x86-64 processor; `timer` says `Unknown` where the process may not use it.
        let now = unsafe { _rdtsc() };
        // SAFETY: as the first.
        unsafe { _mm_lfence() };
        now
    }

    fn evict(&mut self, byte: &u8) {
        // SAFETY: SSE2, and the address is that of a reference: the line is written back, its content does not change.
        unsafe { _mm_clflush(core::ptr::from_ref(byte)) };
        // SAFETY: SSE2. Without the fence a load may pass the flush and find the line still there, and for whole time slices it does.
        unsafe { _mm_mfence() };
    }
}

/// What the counter is: AMD64 manual vol. 3 §E.4.5 and Intel SDM vol. 3 §19.17.1 (CPUID 8000_0007h, EDX bit 8: invariant).
pub(crate) fn timer() -> Option<Timer> {
    if !sys::os::counter_allowed() {
        return None;
    }
    let class = if leaf(0x8000_0007).is_some_and(|[.., edx]| edx & 1 << 8 != 0) {
        TimerClass::InvariantTsc
    } else {
        TimerClass::VariableTsc
    };
    Some(Timer { class, hertz: None })
}

/// An instruction that waits for the pipeline to drain, and in a virtual machine leaves for the hypervisor (CPUID).
#[allow(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
pub(crate) fn trap() -> Option<fn()> {
    Some(|| {
        core::hint::black_box(leaf(0));
    })
}

/// EAX, EBX, ECX, EDX of a CPUID leaf, if the processor has it.
#[allow(unused_unsafe, reason = "newer compilers hold CPUID to be safe, Rust 1.88 does not")]
pub(super) fn leaf(number: u32) -> Option<[u32; 4]> {
    // SAFETY: every x86-64 processor has CPUID; the first leaf of each range says how many there are.
    let last = unsafe { __cpuid(number & 0xf000_0000) }.eax;
    if number > last {
        return None;
    }
    // SAFETY: as above.
    let registers = unsafe { __cpuid(number) };
    Some([registers.eax, registers.ebx, registers.ecx, registers.edx])
}
