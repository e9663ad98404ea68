//! A bound on how often a source wears a device or sends a packet.

use core::time::Duration;
use openentropy_core::SourceError;
use std::thread;
use std::time::Instant;

/// The longest sleep in one call.
const SLICE: Duration = Duration::from_millis(20);

/// Says when the next round is due.
pub(crate) struct Pace {
    pause: Duration,
    due: Instant,
}

impl Pace {
    /// One round at once, each next one `pause` after the one before began, or later.
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, due: Instant::now() }
    }

    /// Waits for the next round, 20 ms at most, so that the caller can look at its own clock.
    ///
    /// # Errors
    /// [`SourceError::NotReady`] unless the round was due when this was called.
    pub(crate) fn wait(&mut self) -> Result<(), SourceError> {
        let now = Instant::now();
        let left = self.due.saturating_duration_since(now);
        if left.is_zero() {
            self.due = now + self.pause;
            return Ok(());
        }
        thread::sleep(left.min(SLICE));
        Err(SourceError::NotReady)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_keep_their_distance_and_no_call_sleeps_long() {
        let pause = SLICE * 10;
        let mut pace = Pace::new(pause);
        assert_eq!(pace.wait(), Ok(()));
        let first = Instant::now();
        let mut refusals = 0;
        while pace.wait().is_err() {
            refusals += 1;
        }
        // On a loaded machine a sleep takes longer than it was to; one that is not cut into slices would be refused once.
        assert!(first.elapsed() >= pause - Duration::from_millis(1) && refusals > 1, "{refusals}");
    }
}
