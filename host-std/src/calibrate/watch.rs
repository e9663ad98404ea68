//! Who looks on while a source is calibrated.

use crate::recorder::{Halt, Taken};
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use openentropy_tests::Progress;

/// The time between two reports of how far a recording is.
const REPORT_EVERY: Duration = Duration::from_millis(50);

/// What is being done with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Recording on the idle machine.
    Idle,
    /// Recording under load.
    Load,
    /// Recording after restarts.
    Restart,
    /// Assessing a recording.
    Assess,
    /// Recording two sources side by side.
    Cross,
}

impl Stage {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Load => "load",
            Self::Restart => "restart",
            Self::Assess => "assess",
            Self::Cross => "cross",
        }
    }
}

/// Hears how far a calibration is, and may end it; `()` does neither.
///
/// ```
/// use openentropy_host::calibrate::{Stage, Watch};
/// struct Print;
/// impl Watch for Print {
///     fn at(&self, source: &str, stage: Stage, share: f64) {
///         eprintln!("{source}: {} {:.0} %", stage.name(), 100.0 * share);
///     }
/// }
/// Print.at("clock_pair", Stage::Idle, 0.5);
/// ```
pub trait Watch: Sync {
    /// That of this stage of `source` a share from 0 to 1 is done; called by any thread, for one recording no more than 20 times a second.
    fn at(&self, _source: &str, _stage: Stage, _share: f64) {}

    /// Whether to end, leaving nothing behind.
    fn is_cancelled(&self) -> bool {
        false
    }
}

impl Watch for () {}

/// Watches one recording: reports, and halts it at its limit or when it is cancelled.
pub(super) struct RecordingWatch<'w> {
    pub(super) watch: &'w dyn Watch,
    pub(super) source: &'w str,
    pub(super) stage: Stage,
    /// How many samples are wanted.
    pub(super) wanted: usize,
    /// How long it may take.
    pub(super) limit: Duration,
    /// When to report next.
    pub(super) next: Duration,
}

impl RecordingWatch<'_> {
    pub(super) fn look(&mut self, taken: Taken) -> ControlFlow<Halt> {
        if taken.elapsed < self.next {
            return ControlFlow::Continue(());
        }
        self.next = taken.elapsed + REPORT_EVERY;
        let by_time = taken.elapsed.as_secs_f64() / self.limit.as_secs_f64();
        let share = by_time.max(taken.samples as f64 / self.wanted as f64);
        self.watch.at(self.source, self.stage, share.min(1.0));
        match taken.elapsed {
            _ if self.watch.is_cancelled() => ControlFlow::Break(Halt::Cancel),
            elapsed if elapsed >= self.limit => ControlFlow::Break(Halt::Enough),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Watches an assessment, which counts its work in units.
pub(super) struct AssessWatch<'w> {
    watch: &'w dyn Watch,
    source: &'w str,
    expected: AtomicU64,
    done: AtomicU64,
}

impl<'w> AssessWatch<'w> {
    pub(super) const fn new(watch: &'w dyn Watch, source: &'w str) -> Self {
        Self { watch, source, expected: AtomicU64::new(0), done: AtomicU64::new(0) }
    }
}

impl Progress for AssessWatch<'_> {
    fn expect(&self, units: u64) {
        self.expected.fetch_add(units, Ordering::Relaxed);
    }

    fn advance(&self, units: u64) {
        let done = self.done.fetch_add(units, Ordering::Relaxed) + units;
        let expected = self.expected.load(Ordering::Relaxed).max(1);
        self.watch.at(self.source, Stage::Assess, (done as f64 / expected as f64).min(1.0));
    }
}
