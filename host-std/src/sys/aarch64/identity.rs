//! Who the processor is, and whoever stands in for it.

use super::timer;
use crate::sys::{Layer, os};
use core::arch::asm;

/// The rate of QEMU's counter: a tick is 16 ns (QEMU, target/arm/internals.h, GTIMER_SCALE), 1 ns from version 9.1 on Armv8.6 models.
const QEMU_HERTZ: u64 = 62_500_000;

/// The processor, which only the operating system may ask for its identity.
pub(crate) fn cpu_model() -> String {
    os::cpu_model()
}

/// The hypervisor, likewise.
pub(crate) fn hypervisor() -> Option<String> {
    os::hypervisor()
}

/// An emulator that names itself: by an implementer that makes no silicon (Arm ARM, MIDR_EL1: 0 is for software), or in a virtual machine by
/// the rate of its counter.
///
/// A whole machine that QEMU emulates under another processor's name and rate, booted without firmware, stays unknown.
pub(crate) fn emulator() -> Option<Layer> {
    if main_identity().is_some_and(|identity| identity >> 24 & 0xff == 0) {
        return Some(Layer::new("unknown", "MIDR_EL1"));
    }
    let rate = timer().and_then(|timer| timer.hertz);
    (rate == Some(QEMU_HERTZ) && hypervisor().is_some()).then(|| Layer::new("qemu", "CNTFRQ_EL0"))
}

/// The read of an identification register, which traps into the kernel, where the kernel answers for the processor.
pub(crate) fn trap() -> Option<fn()> {
    os::answers_for_registers().then_some(|| {
        // SAFETY: the kernel said that it carries out this read for programs.
        core::hint::black_box(unsafe { midr() });
    })
}

/// Implementer, part and revision, where the kernel answers for the processor.
fn main_identity() -> Option<u64> {
    // SAFETY: the kernel says that it carries out this read for programs.
    os::answers_for_registers().then(|| unsafe { midr() })
}

/// MIDR_EL1.
///
/// # Safety
/// The kernel must carry out the read for programs (HWCAP_CPUID); where it does not, the read ends the process.
unsafe fn midr() -> u64 {
    let identity: u64;
    // SAFETY: the caller's promise; the register read touches no memory.
    unsafe {
        asm!("mrs {identity}, midr_el1", identity = out(reg) identity, options(nomem, nostack, preserves_flags));
    }
    identity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_says_who_it_is() {
        let Some(identity) = main_identity() else { return }; // Linux before 4.11, macOS
        assert!(identity != 0 && identity >> 32 == 0, "{identity:x}"); // the upper half is reserved, zero
        assert_eq!(main_identity(), Some(identity));
    }
}
