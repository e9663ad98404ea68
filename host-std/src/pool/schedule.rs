//! Who collects next.
//!
//! While the pool is not full, the source that pays for its group collects without a pause, and each other contributes a block now and
//! then, so that the processor's time goes into credit. While it is full, all sleep.

use super::account::{Account, FULL, INTEREST, LOW_DUTY};
use super::line::{Line, Stage};
use openentropy_core::Independence;
use std::time::Instant;

/// Samples of two adaptive-proportion windows: what a source may collect beyond its cap before the last window closes.
const TWO_WINDOWS: u32 = 2048;

/// What a worker does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// One block.
    Collect,
    /// Nothing until the pool has been drawn from: it pays, and the pool is full.
    Stand,
    /// Nothing until then, or until woken.
    Rest(Option<Instant>),
    /// End.
    End,
}

impl Account {
    /// What the worker of source `number` does at `now`.
    pub(crate) fn turn(&self, number: usize, now: Instant) -> Turn {
        let Some(line) = self.lines.get(number).filter(|_| !self.is_closed) else {
            return Turn::End;
        };
        if line.shown > 0 || line.stage == Stage::Latched {
            return Turn::Rest(None);
        }
        if let Some(until) = line.rest_until.filter(|until| *until > now) {
            return Turn::Rest(Some(until));
        }
        if line.round < self.round {
            return Turn::Collect;
        }
        match (self.is_full(), self.leads(number, line)) {
            (true, true) => return Turn::Stand,
            (false, true) if !self.is_satisfied(line) => return Turn::Collect,
            _ => {}
        }
        if now.duration_since(self.asked) > INTEREST {
            return Turn::Rest(None);
        }
        match line.due {
            due if due > now => Turn::Rest(Some(due)),
            _ if self.is_full() => Turn::Rest(Some(now + LOW_DUTY)),
            _ => Turn::Collect,
        }
    }

    /// Whether source `number` pays for its group: it does so since the last draw, or is the fastest, or nobody delivers yet.
    fn leads(&self, number: usize, line: &Line) -> bool {
        let leader = self.leader(line.independence).or_else(|| self.best(line.independence));
        line.may_pay() && leader.is_none_or(|leader| leader == number)
    }

    /// Whether a source has earned all that its group may pay for the next draw.
    fn is_satisfied(&self, line: &Line) -> bool {
        let cap = self.policy().group_cap.min(FULL);
        let open_windows = TWO_WINDOWS.saturating_mul(u32::from(line.claim.min_entropy().millibits()));
        line.earned_since(self.draws) >= cap.saturating_add(open_windows)
    }

    /// The source that has paid for `group` since the last draw.
    pub(super) fn leader(&self, group: Independence) -> Option<usize> {
        self.leaders.iter().find(|(led, _)| *led == group).map(|(_, number)| *number)
    }

    /// The source of `group` that delivers a credited bit in the least time; `None` while none delivers.
    pub(super) fn best(&self, group: Independence) -> Option<usize> {
        let lines = self.lines.iter().enumerate();
        let able = lines.filter(|(_, line)| line.independence == group && line.is_paying());
        able.min_by_key(|(_, line)| line.price()).map(|(number, _)| number)
    }
}
