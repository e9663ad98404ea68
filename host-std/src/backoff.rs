//! How long a source rests after a failure.

use core::time::Duration;

/// Doubles from failure to failure, and starts over after a success.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

const FIRST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(30);

impl Backoff {
    /// Books a failure and says how long to rest.
    pub(crate) fn failed(&mut self) -> Duration {
        let rest = FIRST.saturating_mul(1 << self.failures.min(12)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        rest
    }

    /// Books a success.
    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_a_bound_and_start_over() {
        let mut backoff = Backoff::default();
        let rests: Vec<_> = (0..14).map(|_| backoff.failed().as_millis()).collect();
        assert_eq!(rests[..4], [10, 20, 40, 80]);
        assert_eq!(rests[12..], [30_000, 30_000]);
        for _ in 0..100_000 {
            backoff.failed();
        }
        backoff.succeeded();
        assert_eq!(backoff.failed(), FIRST);
    }
}
