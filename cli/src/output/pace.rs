//! A rate limit that does not drift.

use core::time::Duration;
use std::time::Instant;

/// Keeps the average since the first piece at a rate, however long single writes take.
pub(crate) struct Pace {
    /// When the first piece was sent.
    start: Option<Instant>,
    rate: u64,
    sent: u64,
}

/// At most a tenth of a second's bytes in one piece, so that output flows.
const PIECES_PER_SECOND: u64 = 10;

impl Pace {
    /// `rate` bytes per second; 0 is no limit.
    pub(crate) const fn new(rate: u64) -> Self {
        Self { start: None, rate, sent: 0 }
    }

    /// How many of `wanted` bytes to send in one piece.
    pub(crate) fn piece(&self, wanted: usize) -> usize {
        if self.rate == 0 {
            return wanted;
        }
        let most = (self.rate / PIECES_PER_SECOND).max(1);
        wanted.min(usize::try_from(most).unwrap_or(usize::MAX))
    }

    /// Books `bytes` as sent and sleeps until their time is over.
    pub(crate) fn sent(&mut self, bytes: usize) {
        let start = *self.start.get_or_insert_with(Instant::now);
        self.sent += bytes as u64;
        if let Some(wait) = self.due().checked_sub(start.elapsed()) {
            std::thread::sleep(wait);
        }
    }

    /// Begins anew: a reader that comes late is not owed what the time before would have allowed.
    pub(crate) const fn restart(&mut self) {
        *self = Self::new(self.rate);
    }

    /// When, after the start, everything sent so far was due.
    fn due(&self) -> Duration {
        let (Some(seconds), Some(rest)) =
            (self.sent.checked_div(self.rate), self.sent.checked_rem(self.rate))
        else {
            return Duration::ZERO;
        };
        let nanos = u128::from(rest) * 1_000_000_000 / u128::from(self.rate);
        Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_absolute() {
        let mut pace = Pace { start: None, rate: 1000, sent: 2500 };
        assert_eq!(pace.due(), Duration::from_millis(2500));
        pace.sent = u64::MAX;
        assert_eq!(pace.due().as_secs(), u64::MAX / 1000);
        assert_eq!(pace.piece(4096), 100);
        pace.restart();
        assert_eq!((pace.due(), pace.piece(4096)), (Duration::ZERO, 100));
    }

    #[test]
    fn no_rate_is_no_limit() {
        let pace = Pace { start: None, rate: 0, sent: 10 };
        assert_eq!((pace.due(), pace.piece(4096)), (Duration::ZERO, 4096));
    }
}
