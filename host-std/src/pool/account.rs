//! The pool with its sources' lines: who collects, who pays, and what was paid.

use super::line::{Line, Stage};
use super::source::Standing;
use super::trouble::Trouble;
use core::time::Duration;
use openentropy_core::{Independence, LabelState, Policy, Pool, Samples, SourceId, SourceReport, Starved};
use std::time::Instant;

/// Independence groups that can pay at a time; a host has fewer.
pub(crate) const LANES: usize = 32;
/// Samples of a block: a slow source fills it within its second, and windows of 512 and 1,024 are multiples of it.
pub(crate) const BLOCK: usize = 64;
/// Millibits of a seed or block of 256 bits, and the most a pool holds (SP 800-90C: 256 + 64 bits).
pub(super) const FULL: u32 = 320_000;
/// How often a source contributes that pays nothing.
pub(super) const LOW_DUTY: Duration = Duration::from_millis(100);
/// The share of the time that such a source may take, its device's included: one part in so many.
const DUTY_PARTS: u32 = 50;
/// The share of a core that it may take before it delivers: one part in so many. Time in which it waits does not count, for a device or for a
/// processor: among many sources that start at once, each would else rest for the others' time too.
const START_UP_PARTS: u32 = 10;
/// Rest of a source that was not ready, and for how long it may not be.
const UNREADY_REST: Duration = Duration::from_millis(1);
const UNREADY: Duration = Duration::from_secs(10);
/// For how long after a request such sources go on.
pub(super) const INTEREST: Duration = Duration::from_secs(1);

/// Everything of a pool that changes, in one process, under one lock.
pub(crate) struct Account {
    pub(crate) pool: Pool<LANES>,
    pub(crate) lines: Vec<Line>,
    /// The source that pays for each group, since the last draw.
    pub(super) leaders: Vec<(Independence, usize)>,
    pub(super) draws: u64,
    /// Raised to ask every source for one block.
    pub(crate) round: u64,
    /// The last request.
    pub(crate) asked: Instant,
    pub(crate) is_closed: bool,
}

/// What a draw rests on.
#[derive(Debug, Clone)]
pub(crate) struct Paid {
    pub(crate) state: LabelState,
    pub(crate) payers: Vec<usize>,
}

impl Account {
    pub(crate) fn new(pool: Pool<LANES>) -> Self {
        Self {
            pool,
            lines: Vec::new(),
            leaders: Vec::new(),
            draws: 0,
            round: 0,
            asked: Instant::now(),
            is_closed: false,
        }
    }

    pub(crate) fn policy(&self) -> Policy {
        self.pool.policy()
    }

    /// Whether the pool can pay for 256 bits.
    pub(crate) fn is_full(&self) -> bool {
        self.pool.credit() >= FULL && self.pool.groups() >= self.policy().min_groups
    }

    /// Whether the sources could still pay without anybody's help.
    pub(crate) fn may_pay(&self) -> bool {
        self.suffice(Line::may_pay)
    }

    /// Whether sources with a claim could pay, were they all to work.
    pub(crate) fn has_claims(&self) -> bool {
        self.suffice(Line::claims)
    }

    /// Whether the groups of the lines that `count` are as many as the policy asks, and may pay a whole seed under its cap.
    fn suffice(&self, count: impl Fn(&Line) -> bool) -> bool {
        let mut groups: Vec<Independence> = Vec::new();
        for line in self.lines.iter().filter(|line| count(line)) {
            if !groups.contains(&line.independence) {
                groups.push(line.independence);
            }
        }
        let Policy { min_groups, group_cap } = self.policy();
        let able = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        able >= u32::from(min_groups).max(1) && group_cap.saturating_mul(able) >= FULL
    }

    /// Books that the worker of source `number` calls it.
    pub(crate) fn begin(&mut self, number: usize, now: Instant) {
        if let Some(line) = self.lines.get_mut(number) {
            line.busy_since = Some(now);
            line.rest_until = None;
            // One that was absent stays so until it answers.
            if line.stage == Stage::Failed {
                line.stage = Stage::Retesting;
            }
        }
    }

    /// Books whether a thread serves source `number`.
    pub(crate) fn has_thread(&mut self, number: usize, has_thread: bool) {
        if let Some(line) = self.lines.get_mut(number) {
            line.has_thread = has_thread;
        }
    }

    /// The sources for which a thread is to be started.
    pub(crate) fn without_thread(&self, now: Instant) -> Vec<usize> {
        let lacks = |line: &Line| !line.has_thread && line.rest_until.is_none_or(|until| until <= now);
        let lines = self.lines.iter().enumerate();
        lines.filter(|(_, line)| lacks(line)).map(|(number, _)| number).collect()
    }

    /// Absorbs what source `number` collected.
    ///
    /// A block that would take the lane of its group from a faster source is wiped instead, and so is one of a source that is shown; whether
    /// such a faster source is to collect now.
    pub(crate) fn absorb(&mut self, number: usize, samples: Samples<'_>, now: Instant) -> bool {
        let group = samples.independence();
        let leader = self.leader(group);
        let leads = leader.or_else(|| self.best(group)).is_none_or(|leader| leader == number);
        let (draws, round) = (self.draws, self.round);
        let Some(line) = self.lines.get_mut(number) else { return false };
        (line.stage, line.error, line.round) = (Stage::Working, None, round);
        line.unready_since = None;
        line.backoff.succeeded();
        line.due = now + line.tally.last_block.saturating_mul(DUTY_PARTS - 1).max(LOW_DUTY);
        let is_passed_over = line.claims() && !leads && leader.is_none();
        if line.shown > 0 || is_passed_over {
            return is_passed_over;
        }
        line.tally.samples += samples.len() as u64;
        if line.claims() && leads {
            line.earn(samples.len(), draws);
            if leader.is_none() {
                self.leaders.push((group, number));
            }
        }
        self.pool.absorb(samples);
        false
    }

    /// Books that source `number` is starting up.
    pub(crate) fn starting(&mut self, number: usize, now: Instant) {
        let Some(line) = self.lines.get_mut(number) else { return };
        if line.stage != Stage::Retesting {
            line.stage = Stage::Starting;
        }
        line.unready_since = None;
        line.due = now + line.last_worked.saturating_mul(START_UP_PARTS - 1);
    }

    /// Books that source `number` was not ready; `false` when that has lasted too long.
    pub(crate) fn unready(&mut self, number: usize, now: Instant) -> bool {
        let Some(line) = self.lines.get_mut(number) else { return false };
        line.rest_until = Some(now + UNREADY_REST);
        line.due = now + line.last_worked.saturating_mul(START_UP_PARTS - 1);
        let since = *line.unready_since.get_or_insert(now);
        now.duration_since(since) < UNREADY
    }

    /// Books a failure of source `number`, which earns nothing until it has been tested anew.
    pub(crate) fn failed(&mut self, number: usize, trouble: Trouble, now: Instant) {
        let round = self.round;
        let Some(line) = self.lines.get_mut(number) else { return };
        (line.stage, line.error, line.round) = (trouble.stage, Some(trouble.error), round);
        line.unready_since = None;
        line.tally.failures += 1;
        if !trouble.stays_open {
            line.rest_until = Some(now + line.backoff.failed());
            self.retire(number);
        }
    }

    /// Takes back what source `number` has earned since the last draw, and its leadership.
    pub(crate) fn retire(&mut self, number: usize) {
        self.leaders.retain(|(_, leader)| *leader != number);
        if let Some(line) = self.lines.get_mut(number) {
            line.forfeit();
            self.pool.retire(id(number, line.independence));
        }
    }

    /// Books sources that have been inside one call for longer than `bound` as failed; whether there were any.
    pub(crate) fn find_hung(&mut self, now: Instant, bound: Duration) -> bool {
        let is_hung = |line: &Line| {
            let is_late = line.busy_since.is_some_and(|since| now.duration_since(since) > bound);
            is_late && line.stage != Stage::Failed
        };
        let lines = self.lines.iter().enumerate();
        let hung: Vec<usize> = lines.filter(|(_, line)| is_hung(line)).map(|(number, _)| number).collect();
        for number in &hung {
            self.failed(*number, Trouble::TIMEOUT, now);
        }
        !hung.is_empty()
    }

    /// Books that the worker of source `number` came back; `false` when the source was given up meanwhile.
    pub(crate) fn returned(
        &mut self,
        number: usize,
        took: Duration,
        worked: Duration,
        standing: Option<Standing>,
    ) -> bool {
        let Some(line) = self.lines.get_mut(number) else { return false };
        let claimed = line.claims();
        if let Some(Standing { claim, is_calibrated }) = standing {
            (line.claim, line.is_calibrated) = (claim, is_calibrated);
        }
        let lost_claim = claimed && !line.claims();
        let was_given_up = line.busy_since.take().is_none() || line.stage == Stage::Failed;
        line.took(BLOCK, took);
        line.last_worked = worked;
        if lost_claim {
            self.retire(number);
        }
        !was_given_up
    }

    /// Notes a request; whether sources may be asleep for lack of interest.
    pub(crate) fn ask(&mut self, now: Instant) -> bool {
        let before = core::mem::replace(&mut self.asked, now);
        now.duration_since(before) > INTEREST / 2
    }

    /// Notes that one reader more, or less, is shown the samples of source `number`; what it has earned is gone.
    pub(crate) fn show(&mut self, number: usize, is_shown: bool) {
        if let Some(line) = self.lines.get_mut(number) {
            line.shown = if is_shown { line.shown + 1 } else { line.shown.saturating_sub(1) };
        }
        self.retire(number);
    }

    /// Lets source `number` start again.
    pub(crate) fn operator_reset(&mut self, number: usize) {
        if let Some(line) = self.lines.get_mut(number)
            && line.stage == Stage::Latched
        {
            (line.stage, line.error) = (Stage::Idle, None);
        }
    }

    /// Forgets all credit, in a state that others may hold too.
    pub(crate) fn forget_credit(&mut self, fresh: &[u8]) {
        self.pool.fork(fresh);
        self.leaders.clear();
        self.draws += 1;
    }

    /// Whether every source that can has contributed to this round.
    pub(crate) fn round_is_over(&self, now: Instant) -> bool {
        let is_out = |line: &Line| {
            let rests = line.rest_until.is_some_and(|until| until > now);
            let has_failed = matches!(line.stage, Stage::Failed | Stage::Unavailable) && rests;
            has_failed || line.stage == Stage::Latched || line.shown > 0
        };
        self.lines.iter().all(|line| line.round >= self.round || is_out(line))
    }

    /// Samples absorbed since the pool was made.
    pub(crate) fn samples(&self) -> u64 {
        self.lines.iter().map(|line| line.tally.samples).sum()
    }

    /// Pays with `take`, and says on whom the output rests.
    pub(crate) fn draw<T>(
        &mut self,
        take: impl FnOnce(&mut Pool<LANES>) -> Result<T, Starved>,
    ) -> Result<(T, Paid), Starved> {
        let paying = |(group, number): &(Independence, usize)| {
            let paid = self.pool.credit_of(*group);
            (paid > 0).then_some((*number, u64::from(paid)))
        };
        let payers: Vec<(usize, u64)> = self.leaders.iter().filter_map(paying).collect();
        let taken = take(&mut self.pool)?;
        self.draws += 1;
        self.leaders.clear();
        for (number, paid) in &payers {
            if let Some(line) = self.lines.get_mut(*number) {
                line.tally.paid += paid;
            }
        }
        let payers: Vec<usize> = payers.into_iter().map(|(number, _)| number).collect();
        let state = LabelState::paid_by(&self.reports(|number, _| payers.contains(&number)));
        Ok((taken, Paid { state, payers }))
    }

    /// Every source's line, those of which `pays` says so as payers.
    pub(crate) fn reports(&self, pays: impl Fn(usize, &Line) -> bool) -> Vec<SourceReport> {
        let lines = self.lines.iter().enumerate();
        lines.map(|(number, line)| line.report(pays(number, line))).collect()
    }
}

/// By what the core knows source `number`.
pub(crate) const fn id(number: usize, independence: Independence) -> SourceId {
    SourceId::with_instance(number as u16, independence.instance)
}
