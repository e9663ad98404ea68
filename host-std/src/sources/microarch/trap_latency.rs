//! An instruction that somebody else may carry out.
//!
//! The physical effect: CPUID on x86 stops until the pipeline has drained, and in a virtual machine leaves for the hypervisor; the read of an
//! identification register on AArch64 traps into the kernel, which answers for the processor. What is read: ticks of one such instruction. In
//! a virtual machine it samples the host, whose owner and other guests influence it. A view of the same noise as `jitter_loop`.
//!
//! What can go wrong: an AArch64 kernel that does not answer (Linux before 4.11, macOS) would end the program; there the source is absent.
//!
//! Reference: Intel SDM vol. 3 §28.1.2 (CPUID exits); Linux, Documentation/arch/arm64/cpu-feature-registers.rst.

use crate::sources::timed::{self, Timed, Work};
use crate::sys::cpu;
use crate::{Access, Candidate, Class, SourceKind, Virtualised};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "trap_latency",
    description: "ticks of an instruction that the hypervisor or the kernel carries out",
    physics: "the way into the hypervisor or the kernel and back depends on their caches and interrupts",
    category: SourceCategory::Microarch,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// What is sampled in a virtual machine.
const LEFT: &str = "the way into the hypervisor or this guest's kernel and back, which other guests share";

pub(super) static KIND: &dyn SourceKind = &Timed::<TrapLatency>::KIND;

struct TrapLatency {
    trap: fn(),
}

impl Work for TrapLatency {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["gxf_register_timing", "cntfrq_cache_timing"];

    fn find() -> Vec<Candidate> {
        vec![match cpu::trap() {
            Some(_) => {
                let here = timed::here();
                let leaves = here.virtualised == Virtualised::SharedHardware;
                Candidate { sampled: leaves.then_some(LEFT), ..here }
            }
            None => Candidate::missing(
                Access::Absent,
                "no instruction here traps and comes back (HWCAP_CPUID on AArch64)",
            ),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { trap: cpu::trap().ok_or(SourceError::Absent)? })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        (self.trap)();
        Ok(())
    }
}
