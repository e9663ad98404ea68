//! One source's line in the pool's account: how it stands, and what it has done.

use crate::backoff::Backoff;
use core::time::Duration;
use openentropy_core::{Claim, Independence, SourceReport, SourceState};
use std::time::Instant;

/// Where a source stands in its worker's loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody has asked for it yet.
    Idle,
    /// In its first start-up test.
    Starting,
    /// Delivers.
    Working,
    /// An alarm: it is being tested anew.
    Retesting,
    /// It gave an error, hangs or panicked; it is opened again after a rest.
    Failed,
    /// Off until an operator resets it.
    Latched,
    /// Absent or denied; looked for again after a rest.
    Unavailable,
}

/// How one source stands.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) independence: Independence,
    pub(crate) claim: Claim,
    pub(crate) is_calibrated: bool,
    pub(crate) stage: Stage,
    pub(crate) error: Option<&'static str>,
    /// Whether a thread serves it; never two, so that a source that hangs costs one thread.
    pub(crate) has_thread: bool,
    /// Since when its worker has been inside the source.
    pub(crate) busy_since: Option<Instant>,
    /// Not before, after a failure.
    pub(crate) rest_until: Option<Instant>,
    pub(crate) backoff: Backoff,
    /// Since when it has answered that it is not ready.
    pub(crate) unready_since: Option<Instant>,
    /// When it contributes next while another pays for its group.
    pub(crate) due: Instant,
    /// For how much of its last turn its thread had a processor.
    pub(crate) last_worked: Duration,
    /// The last round of [`Account::round`](super::account::Account) that it has answered.
    pub(crate) round: u64,
    /// How many readers are shown its samples; meanwhile it neither pays nor is mixed.
    pub(crate) shown: u32,
    /// Millibits, pending ones included, towards the draw after the `earned_in`th.
    earned: u32,
    earned_in: u64,
    pub(crate) tally: Tally,
}

/// What a source has done since it was added.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) samples: u64,
    pub(crate) failures: u64,
    /// Time of the last block.
    pub(crate) last_block: Duration,
    /// Nanoseconds per sample, smoothed.
    pub(crate) nanos_per_sample: u64,
    /// Millibits of draws that it paid for.
    pub(crate) paid: u64,
}

impl Line {
    pub(crate) fn new(name: &'static str, independence: Independence, claim: Claim, round: u64) -> Self {
        Self {
            name,
            independence,
            claim,
            is_calibrated: true,
            stage: Stage::Idle,
            error: None,
            has_thread: false,
            busy_since: None,
            rest_until: None,
            backoff: Backoff::default(),
            unready_since: None,
            due: Instant::now(),
            last_worked: Duration::ZERO,
            round,
            shown: 0,
            earned: 0,
            earned_in: 0,
            tally: Tally::default(),
        }
    }

    /// Whether it has a claim, and delivers or is on its way to.
    pub(crate) const fn may_pay(&self) -> bool {
        let on_its_way =
            matches!(self.stage, Stage::Idle | Stage::Starting | Stage::Working | Stage::Retesting);
        self.claims() && on_its_way && self.shown == 0
    }

    /// Whether it delivers.
    pub(crate) fn is_working(&self) -> bool {
        self.stage == Stage::Working
    }

    /// Whether it delivers what may pay.
    pub(crate) fn is_paying(&self) -> bool {
        self.is_working() && self.may_pay()
    }

    /// Whether it has a claim.
    pub(crate) const fn claims(&self) -> bool {
        self.claim.min_entropy().millibits() > 0
    }

    /// Nanoseconds that a millibit of it takes, for choosing among sources with a claim.
    pub(crate) fn price(&self) -> u64 {
        let millibits = u64::from(self.claim.min_entropy().millibits()).max(1);
        self.tally.nanos_per_sample.saturating_mul(1000) / millibits
    }

    /// Books a block of `samples`, tested or discarded by a start-up, that took `took`.
    pub(crate) fn took(&mut self, samples: usize, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / samples.max(1) as u64;
        self.tally.last_block = took;
        self.tally.nanos_per_sample = match self.tally.nanos_per_sample {
            0 => nanos.max(1),
            before => (before / 8 * 7).saturating_add(nanos / 8).max(1),
        };
    }

    /// Books the credit of `samples` towards the draw after `draws`.
    pub(crate) fn earn(&mut self, samples: usize, draws: u64) {
        let pays = u32::from(self.claim.min_entropy().millibits());
        let samples = u32::try_from(samples).unwrap_or(u32::MAX);
        self.earned = self.earned_since(draws).saturating_add(pays.saturating_mul(samples));
        self.earned_in = draws;
    }

    /// Forgets what it has earned since the last draw.
    pub(crate) const fn forfeit(&mut self) {
        self.earned = 0;
    }

    /// Millibits since the draw number `draws`, pending ones included.
    pub(crate) const fn earned_since(&self, draws: u64) -> u32 {
        if self.earned_in == draws { self.earned } else { 0 }
    }

    /// Its line in a label: as a payer of the output in question, or as it stands.
    pub(crate) fn report(&self, pays: bool) -> SourceReport {
        let state = match self.stage {
            _ if pays && matches!(self.claim, Claim::OperatorDeclared(_)) => SourceState::OperatorDeclared,
            _ if pays && !self.is_calibrated => SourceState::Uncalibrated,
            _ if pays => SourceState::Credited,
            Stage::Working => SourceState::Mixed,
            Stage::Idle | Stage::Starting => SourceState::Starting,
            Stage::Retesting | Stage::Failed => SourceState::Failed,
            Stage::Latched => SourceState::Latched,
            Stage::Unavailable => SourceState::Unavailable,
        };
        SourceReport { error: self.error, ..SourceReport::new(self.name, self.independence, state) }
    }
}
