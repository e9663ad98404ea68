//! A thread moves to another processor.
//!
//! The physical effect: the kernel takes the thread off one run queue, interrupts the other processor and lets it run there with cold caches, at that core's
//! speed. What is read: ticks of the system call that moves the thread, and of 256 dependent multiplications behind it. The processors take
//! turns in a fixed order. Whoever loads either processor influences it: a view of the scheduler's noise.
//!
//! A thread of the source's own moves, so the caller's stays where it is. A reading has the number of the processor that it ended on in the high
//! 16 bits and the ticks in the low 48; the sample is made of the ticks.
//!
//! What can go wrong: one processor only (absent); a filter that forbids to move (denied); no answer within a second is a timeout; a moving thread that
//! died is a disconnection.
//!
//! Reference: sched_setaffinity(2).

use super::helper;
use crate::sources::measured::Digitiser;
use crate::sources::metered::{Meter, Metered};
use crate::sources::partner::Partner;
use crate::sources::patience::PATIENCE;
use crate::sys::cpu;
use crate::sys::os::affinity;
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::sources::CycleCounter;
use openentropy_core::{
    Digitisation, Group, Independence, Measure, Platform, Requirement, SourceCategory, SourceError,
    SourceInfo, Width,
};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

static INFO: SourceInfo = SourceInfo {
    name: "core_migration",
    description: "ticks in which a thread moves to another processor and works there",
    physics: "run queues, interrupts between processors and cold caches vary the time of a move",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Low eight bits of the ticks, in steps.
const TICKS: Digitisation = Digitisation { name: "move-low-bits", version: 1 };

/// Bits of the ticks in a reading.
const TICK_BITS: u32 = 48;
/// Multiplications of a reading.
const PRODUCTS: u32 = 256;

pub(super) static KIND: &dyn SourceKind = &Metered::<CoreMigration>::KIND;

const fn move_low_bits(reading: u64, step: u64) -> u8 {
    ((reading & ((1 << TICK_BITS) - 1)) / step) as u8
}

/// The thread that moves, and the ends of the channels to it.
struct CoreMigration {
    requests: Option<SyncSender<()>>,
    answers: Receiver<Result<u64, SourceError>>,
    /// A reading that was asked for and has not come.
    pending: bool,
    partner: Partner,
}

impl CoreMigration {
    fn start() -> Result<Self, SourceError> {
        let processors = affinity::processors();
        if processors.len() < 2 {
            return Err(SourceError::Absent);
        }
        let (requests, asked) = sync_channel(1);
        let (answering, answers) = sync_channel(1);
        let partner = Partner::start(INFO.name, move || {
            for processor in processors.into_iter().cycle() {
                if asked.recv().is_err() || answering.send(moved(processor)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { requests: Some(requests), answers, pending: false, partner })
    }
}

impl Meter for CoreMigration {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["pe_core_arithmetic"];
    const DIGITISER: Digitiser = Digitiser { digitisation: TICKS, rule: move_low_bits };

    fn find() -> Vec<Candidate> {
        vec![helper::here()]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::start()
    }
}

impl Measure for CoreMigration {
    fn info(&self) -> &SourceInfo {
        &INFO
    }

    fn measure(&mut self) -> Result<u64, SourceError> {
        self.partner.here()?;
        let requests = self.requests.as_ref().ok_or(SourceError::Disconnected)?;
        if !self.pending {
            requests.send(()).map_err(|_| SourceError::Disconnected)?;
        }
        self.pending = true;
        let answer = self.answers.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => SourceError::Timeout,
            RecvTimeoutError::Disconnected => SourceError::Disconnected,
        })?;
        self.pending = false;
        answer
    }
}

impl Drop for CoreMigration {
    fn drop(&mut self) {
        let Self { requests, partner, .. } = self;
        partner.end(|| drop(requests.take()));
    }
}

/// Moves this thread to `processor`, works there, and says how long that took.
fn moved(processor: usize) -> Result<u64, SourceError> {
    let mut counter = cpu::Counter;
    let thread = affinity::this_thread();
    let before = counter.now();
    affinity::pin(thread, processor)?;
    let mut product = 3_u64;
    for _ in 0..PRODUCTS {
        product = black_box(product).wrapping_mul(5);
    }
    let ticks = counter.now().wrapping_sub(before);
    Ok((processor as u64) << TICK_BITS | ticks.min((1 << TICK_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processors_take_turns_and_the_caller_stays() {
        let mine = affinity::processors();
        let Ok(mut migration) = CoreMigration::start() else { return assert!(mine.len() < 2) };
        for processor in mine.iter().cycle().take(2 * mine.len()) {
            let reading = migration.measure().unwrap();
            assert_eq!(reading >> TICK_BITS, *processor as u64);
            assert!(reading & ((1 << TICK_BITS) - 1) > 0);
        }
        assert_eq!(affinity::processors(), mine);
    }

    #[test]
    fn the_sample_is_made_of_the_ticks_alone() {
        assert_eq!(move_low_bits((3 << TICK_BITS) + 26 * 5, 26), 5);
    }

    #[test]
    fn a_thread_that_is_gone_is_a_disconnection() {
        let Ok(mut migration) = CoreMigration::start() else { return };
        let (_, never) = sync_channel(1);
        drop(core::mem::replace(&mut migration.answers, never)); // its next answer ends it
        assert_eq!(migration.measure(), Err(SourceError::Disconnected));
    }
}
