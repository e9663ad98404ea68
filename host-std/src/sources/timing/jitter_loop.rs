//! The jitter loop of the core, over this machine's counter.
//!
//! The physical effect: the memory controller's refresh and arbitration, the coherence fabric's clock and interrupts vary the time of a fixed
//! walk over memory. What is timed: in the heavy form 128 accesses to a memory above the second-level cache and a pass of SHA-256; in the fast
//! form two accesses to lines that were just pushed out of all caches. Other programs and, in a virtual machine, other guests influence the
//! readings by loading memory; they see none of them.
//!
//! How it was assessed: the fast form carries the claim of its recordings, on machines of the recorded class, and is not used elsewhere. The
//! heavy form carries at most a third of a bit, as long practised by jitterentropy and the Linux kernel, on any machine whose counter passes
//! the start-up test. Neither is ever credited with more than a third of what its own first 1,024 samples support.
//!
//! What can go wrong: a counter that the process may not read (denied), that stands still, goes back or is too coarse (said so at
//! opening or later), readings that hardly vary (stuck). Under an emulator it has no claim.
//!
//! References: S. Müller, "CPU Time Jitter Based Non-Physical True Random Number Generator"; SP 800-90B §6.3.

use crate::claims::{self, HEAVY_JITTER};
use crate::sources::measured::{Measured, low_bits};
use crate::sys::{Machine, cpu};
use crate::{Access, Candidate, Class, Opened, SourceKind, Virtualised};
use openentropy_core::sources::{JitterLoop, JitterWork};
use openentropy_core::{Claim, Digitisation, SourceError, SourceInfo};

/// Memory of the heavy walk: twice the second-level cache of the largest common server cores.
const HEAVY_MEMORY: usize = 4 << 20;
/// Memory of the fast walk, whose lines never stay in a cache.
const FAST_MEMORY: usize = 64 << 10;

/// Low bits of the heavy work's time.
const HEAVY: Digitisation = Digitisation { name: "heavy-low-bits", version: 1 };
/// Low bits of the fast work's time.
const FAST: Digitisation = Digitisation { name: "fast-low-bits", version: 1 };

type Loop = JitterLoop<cpu::Counter, Box<[u8]>>;

pub(crate) struct Kind;

impl SourceKind for Kind {
    fn info(&self) -> &'static SourceInfo {
        Loop::INFO
    }

    fn class(&self) -> Class {
        Class::Processor
    }

    fn digitisations(&self) -> &'static [Digitisation] {
        match fast_claim(Machine::this()) {
            Claim::None => &[HEAVY, FAST],
            _ => &[FAST, HEAVY],
        }
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["jitter", "jitterentropy"]
    }

    fn find(&self) -> Vec<Candidate> {
        let machine = Machine::this();
        if machine.timer.is_none() {
            let reason = "the process may not read the time-stamp counter (PR_SET_TSC)";
            return vec![Candidate::missing(Access::Denied, reason)];
        }
        vec![Candidate {
            virtualised: machine.processor(),
            claim: match fast_claim(machine) {
                Claim::None => heavy_claim(machine),
                claim => claim,
            },
            ..Candidate::ready()
        }]
    }

    fn ceiling(&self, _: &Candidate, digitisation: Digitisation) -> Claim {
        let machine = Machine::this();
        match digitisation {
            FAST => fast_claim(machine),
            HEAVY => heavy_claim(machine),
            _ => Claim::None,
        }
    }

    fn open(&self, _: &Candidate) -> Result<Opened, SourceError> {
        match fast_claim(Machine::this()) {
            Claim::None => heavy(),
            _ => fast().or_else(|_| heavy()), // which of them it is, the digitisation says
        }
    }

    fn open_as(&self, _: &Candidate, digitisation: &str) -> Result<Opened, SourceError> {
        match digitisation {
            name if name == FAST.name => fast(),
            name if name == HEAVY.name => heavy(),
            _ => Err(SourceError::Absent),
        }
    }
}

fn fast() -> Result<Opened, SourceError> {
    opened(JitterWork::Fast, FAST, fast_claim(Machine::this()))
}

fn heavy() -> Result<Opened, SourceError> {
    opened(JitterWork::Heavy, HEAVY, heavy_claim(Machine::this()))
}

/// What recordings on machines like this one carry.
fn fast_claim(machine: &Machine) -> Claim {
    claims::built_in(Loop::INFO.name, FAST, machine)
}

/// A third of a bit anywhere but on an emulator, whose clock its author controls.
fn heavy_claim(machine: &Machine) -> Claim {
    match machine.processor() {
        Virtualised::Emulated => Claim::None,
        Virtualised::No | Virtualised::SharedHardware => Claim::BuiltIn(HEAVY_JITTER),
    }
}

fn opened(work: JitterWork, digitisation: Digitisation, claim: Claim) -> Result<Opened, SourceError> {
    if Machine::this().timer.is_none() {
        return Err(SourceError::Denied);
    }
    let memory = match work {
        JitterWork::Fast => FAST_MEMORY,
        _ => HEAVY_MEMORY,
    };
    let jitter: Loop = JitterLoop::new(cpu::Counter, vec![0; memory].into_boxed_slice(), work)?;
    let step = jitter.step();
    Ok(Opened {
        source: Box::new(Measured::new(jitter, low_bits, step).bounded_by_start()),
        digitisation,
        claim,
    })
}
