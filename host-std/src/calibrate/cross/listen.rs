//! Two sources sampled at once, each by a thread of its own.

use super::CrossPlan;
use super::align::Stamped;
use crate::calibrate::{Stage, Watch};
use crate::recorder::{PATIENCE, Subject, look};
use crate::sys::os;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use openentropy_core::SourceError;
use std::thread;
use std::time::Instant;

/// Samples that are to meet for each pair that is wanted, as a fraction: where both sources are equally fast, not every sample finds a partner.
const MET_PER_PAIR: (usize, usize) = (3, 2);
/// The time between two looks at whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why two sources were not heard to the end.
pub(super) enum Halted {
    /// This one of them failed.
    Failed { place: usize, error: SourceError },
    /// Whoever watched had it end.
    Cancelled,
}

/// What the two threads know of each other.
struct Booth {
    end: AtomicBool,
    /// Samples of each.
    taken: [AtomicUsize; 2],
    /// How often one of each came after one of the other: where the threads share a processor, far less often.
    met: [AtomicUsize; 2],
    goal: usize,
}

/// Samples both sources until enough samples of the one came beside samples of the other, or the limit is over.
///
/// Of the faster one only those samples are kept that lie next to a sample of the other, so that memory is bounded by the slower.
pub(super) fn listen(
    subjects: &[Subject<'_>; 2],
    plan: &CrossPlan,
    watch: &dyn Watch,
) -> Result<[Vec<Stamped>; 2], Halted> {
    let goal = plan.samples / MET_PER_PAIR.1 * MET_PER_PAIR.0 + MET_PER_PAIR.0;
    let booth =
        Booth { end: AtomicBool::new(false), taken: Default::default(), met: Default::default(), goal };
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
            let met = booth.met.each_ref().map(|met| met.load(Ordering::Relaxed));
            let by_time = began.elapsed().as_secs_f64() / plan.limit.as_secs_f64();
            let share = by_time.max(met[0].min(met[1]) as f64 / goal as f64);
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
        [Ok(one), Ok(other)] => Ok([one, other]),
        [Err(error), _] => Err(Halted::Failed { place: 0, error }),
        [_, Err(error)] => Err(Halted::Failed { place: 1, error }),
    }
}

struct EndWithMe<'b>(&'b AtomicBool);

impl Drop for EndWithMe<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Booth {
    /// Samples the source at `place` until the end.
    fn hear(&self, subjects: &[Subject<'_>; 2], place: usize) -> Result<Vec<Stamped>, SourceError> {
        let (own, other) = (&self.taken[place], &self.taken[1 - place]);
        let mut opened = subjects[place].open()?;
        let mut kept = Vec::new();
        let (mut last, mut seen) = (None, 0);
        let mut waits_since = None;
        while !self.end.load(Ordering::Relaxed) {
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
            let stamped = Stamped { ns: os::steady_ns(), sample };
            own.fetch_add(1, Ordering::Relaxed);
            let others = other.load(Ordering::Relaxed);
            if others == seen {
                last = Some(stamped); // to be kept if the other's next sample comes before ours
            } else {
                seen = others;
                kept.extend(last.take());
                kept.push(stamped);
                let met = self.met[place].fetch_add(1, Ordering::Relaxed) + 1;
                if met >= self.goal && self.met[1 - place].load(Ordering::Relaxed) >= self.goal {
                    break;
                }
            }
        }
        Ok(kept)
    }
}
