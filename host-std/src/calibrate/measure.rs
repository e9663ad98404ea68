//! The three recordings of a source under one digitisation.

use super::load::Load;
use super::pace::Pace;
use super::watch::{AssessWatch, RecordingWatch, Stage, Watch};
use super::{CalibrateError, Figures, Plan, SequentialFigure, assess};
use crate::recorder::{Extent, RESTARTS, RecordError, Recording, Subject};
use core::panic::AssertUnwindSafe;
use core::time::Duration;
use openentropy_core::{Claim, SourceError};
use std::panic::catch_unwind;

/// Samples of a restart recording.
const MATRIX: usize = RESTARTS * RESTARTS;
/// Fewest samples that can be estimated.
const FEWEST: usize = 2;

/// What was measured, and how far it came.
pub(super) struct Measured {
    /// The claim that the source was opened with.
    pub(super) claim: Claim,
    pub(super) figures: Figures,
    /// Why figures are missing, where some are.
    pub(super) shortfall: Option<Shortfall>,
}

/// Why a recording is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortfall {
    /// The source failed.
    Failed(SourceError),
    /// The recording of this state would take so long.
    Slow { stage: Stage, needs: Duration },
}

/// Why measuring ends early.
pub(super) enum Stop {
    /// For this source.
    Short(Shortfall),
    /// For all.
    End(CalibrateError),
}

impl From<RecordError> for Stop {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Source(error) => Self::Short(Shortfall::Failed(error)),
            RecordError::File(path, error) => Self::End(CalibrateError::Keep(path, error)),
            RecordError::Cancelled => Self::End(CalibrateError::Cancelled),
        }
    }
}

/// Records and assesses `subject` idle, under load and after restarts.
///
/// # Errors
/// What ends the whole calibration; what ends this source's is in the answer.
pub(super) fn measure(
    subject: &Subject<'_>,
    plan: &Plan,
    watch: &dyn Watch,
) -> Result<Measured, CalibrateError> {
    let measured = Measured { claim: Claim::None, figures: Figures::default(), shortfall: None };
    let mut session = Session { subject, plan, watch, measured };
    // A source whose code panics has failed; the figures that it had until then stand.
    let ended = catch_unwind(AssertUnwindSafe(|| session.run()));
    match ended.unwrap_or(Err(Stop::Short(Shortfall::Failed(SourceError::Panicked)))) {
        Ok(()) => {}
        Err(Stop::Short(shortfall)) => session.measured.shortfall = Some(shortfall),
        Err(Stop::End(error)) => return Err(error),
    }
    Ok(session.measured)
}

struct Session<'s> {
    subject: &'s Subject<'s>,
    plan: &'s Plan,
    watch: &'s dyn Watch,
    measured: Measured,
}

impl Session<'_> {
    /// Each recording is assessed before the next is taken; none is taken once no claim could follow from it.
    fn run(&mut self) -> Result<(), Stop> {
        let pace = self.pace(Extent::Sequential(self.plan.samples))?;
        self.measured.figures.samples_per_second = Some(pace.rate());
        let idle = self.sequential(pace, Stage::Idle)?;
        self.measured.figures.idle = Some(self.figure(&idle)?);
        is_whole(&idle, self.plan.samples, Stage::Idle)?;

        let loaded = {
            let _load = Load::start().map_err(Stop::End)?;
            let pace = self.pace(Extent::Sequential(self.plan.samples))?;
            self.sequential(pace, Stage::Load)?
        };
        self.measured.figures.load = Some(self.figure(&loaded)?);
        is_whole(&loaded, self.plan.samples, Stage::Load)?;

        let pace = self.pace(Extent::Restart)?;
        if !pace.may_end_within(self.plan.limit, MATRIX) {
            return Err(slow(Stage::Restart, pace.time_of(MATRIX)));
        }
        let restarts = self.record(Extent::Restart, MATRIX, Stage::Restart)?;
        is_whole(&restarts, MATRIX, Stage::Restart)?;
        let initial = self.measured.figures.sequential().unwrap_or(0.0);
        self.measured.figures.restart = Some(assess::restart(&restarts, initial, &self.assessing())?);
        Ok(())
    }

    fn pace(&self, extent: Extent) -> Result<Pace, Stop> {
        Ok(Pace::of(self.subject, extent, self.watch)?)
    }

    /// As many of the planned samples as come within the limit, or few where most would not.
    fn sequential(&mut self, pace: Pace, stage: Stage) -> Result<Recording, Stop> {
        let samples = pace.worth_recording(self.plan.limit, self.plan.samples).max(FEWEST);
        self.record(Extent::Sequential(samples), samples, stage)
    }

    fn figure(&self, recording: &Recording) -> Result<SequentialFigure, Stop> {
        assess::sequential(recording, &self.assessing())
    }

    /// Takes one recording within the limit, and keeps its files where that is planned.
    fn record(&mut self, extent: Extent, wanted: usize, stage: Stage) -> Result<Recording, Stop> {
        let source = self.subject.kind.info().name;
        let limit = self.plan.limit;
        let mut watch =
            RecordingWatch { watch: self.watch, source, stage, wanted, limit, next: Duration::ZERO };
        let recording = Recording::take(self.subject, extent, &mut |taken| watch.look(taken))?;
        self.measured.claim = recording.claim();
        if recording.samples().len() < FEWEST {
            return Err(slow(stage, Pace::after(limit, 1).time_of(self.plan.samples)));
        }
        if let Some(folder) = &self.plan.keep {
            recording.write(folder, stage.name())?;
        }
        Ok(recording)
    }

    fn assessing(&self) -> AssessWatch<'_> {
        AssessWatch::new(self.watch, self.subject.kind.info().name)
    }
}

/// Stops where fewer samples came than were wanted.
fn is_whole(recording: &Recording, wanted: usize, stage: Stage) -> Result<(), Stop> {
    let samples = recording.samples().len();
    let took = Duration::from_nanos(recording.header().duration_ns);
    match samples < wanted {
        true => Err(slow(stage, Pace::after(took, samples).time_of(wanted))),
        false => Ok(()),
    }
}

const fn slow(stage: Stage, needs: Duration) -> Stop {
    Stop::Short(Shortfall::Slow { stage, needs })
}
