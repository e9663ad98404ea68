//! How fast samples come, and so how long a recording will take.

use super::watch::Watch;
use crate::recorder::{Extent, Halt, RESTARTS, RecordError, Recording, Subject, Taken};
use core::ops::ControlFlow;
use core::time::Duration;
use openentropy_core::SourceError;

/// How long a source is looked at, at most; a single sample may take longer.
const LOOK: Duration = Duration::from_millis(500);
/// Samples after which its rate is known.
const LOOKED_AT: usize = 20_000;
/// Beyond how many limits there is no hope that a recording ends within one: a short look may err by that much.
const HOPELESS: f64 = 2.0;
/// The share of the limit for which a hopeless source is recorded, since no claim can come of it.
const GLANCE: f64 = 0.1;

/// The mean time of a sample in recordings of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    seconds_per_sample: f64,
}

impl Pace {
    /// Looks at `subject` for half a second, or for 20,000 samples of a sequential recording or a row and a sample of a restart recording.
    pub(super) fn of(subject: &Subject<'_>, extent: Extent, watch: &dyn Watch) -> Result<Self, RecordError> {
        let enough = match extent {
            Extent::Sequential(samples) => samples.min(LOOKED_AT),
            Extent::Restart => RESTARTS + 1,
        };
        let mut last = None;
        let mut look = |taken: Taken| {
            last = Some(taken);
            match taken {
                _ if watch.is_cancelled() => ControlFlow::Break(Halt::Cancel),
                taken if taken.samples >= enough || taken.elapsed >= LOOK => ControlFlow::Break(Halt::Enough),
                _ => ControlFlow::Continue(()),
            }
        };
        match (Recording::take(subject, extent, &mut look), last) {
            // Too slow for a whole row, or for a sample, in half a second: then that is what is known of it.
            (Ok(_) | Err(RecordError::Source(SourceError::NotReady)), Some(last)) => {
                Ok(Self::after(last.elapsed, last.samples))
            }
            (Ok(_), None) => Ok(Self::after(LOOK, 0)),
            (Err(error), _) => Err(error),
        }
    }

    /// The pace of so many samples in so long a time.
    pub(super) fn after(elapsed: Duration, samples: usize) -> Self {
        Self { seconds_per_sample: elapsed.as_secs_f64().max(1e-9) / samples.max(1) as f64 }
    }

    /// Samples per second.
    pub(super) fn rate(self) -> f64 {
        1.0 / self.seconds_per_sample
    }

    /// How long `samples` take.
    pub(super) fn time_of(self, samples: usize) -> Duration {
        Duration::try_from_secs_f64(self.seconds_per_sample * samples as f64).unwrap_or(Duration::MAX)
    }

    /// Whether `samples` have a chance to come within `limit`.
    pub(super) fn may_end_within(self, limit: Duration, samples: usize) -> bool {
        self.seconds_per_sample * samples as f64 <= limit.as_secs_f64() * HOPELESS
    }

    /// How many of the `wanted` samples are to be recorded: all, or without hope for them as many as come in a tenth of `limit`.
    pub(super) fn worth_recording(self, limit: Duration, wanted: usize) -> usize {
        match self.may_end_within(limit, wanted) {
            true => wanted,
            false => (limit.as_secs_f64() * GLANCE * self.rate()) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_hope_is_recorded_for_a_tenth_of_its_limit() {
        let pace = Pace::after(Duration::from_millis(500), 5000);
        assert!((pace.rate() - 10_000.0).abs() < 1e-6);
        assert_eq!(pace.time_of(1_000_000), Duration::from_secs(100));
        assert_eq!(pace.worth_recording(Duration::from_secs(60), 1_000_000), 1_000_000, "the look may err");
        assert_eq!(pace.worth_recording(Duration::from_secs(40), 1_000_000), 40_000);
        assert_eq!(pace.worth_recording(Duration::from_secs(40), 1000), 1000);
        assert_eq!(Pace::after(Duration::from_secs(1), 0).worth_recording(Duration::from_millis(1), 9), 0);
    }
}
