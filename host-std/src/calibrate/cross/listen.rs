//! Two sources sampled at once, each by a thread of its own.

use super::CrossPlan;
use super::slots::{Stream, keep, slot_ns};
use crate::calibrate::pace::Pace;
use crate::calibrate::{Stage, Watch};
use crate::recorder::{Extent, PATIENCE, RecordError, Subject, look};
use crate::sys::os;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use core::time::Duration;
use openentropy_core::SourceError;
use std::thread;
use std::time::Instant;

/// The time between two looks at whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What stands for the slot before the first.
const NO_SLOT: u32 = u32::MAX;

/// Why two sources were not heard to the end.
pub(super) enum Halted {
    /// This one of them failed.
    Failed { place: usize, error: SourceError },
    /// Whoever watched had it end.
    Cancelled,
}

/// What was heard.
pub(super) struct Heard {
    pub(super) streams: [Stream; 2],
    /// The length of a slot.
    pub(super) slot: Duration,
}

/// What the two threads know of each other. What either keeps does not depend on it.
struct Booth {
    end: AtomicBool,
    began_ns: u64,
    slot_ns: u64,
    /// The slot of each one's last sample.
    slots: [AtomicU32; 2],
    /// The last slot that was counted as a pair, and how many were.
    counted: AtomicU32,
    pairs: AtomicUsize,
    goal: usize,
}

/// Samples both sources until there are enough slots of time in which both had a sample, or the limit is over.
pub(super) fn listen(
    subjects: &[Subject<'_>; 2],
    plan: &CrossPlan,
    watch: &dyn Watch,
) -> Result<Heard, Halted> {
    let slot_ns = slot_ns(slower(subjects, plan, watch)?, plan.samples, plan.limit);
    let booth = Booth {
        end: AtomicBool::new(false),
        began_ns: os::steady_ns(),
        slot_ns,
        slots: [const { AtomicU32::new(NO_SLOT) }; 2],
        counted: AtomicU32::new(NO_SLOT),
        pairs: AtomicUsize::new(0),
        goal: plan.samples,
    };
    let began = Instant::now();
    let heard = thread::scope(|scope| {
        let listeners = [0, 1].map(|place| {
            let booth = &booth;
            scope.spawn(move || {
                let _end = EndWithMe(&booth.end); // in whatever way this ends, the other need not go on
                booth.hear(subjects, place)
            })
        });
        while !booth.end.load(Ordering::Relaxed) {
            let by_time = began.elapsed().as_secs_f64() / plan.limit.as_secs_f64();
            let share = by_time.max(booth.pairs.load(Ordering::Relaxed) as f64 / plan.samples as f64);
            watch.at(subjects[0].kind.info().name, Stage::Cross, share.min(1.0));
            if watch.is_cancelled() || began.elapsed() >= plan.limit {
                booth.end.store(true, Ordering::Relaxed);
            }
            thread::park_timeout(LOOK_EVERY);
        }
        listeners.map(|listener| listener.join().unwrap_or(Err(SourceError::Panicked)))
    });
    if watch.is_cancelled() {
        return Err(Halted::Cancelled);
    }
    match heard {
        [Ok(one), Ok(other)] => Ok(Heard { streams: [one, other], slot: Duration::from_nanos(slot_ns) }),
        [Err(error), _] => Err(Halted::Failed { place: 0, error }),
        [_, Err(error)] => Err(Halted::Failed { place: 1, error }),
    }
}

/// How long the slower source takes for a sample while the other is sampled too.
fn slower(subjects: &[Subject<'_>; 2], plan: &CrossPlan, watch: &dyn Watch) -> Result<Duration, Halted> {
    let paces = thread::scope(|scope| {
        let looks = [0, 1].map(|place| {
            scope.spawn(move || Pace::of(&subjects[place], Extent::Sequential(plan.samples), watch))
        });
        looks.map(|look| look.join().unwrap_or(Err(RecordError::Source(SourceError::Panicked))))
    });
    let mut slower = Duration::ZERO;
    for (place, pace) in paces.into_iter().enumerate() {
        match pace {
            Ok(pace) => slower = slower.max(pace.time_of(1)),
            Err(RecordError::Source(error)) => return Err(Halted::Failed { place, error }),
            Err(RecordError::Cancelled | RecordError::File(..)) => return Err(Halted::Cancelled),
        }
    }
    Ok(slower)
}

struct EndWithMe<'b>(&'b AtomicBool);

impl Drop for EndWithMe<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Booth {
    /// Samples the source at `place` until the end.
    fn hear(&self, subjects: &[Subject<'_>; 2], place: usize) -> Result<Stream, SourceError> {
        let mut opened = subjects[place].open()?;
        let mut kept = Stream::new();
        let mut waits_since = None;
        while !self.end.load(Ordering::Relaxed) && self.pairs.load(Ordering::Relaxed) < self.goal {
            let sample = match look(&mut *opened.source) {
                Ok((_, sample)) => sample,
                Err(SourceError::NotReady)
                    if waits_since.get_or_insert_with(Instant::now).elapsed() < PATIENCE =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            };
            waits_since = None;
            let slot = os::steady_ns().saturating_sub(self.began_ns) / self.slot_ns;
            let slot = u32::try_from(slot).unwrap_or(NO_SLOT - 1);
            if keep(&mut kept, slot, sample) {
                self.count(place, slot);
            }
        }
        Ok(kept)
    }

    /// Counts a slot in which both have a sample, when the later one has its first there.
    fn count(&self, place: usize, slot: u32) {
        self.slots[place].store(slot, Ordering::SeqCst);
        let has_both = self.slots[1 - place].load(Ordering::SeqCst) == slot;
        if has_both && self.counted.swap(slot, Ordering::SeqCst) != slot {
            self.pairs.fetch_add(1, Ordering::Relaxed);
        }
    }
}
