//! Built-in claims, which come with sources.
//!
//! A built-in claim comes from recordings made on a machine of the class it names. The effective claim is a third of the lowest min-entropy assessed over
//! sequential recordings of an idle and of a loaded machine and over the rows and columns of a restart recording; elsewhere it is none. The
//! reports stand in `tests/vectors/recordings`, and a test holds every row of the table against its report.

use crate::sys::{Machine, TimerClass};
use openentropy_core::{Claim, Digitisation, MinEntropy};

/// What a sample of the heavy jitter loop is worth at most, on any machine whose counter passes the start-up test: a third of a bit.
pub const HEAVY_JITTER: MinEntropy = MinEntropy::at_most(333);

/// A claim that comes with a source, and the machines it holds on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ceiling {
    /// The source's name.
    pub source: &'static str,
    /// The rule that made the samples.
    pub digitisation: Digitisation,
    /// The architecture's name.
    pub architecture: &'static str,
    /// The counter.
    pub timer: TimerClass,
    /// The hypervisor's signature, or `None` for a machine of its own.
    pub hypervisor: Option<&'static str>,
    /// Worth of a sample.
    pub min_entropy: MinEntropy,
    /// The assessment, in `tests/vectors/recordings`.
    pub report: &'static str,
}

/// Every claim that comes with a source.
pub static CEILINGS: &[Ceiling] = &[Ceiling {
    source: "jitter_loop",
    digitisation: Digitisation { name: "fast-low-bits", version: 1 },
    architecture: "x86_64",
    timer: TimerClass::InvariantTsc,
    hypervisor: Some("KVMKVMKVM"),
    min_entropy: MinEntropy::at_most(650),
    report: "x86_64-invariant-tsc-kvm",
}];

impl Ceiling {
    fn holds(&self, machine: &Machine) -> bool {
        self.architecture == machine.architecture
            && machine.timer.is_some_and(|timer| timer.class == self.timer)
            && self.hypervisor == machine.hypervisor.as_deref()
            && machine.emulator.is_none()
    }
}

/// The claim that comes with `source` under `digitisation` on `machine`, or none.
///
/// ```
/// use openentropy_core::{Claim, Digitisation};
/// use openentropy_host::{Machine, claims::built_in};
/// let unheard_of = Digitisation { name: "top-bits", version: 1 };
/// assert_eq!(built_in("jitter_loop", unheard_of, Machine::this()), Claim::None);
/// ```
#[must_use]
pub fn built_in(source: &str, digitisation: Digitisation, machine: &Machine) -> Claim {
    CEILINGS
        .iter()
        .find(|row| row.source == source && row.digitisation == digitisation && row.holds(machine))
        .map_or(Claim::None, |row| Claim::BuiltIn(row.min_entropy))
}
