//! A fixed piece of work beside a busy thread of the same core.
//!
//! The physical effect: two threads of one core share its multiplier, its ports and its schedulers, and which of them issues in a cycle depends on how
//! the two fell against each other. What is read: ticks of 256 multiplications in four chains, while a partner on the sibling processor
//! multiplies without rest. Whoever runs on either processor influences it: a view of the same noise as `jitter_loop`.
//!
//! The partner sits on the sibling of the processor that the source's thread runs on at the moment. A processor has siblings of the same core only where
//! the system says so: a virtual machine whose host does not tell may have them without knowing.
//!
//! What can go wrong: no siblings, or none that this process may use (absent); while the source's thread runs where it has none, readings are not
//! ready; no answer within a second is a timeout; a partner that died is a disconnection.
//!
//! Reference: Linux, Documentation/ABI/stable/sysfs-devices-system-cpu (topology/thread_siblings_list); Intel SDM vol. 1 §2.2.8.

use super::helper::{self, Helper};
use crate::sources::partner::Seat;
use crate::sources::timed::{Timed, Work};
use crate::sys::os::affinity;
use crate::{Access, Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use std::fs::read_to_string;

static INFO: SourceInfo = SourceInfo {
    name: "smt_contention",
    description: "ticks of multiplications beside a busy thread of the same core",
    physics: "two threads of a core compete for its ports, cycle by cycle",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::CpuFeature,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<SmtContention>::KIND;

/// Chains of multiplications, so that the multiplier is asked in every cycle.
const CHAINS: usize = 4;
/// Multiplications of each chain.
const PRODUCTS: u32 = 64;

struct SmtContention {
    helper: Helper,
    /// Processors that this process may use, each with a sibling that it may use.
    pairs: Vec<[usize; 2]>,
}

impl Work for SmtContention {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["sitva"];

    fn find() -> Vec<Candidate> {
        let reason = "no two processors that the process may use are threads of one core, or the system does not say so \
            (/sys/devices/system/cpu/cpu*/topology/thread_siblings_list)";
        vec![match pairs(&affinity::processors()).next() {
            Some(_) => helper::here(),
            None => Candidate::missing(Access::Absent, reason),
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let pairs: Vec<_> = pairs(&affinity::processors()).collect();
        if pairs.is_empty() {
            return Err(SourceError::Absent);
        }
        Ok(Self { helper: Helper::start(INFO.name, work)?, pairs })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        let here = affinity::this_processor();
        let pair = self.pairs.iter().find(|pair| Some(pair[0]) == here).ok_or(SourceError::NotReady)?;
        self.helper.join_in_at(Seat::At(pair[1]))
    }

    fn run(&mut self) -> Result<(), SourceError> {
        work();
        Ok(())
    }
}

/// The same multiplications for both threads.
fn work() {
    let mut chains: [u64; CHAINS] = black_box([3, 5, 7, 9]);
    for _ in 0..PRODUCTS {
        for chain in &mut chains {
            *chain = (*chain ^ *chain >> 29).wrapping_mul(0xd129_0d3a_6a61_e4c5); // odd, so that no chain ends at zero
        }
    }
    black_box(chains);
}

/// Each of `processors` with the first sibling of its core among them.
fn pairs(processors: &[usize]) -> impl Iterator<Item = [usize; 2]> + '_ {
    processors.iter().filter_map(|here| {
        let path = format!("/sys/devices/system/cpu/cpu{here}/topology/thread_siblings_list");
        let siblings = numbers(read_to_string(path).ok()?.trim())?;
        let sibling = siblings.into_iter().find(|number| number != here && processors.contains(number))?;
        Some([*here, sibling])
    })
}

/// The numbers of a list as the kernel prints it: `0,64` or `0-1,4-5`; `None` if it is none.
fn numbers(list: &str) -> Option<Vec<usize>> {
    /// More than the threads of any core, so that no text makes a long list.
    const MOST: usize = 64;
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        if first > last || last - first >= MOST || numbers.len() > MOST {
            return None;
        }
        numbers.extend(first..=last);
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::patience::patiently;

    #[test]
    fn lists_of_siblings_are_read_as_the_kernel_prints_them() {
        assert_eq!(numbers("0"), Some(vec![0]));
        assert_eq!(numbers("3,67"), Some(vec![3, 67]));
        assert_eq!(numbers("0-1,8-9"), Some(vec![0, 1, 8, 9]));
        for wrong in ["", "0,", "1-0", "x", "0-4000000000", "-1", "0-1-2"] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_pair_is_of_processors_that_may_be_used_and_a_lonely_one_has_none() {
        let allowed = affinity::processors();
        for [here, sibling] in pairs(&allowed) {
            assert!(here != sibling && allowed.contains(&here) && allowed.contains(&sibling));
        }
        for alone in allowed {
            assert_eq!(pairs(&[alone]).next(), None);
        }
    }

    #[test]
    fn where_this_thread_has_no_sibling_nothing_is_ready() {
        let Ok(helper) = patiently(|| Helper::start("double", work)) else {
            return assert!(affinity::processors().len() < 2);
        };
        let mut contention = SmtContention { helper, pairs: vec![[usize::MAX, 0]] };
        assert_eq!(contention.prepare(), Err(SourceError::NotReady));
    }

    /// As on a machine with siblings: any two processors stand for them.
    #[test]
    fn the_partner_sits_where_the_sibling_is() {
        let allowed = affinity::processors();
        let Ok(helper) = patiently(|| Helper::start("double", work)) else {
            return assert!(allowed.len() < 2);
        };
        let next = |at: usize| allowed[(at + 1) % allowed.len()];
        let pairs = allowed.iter().enumerate().map(|(at, here)| [*here, next(at)]).collect();
        let mut contention = SmtContention { helper, pairs };
        for _ in 0..100 {
            patiently(|| contention.prepare()).unwrap();
            contention.run().unwrap();
        }
    }
}
