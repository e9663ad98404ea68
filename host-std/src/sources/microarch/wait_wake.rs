//! How late the processor wakes from a wait of its own.
//!
//! The physical effect: an instruction stops the core in a light sleep until the counter reaches a number; comparing, waking and refilling the pipeline
//! take a time that depends on the core's state, its sibling's and its clock. On AArch64 the instruction waits for an event, and the
//! kernel has the counter send one every 100 µs, so the phase between that stream and the deadline is read too. What is read: ticks from
//! the deadline to the first instruction behind it; the waits are repeated until the deadline is over, for interrupts end them. Everybody who
//! loads the machine influences it: a view of the same noise as `jitter_loop`.
//!
//! What can go wrong: a processor without such an instruction, or a hypervisor that hides it, as most do (absent). A kernel that limits the wait ends
//! it earlier, and it is begun again. An emulator may not wait at all, and the loop then does it. A wait takes 20,000 ticks on x86, 50 µs on AArch64.
//!
//! Reference: Intel SDM vol. 2, TPAUSE; AMD64 manual vol. 3, MONITORX and MWAITX; Arm ARM §C6.2, WFE, and §D12.2.4 (event streams).

use crate::sources::metered::{Meter, Metered};
use crate::sources::timed;
use crate::sys::{TimedWait, cpu};
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "wait_wake",
    description: "ticks by which the processor wakes late from a wait of its own",
    physics: "the core's state and clock vary the time from a deadline to the next instruction",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::CpuFeature,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Metered::<WaitWake>::KIND;

struct WaitWake {
    counter: cpu::Counter,
    wait: TimedWait,
}

impl Meter for WaitWake {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["sev_event_timing"];

    fn find() -> Vec<Candidate> {
        let reason = "the processor has no instruction that waits for its counter (WAITPKG or MONITORX on x86; WFE with the \
            kernel's event stream on AArch64), or the hypervisor hides it";
        vec![match cpu::timed_wait() {
            Some(_) => timed::here(),
            None => Candidate::missing(Access::Absent, reason),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let wait = cpu::timed_wait().ok_or(SourceError::Absent)?;
        Ok(Self { counter: cpu::Counter, wait })
    }
}

impl Measure for WaitWake {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    /// Waits until a deadline; the counter itself bounds the loop.
    fn measure(&mut self) -> Result<u64, SourceError> {
        let mut now = self.counter.now();
        let deadline = now.wrapping_add(self.wait.ticks);
        while now < deadline {
            (self.wait.until)(deadline);
            now = self.counter.now();
        }
        Ok(now.wrapping_sub(deadline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Machine;

    /// As on a machine that interrupts every wait at once.
    #[test]
    fn a_wait_that_ends_early_is_begun_again() {
        if Machine::this().timer.is_none() {
            return; // the process may not read the counter
        }
        let wait = TimedWait { ticks: 1000, until: |_| {} };
        let mut wake = WaitWake { counter: cpu::Counter, wait };
        let began = wake.counter.now();
        let late = wake.measure().unwrap();
        assert!(wake.counter.now() >= began + 1000 + late);
    }

    #[test]
    fn a_processor_that_waits_is_never_early() {
        let Ok(mut wake) = WaitWake::open(&Candidate::ready()) else { return };
        if Machine::this().timer.is_none() {
            return;
        }
        let began = wake.counter.now();
        let late = wake.measure().unwrap();
        assert!(wake.counter.now() >= began + wake.wait.ticks + late);
    }
}
