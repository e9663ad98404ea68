//! Calibration: sources recorded on this machine, assessed, and what each may claim after that.
//!
//! A source is recorded three times under each of its digitisations: consecutive samples while the machine is idle, the same under a load of our
//! own, and the first 1,000 samples after each of 1,000 openings (SP 800-90B §3.1.4). The battery's ten estimators judge each recording; the
//! lowest figure of all, divided by the divisor of the source's [`Class`](crate::Class), is the most that it may claim here. Estimators see samples and
//! never their cause, so the class decides first: for what others make, see or shape there is no claim, however good the figures look.
//!
//! Calibration lowers a built-in claim or fills the place of a missing one. It opens sources of its own, shows their samples to the estimators, and
//! feeds no pool.
//!
//! ```
//! use core::time::Duration;
//! use openentropy_host::calibrate::{Plan, Reason, Verdict, calibrate};
//! use openentropy_host::{FoundSource, find_by_name};
//! let kind = find_by_name("control_prng")?[0];
//! let found = FoundSource { kind, candidate: kind.find().remove(0) };
//! let plan = Plan { samples: 2000, limit: Duration::from_millis(20), keep: None };
//! let calibration = calibrate(&found, kind.digitisations()[0], &plan, &())?;
//! assert!(matches!(calibration.verdict, Verdict::None(Reason::Class(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assess;
pub mod cross;
mod declare;
mod figures;
mod filing;
mod load;
mod measure;
mod pace;
mod verdict;
mod watch;

pub use declare::{DeclareError, accepted, trusted};
pub use figures::{Figures, RestartFigure, SequentialFigure};
pub use filing::{METHOD, filed};
pub use load::load_average;
pub use verdict::{Reason, Verdict};
pub use watch::{Stage, Watch};

use crate::recorder::Subject;
use crate::{Access, FoundSource};
use core::time::Duration;
use openentropy_core::Digitisation;
use openentropy_tests::sp800_90b::MIN_SAMPLES;
use std::io;
use std::path::PathBuf;

/// How much of each source is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "whoever calibrates decides all of it")]
pub struct Plan {
    /// Samples of each sequential recording; fewer than 1,000,000 give figures, but no claim.
    pub samples: usize,
    /// The longest that one recording may take.
    pub limit: Duration,
    /// A folder for the recordings, one set of files each; `None` keeps their hashes only.
    pub keep: Option<PathBuf>,
}

impl Default for Plan {
    /// What an assessment takes, a minute at most for each recording, and no files.
    fn default() -> Self {
        Self { samples: MIN_SAMPLES, limit: Duration::from_secs(60), keep: None }
    }
}

/// What calibrating one source under one digitisation found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Calibration {
    /// The source.
    pub found: FoundSource,
    /// The rule that made the samples.
    pub digitisation: Digitisation,
    /// What was measured, as far as it came.
    pub figures: Figures,
    /// What follows from it.
    pub verdict: Verdict,
}

/// Why a calibration ended before it had a result.
#[derive(Debug)]
#[non_exhaustive]
pub enum CalibrateError {
    /// Whoever watched had it end.
    Cancelled,
    /// A recording could not be kept.
    Keep(PathBuf, io::Error),
    /// The threads of the load could not be started.
    Load(io::Error),
}

impl core::fmt::Display for CalibrateError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Cancelled => f.write_str("cancelled"),
            Self::Keep(path, error) => write!(f, "cannot keep the recording {}: {error}", path.display()),
            Self::Load(error) => write!(f, "cannot start the threads of the load: {error}"),
        }
    }
}

impl core::error::Error for CalibrateError {}

/// Calibrates one source under one of its digitisations, telling `watch` how far it is.
///
/// A source that fails, panics, or cannot be opened has that for its verdict. The recordings take at most three times the plan's limit and two
/// seconds; assessing them takes seconds of all processors and 100 MB.
///
/// # Errors
/// [`CalibrateError::Cancelled`] when `watch` asks for it, [`CalibrateError::Keep`], [`CalibrateError::Load`].
pub fn calibrate(
    found: &FoundSource,
    digitisation: Digitisation,
    plan: &Plan,
    watch: &dyn Watch,
) -> Result<Calibration, CalibrateError> {
    let FoundSource { kind, candidate } = found;
    let (figures, verdict) = match candidate.access {
        Access::Ready => {
            let subject = Subject { kind: *kind, candidate, digitisation: Some(digitisation.name) };
            let measured = measure::measure(&subject, plan, watch)?;
            let verdict = verdict::judge(kind.class(), candidate.virtualised, &measured);
            (measured.figures, verdict)
        }
        access => {
            let reason = Reason::Unavailable { access, reason: candidate.reason.clone() };
            (Figures::default(), Verdict::None(reason))
        }
    };
    Ok(Calibration { found: found.clone(), digitisation, figures, verdict })
}
