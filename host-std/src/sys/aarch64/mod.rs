//! AArch64: the virtual counter and RNDR.

mod aes;
mod identity;
mod wide;

pub(crate) use aes::{aes_chain, has_aes};
pub(crate) use identity::{cpu_model, emulator, hypervisor, trap};
pub(crate) use wide::wide_slice;

use super::{Instruction, TimedWait, Timer, TimerClass, os};
use core::arch::asm;
use openentropy_core::sources::CycleCounter;

/// x86's instructions do not exist here.
pub(crate) const RDRAND: Instruction = Instruction::MISSING;
/// x86's instructions do not exist here.
pub(crate) const RDSEED: Instruction = Instruction::MISSING;

/// A random number from the generator of Armv8.5 (Arm ARM K.a §D24.2.124, RNDR).
pub(crate) const RNDR: Instruction = Instruction {
    present: || std::arch::is_aarch64_feature_detected!("rand"),
    read: || {
        let (word, failed): (u64, u64);
        // SAFETY: `Instruction::read` is called only after `present` said yes; the register read changes the flags only.
        unsafe {
            asm!("mrs {word}, s3_3_c2_c4_0", "cset {failed}, eq", word = out(reg) word, failed = out(reg) failed, options(nomem, nostack));
        }
        (failed == 0).then_some(word)
    },
};

/// The virtual counter (CNTVCT_EL0), read behind a barrier.
#[derive(Clone, Copy)]
pub(crate) struct Counter;

impl CycleCounter for Counter {
    fn now(&mut self) -> u64 {
        let now: u64;
        // SAFETY: Linux and macOS let programs read the virtual counter; the barriers order it and touch nothing.
        unsafe {
            asm!("isb", "mrs {now}, cntvct_el0", "isb", now = out(reg) now, options(nostack, preserves_flags));
        }
        now
    }

    fn evict(&mut self, byte: &u8) {
        // SAFETY: the address is that of a reference; both systems let programs clean and invalidate to the point of coherency
        // (SCTLR_EL1.UCI), which writes the line back and leaves its content as it is.
        unsafe {
            asm!("dc civac, {at}", "dsb ish", at = in(reg) core::ptr::from_ref(byte), options(nostack, preserves_flags));
        }
    }
}

/// The counter with its frequency (CNTFRQ_EL0).
pub(crate) fn timer() -> Option<Timer> {
    if !os::counter_allowed() {
        return None;
    }
    Some(Timer { class: TimerClass::ArmVirtualCounter, hertz: Some(hertz()) })
}

/// The counter's frequency.
fn hertz() -> u64 {
    let hertz: u64;
    // SAFETY: readable wherever the counter itself is.
    unsafe {
        asm!("mrs {hertz}, cntfrq_el0", hertz = out(reg) hertz, options(nomem, nostack, preserves_flags));
    }
    hertz
}

/// Whether [`CycleCounter::evict`] pushes a line out of the caches here.
pub(crate) const EVICTS: bool = true;

/// Writes every pair of words with the hint that no cache need keep it (STNP), and waits until the stores are done.
pub(crate) fn stream(words: &mut [i64]) {
    for pair in words.as_chunks_mut::<2>().0 {
        // SAFETY: the address is that of two live words, borrowed exclusively.
        unsafe {
            asm!("stnp {one}, {one}, [{at}]", one = in(reg) 1_i64, at = in(reg) pair.as_mut_ptr(), options(nostack, preserves_flags));
        }
    }
    // SAFETY: a barrier has no precondition.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
}

/// The wait for an event (Arm ARM §C6.2, WFE), where the kernel has the counter send one again and again, every 100 µs on Linux; without such
/// a stream nothing bounds it.
pub(crate) fn timed_wait() -> Option<TimedWait> {
    /// 50 µs: half of the stream's period.
    const WAITS_PER_SECOND: u64 = 20_000;
    os::event_stream().then(|| TimedWait {
        ticks: (hertz() / WAITS_PER_SECOND).max(1),
        // SAFETY: a hint without operands, which touches no memory; the kernel said that the stream ends it.
        until: |_| unsafe { asm!("wfe", options(nomem, nostack, preserves_flags)) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_has_a_rate_and_follows_time() {
        let Some(Timer { hertz, .. }) = timer() else { return }; // the process may not read it
        let hertz = hertz.expect("CNTFRQ_EL0 says");
        let (began, before) = (std::time::Instant::now(), Counter.now());
        std::thread::sleep(core::time::Duration::from_millis(50));
        let (after, took) = (Counter.now(), began.elapsed());
        let ticks = u128::from(after - before);
        assert!(
            ticks > 0 && ticks * 1_000_000_000 <= took.as_nanos() * u128::from(hertz) * 101 / 100,
            "{ticks} ticks"
        );
    }

    #[test]
    fn words_of_the_generator_come_and_differ() {
        if !(RNDR.present)() {
            return; // before Armv8.5, or hidden
        }
        let words: Vec<u64> = (0..1000).filter_map(|_| (RNDR.read)()).take(8).collect();
        // Some hosts advertise it and never answer. Two equal words of 64 bits among eight have a chance below 2^-59.
        assert!(words.iter().enumerate().all(|(at, word)| !words[..at].contains(word)), "{words:x?}");
    }

    #[test]
    fn stores_past_the_caches_write_every_word() {
        let mut words = [0_i64; 64];
        stream(&mut words);
        assert_eq!(words, [1; 64]);
    }
}
