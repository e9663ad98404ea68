//! The bar of a calibration, and its end on request.

use super::plan::Task;
use crate::args::Calibrate;
use crate::exit::Failure;
use crate::progress::Gauge;
use crate::signals;
use core::sync::atomic::{AtomicUsize, Ordering};
use openentropy_host::calibrate::{Stage, Watch};

/// Parts of the bar that one source takes.
const PARTS: usize = 1000;

/// Shows how far all sources are, and ends the work when a signal asks for it.
pub(super) struct Watching {
    gauge: Gauge,
    tasks: usize,
    /// Parts of the bar before what is being done.
    before: AtomicUsize,
    /// Parts of the bar for all pairs of groups.
    pairs: AtomicUsize,
}

impl Watching {
    pub(super) fn start(tasks: &[Task], args: &Calibrate) -> Result<Self, Failure> {
        signals::ask().map_err(|error| Failure::Io { place: "signals".to_owned(), error })?;
        let gauge = Gauge::new(tasks.len() * PARTS, !args.quiet);
        Ok(Self { gauge, tasks: tasks.len(), before: AtomicUsize::new(0), pairs: AtomicUsize::new(0) })
    }

    /// Source number `place` is next.
    pub(super) fn begin(&self, place: usize) {
        self.before.store(place * PARTS, Ordering::Relaxed);
    }

    /// Pairs of so many groups are next.
    pub(super) fn begin_cross(&self, groups: usize) {
        let pairs = groups * groups.saturating_sub(1) / 2;
        self.pairs.store(pairs * PARTS, Ordering::Relaxed);
        self.gauge.lengthen((self.tasks + pairs) * PARTS);
        self.begin(self.tasks);
    }

    pub(super) fn finish(&self) {
        self.gauge.finish();
    }
}

impl Watch for Watching {
    fn at(&self, source: &str, stage: Stage, share: f64) {
        let what = format!("{source}, {}", stage.name());
        let (from, parts) = match stage {
            Stage::Idle => (0.0, 320.0),
            Stage::Load => (330.0, 320.0),
            Stage::Restart => (660.0, 320.0),
            Stage::Cross => (0.0, self.pairs.load(Ordering::Relaxed) as f64),
            _ => return self.gauge.name(&what), // assessing takes seconds, where recording takes minutes
        };
        let done = self.before.load(Ordering::Relaxed) + (from + share * parts) as usize;
        self.gauge.show(done, &what);
    }

    fn is_cancelled(&self) -> bool {
        signals::is_asked()
    }
}
