//! Where a tested source stands, and how alarms and good samples move it.

use crate::health::{CollectError, HealthTest, Level};

/// Samples that a start-up takes before any is delivered (SP 800-90B §4.3: at least 1,024).
const STARTUP: u32 = 1024;
/// The failed start-up that latches.
const FAILURES: u8 = 3;

/// Where a tested source stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum State {
    /// Nothing collected yet, or restarted since.
    NotStarted,
    /// In its start-up.
    Starting {
        /// Samples still needed.
        remaining: u32,
    },
    /// Started up; delivers.
    Running,
    /// Off until an operator resets it.
    Latched(HealthTest),
}

/// A state and the counts that decide on the next one.
pub(super) struct Standing {
    state: State,
    failures: u8,
    alarms: u32,
}

impl Standing {
    /// A source that has failed `failures` start-ups in an earlier life.
    pub(super) const fn new(failures: u8) -> Self {
        let state = if failures < FAILURES { State::NotStarted } else { State::Latched(HealthTest::StartUp) };
        Self { state, failures, alarms: 0 }
    }

    pub(super) const fn state(&self) -> State {
        self.state
    }

    pub(super) const fn failures(&self) -> u8 {
        self.failures
    }

    pub(super) const fn alarms(&self) -> u32 {
        self.alarms
    }

    /// Goes back to before the start-up; a latch stays.
    pub(super) fn restart(&mut self) {
        if !matches!(self.state, State::Latched(_)) {
            self.state = State::NotStarted;
        }
    }

    /// Opens the latch and forgets the failures.
    pub(super) fn forgive(&mut self) {
        self.state = State::NotStarted;
        self.failures = 0;
    }

    /// Begins a start-up.
    pub(super) fn begin(&mut self) {
        self.state = State::Starting { remaining: STARTUP };
    }

    /// Takes note of `samples` consecutive good samples; on `Ok` they may be delivered.
    pub(super) fn passed(&mut self, samples: usize) -> Result<(), CollectError> {
        let remaining = match self.state {
            State::Running => return Ok(()),
            State::Latched(test) => return Err(CollectError::Latched(test)),
            State::NotStarted => STARTUP,
            State::Starting { remaining } => remaining,
        };
        let remaining = remaining.saturating_sub(u32::try_from(samples).unwrap_or(u32::MAX));
        self.state = if remaining == 0 { State::Running } else { State::Starting { remaining } };
        Err(CollectError::Starting { remaining })
    }

    /// Takes note of an alarm.
    pub(super) fn alarmed(&mut self, level: Level, test: HealthTest) -> CollectError {
        self.alarms = self.alarms.saturating_add(1);
        if self.state != State::Running {
            self.failures = self.failures.saturating_add(1);
        }
        let latched = match level {
            Level::Permanent => Some(test),
            Level::Intermittent if self.failures >= FAILURES => Some(HealthTest::StartUp),
            Level::Intermittent => None,
        };
        if let Some(test) = latched {
            self.failures = self.failures.max(FAILURES); // what is carried over to a reopened device latches it too
            self.state = State::Latched(test);
            return CollectError::Latched(test);
        }
        self.begin();
        CollectError::Failed(test)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_saturate() {
        let mut standing = Standing { state: State::Running, failures: u8::MAX, alarms: u32::MAX - 1 };
        for _ in 0..3 {
            standing.alarmed(Level::Intermittent, HealthTest::Lag);
        }
        assert_eq!((standing.failures(), standing.alarms()), (u8::MAX, u32::MAX));
        assert_eq!(standing.state(), State::Latched(HealthTest::StartUp));
    }

    #[test]
    fn a_block_of_any_size_is_counted() {
        let mut standing = Standing::new(0);
        standing.begin();
        assert_eq!(standing.passed(usize::MAX), Err(CollectError::Starting { remaining: 0 }));
        assert_eq!(standing.passed(1), Ok(()));
    }
}
