//! Instructions that wait for the time-stamp counter.

use super::counter::leaf;
use crate::sys::TimedWait;
use core::arch::asm;
use core::arch::x86_64::_rdtsc;
use core::sync::atomic::AtomicU8;

/// Ticks of a wait: below the 100,000 that Linux grants a program in one TPAUSE (/sys/devices/system/cpu/umwait_control/max_time).
const TICKS: u64 = 20_000;

/// The processor's wait for its counter: TPAUSE (CPUID 7, ECX bit 5), or else MWAITX (CPUID 8000_0001h, ECX bit 29).
pub(crate) fn timed_wait() -> Option<TimedWait> {
    if leaf(7).is_some_and(|[_, _, ecx, _]| ecx & 1 << 5 != 0) {
        return Some(TimedWait { ticks: TICKS, until: tpause });
    }
    let mwaitx = leaf(0x8000_0001).is_some_and(|[_, _, ecx, _]| ecx & 1 << 29 != 0);
    mwaitx.then_some(TimedWait { ticks: TICKS, until: |deadline| mwaitx_for(remaining(deadline)) })
}

/// Waits in the state C0.2, where the system permits that, for `deadline`, an interrupt, or the system's limit (Intel SDM vol. 2, TPAUSE).
fn tpause(deadline: u64) {
    let (low, high) = (deadline as u32, (deadline >> 32) as u32);
    // SAFETY: `timed_wait` gives this out only where the processor has the instruction, which changes the flags only; where the counter may not
    // be read it faults, and no source opens there.
    unsafe {
        asm!("tpause {state:e}", state = in(reg) 0, in("eax") low, in("edx") high, options(nomem, nostack));
    };
}

/// Waits for so many ticks, an interrupt, or a store to a line that nobody stores to (AMD64 manual vol. 3, MONITORX and MWAITX).
fn mwaitx_for(ticks: u32) {
    /// EAX: no deeper state than C0, whose leaving has no bound of its own.
    const STAY: u32 = 0xf0;
    /// ECX: EBX holds a time.
    const TIMED: u32 = 2;
    static LINE: AtomicU8 = AtomicU8::new(0);
    // SAFETY: `timed_wait` gives this out only where the processor has the instruction; the address is that of a static, which is not touched.
    unsafe {
        asm!("monitorx", in("rax") LINE.as_ptr(), in("ecx") 0, in("edx") 0, options(nostack, preserves_flags));
    };
    // SAFETY: as above; RBX, which is the compiler's, is put back.
    unsafe {
        asm!(
            "mov {kept}, rbx",
            "mov ebx, {ticks:e}",
            "mwaitx",
            "mov rbx, {kept}",
            kept = out(reg) _,
            ticks = in(reg) ticks,
            in("eax") STAY,
            in("ecx") TIMED,
            options(nostack, preserves_flags),
        );
    }
}

/// Ticks from now to `deadline`, at least one: MWAITX takes zero for no limit.
fn remaining(deadline: u64) -> u32 {
    // SAFETY: the instruction exists on every x86-64 processor; no source opens where the process may not use it.
    let now = unsafe { _rdtsc() };
    u32::try_from(deadline.saturating_sub(now)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passed_deadline_is_waited_for_briefly() {
        if crate::sys::Machine::this().timer.is_none() {
            return; // the process may not read the counter
        }
        assert_eq!((remaining(0), remaining(u64::MAX)), (1, u32::MAX));
    }
}
