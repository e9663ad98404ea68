//! `openentropy calibrate`: what the sources of this machine may claim, after they were recorded and assessed here.

mod cross;
mod declared;
mod place;
mod plan;
mod report;
mod rows;
mod table;
mod watching;

use crate::args::Calibrate;
use crate::exit::{Failure, Outcome};
use crate::input::Words;
use crate::output::{json, print, say};
use crate::signals;
use declared::Declared;
use openentropy_host::calibrate::{
    CalibrateError, Calibration, Plan, Reason, Verdict, calibrate, filed, load_average,
};
use openentropy_host::claims::Claims;
use place::Place;
use plan::Task;
use report::Report;
use watching::Watching;

/// The share of its processors' time above which a machine is not idle.
const BUSY: f64 = 0.5;

/// Finds out all that can be wrong, records and assesses, and writes the file at the very end.
pub(crate) fn run(args: &Calibrate) -> Result<Outcome, Failure> {
    let words = Words { are_wanted: !args.quiet };
    let claims = Claims::installed();
    let declared = Declared::of(args, &claims)?;
    let tasks = plan::tasks(args, words)?;
    let mut place = Place::of(args)?;
    place.warn(&declared)?;
    declared.warn()?;
    warn_if_busy(&tasks)?;
    let watching = Watching::start(&tasks, args)?;
    let measured = measure(args, &tasks, &watching).and_then(|calibrations| {
        let entries = declared.entries(calibrations.iter().filter_map(Calibration::entry), &calibrations);
        let pairs = match args.cross {
            true => cross::pairs(args, &tasks, &claims, filed(place.old(), entries.clone(), &[]), &watching)?,
            false => Vec::new(),
        };
        Ok((entries, calibrations, pairs))
    });
    watching.finish();
    let (entries, calibrations, pairs) = match measured {
        Err(CalibrateError::Cancelled) => {
            say(&"openentropy: interrupted: no claim was written")?;
            return Err(signals::end_as_asked());
        }
        measured => measured.map_err(failure)?,
    };
    place.look_again();
    let file = filed(place.old(), entries.clone(), &pairs);
    place.write(&file)?;
    place.tell(&file, words)?;
    place.tell_what_stands(&file, &entries, &calibrations)?;
    if args.cross && pairs.is_empty() {
        words.say(&"fewer than two groups are credited: --cross had no pair to judge")?;
    }
    let report = Report { path: place.path(), file: &file, calibrations: &calibrations, pairs: &pairs };
    print(&if args.json { json(&rows::Listing::of(&report)) } else { table::page(&report) })?;
    Ok(if calibrations.iter().any(has_failed) { Outcome::Failed } else { Outcome::Done })
}

fn measure(
    args: &Calibrate,
    tasks: &[Task],
    watching: &Watching,
) -> Result<Vec<Calibration>, CalibrateError> {
    let plan = Plan { samples: args.samples as usize, limit: args.limit, keep: args.keep.clone() };
    let one = |(place, Task { found, digitisation }): (usize, &Task)| {
        watching.begin(place);
        calibrate(found, *digitisation, &plan, watching)
    };
    tasks.iter().enumerate().map(one).collect()
}

/// Failures of the machine, not of what is known of the source.
const fn has_failed(calibration: &Calibration) -> bool {
    matches!(
        calibration.verdict,
        Verdict::None(Reason::Failed(_) | Reason::Restart(_) | Reason::Repeated { .. })
    )
}

fn warn_if_busy(tasks: &[Task]) -> Result<(), Failure> {
    match load_average() {
        Some(load) if load > BUSY && !tasks.is_empty() => say(&format_args!(
            "openentropy: warning: this machine is busy: {load:.1} threads per processor ran in the last minute. What is \
             recorded as idle is then not, and may look better than it is. Stop what else runs, and calibrate again."
        )),
        _ => Ok(()),
    }
}

fn failure(error: CalibrateError) -> Failure {
    match error {
        CalibrateError::Keep(path, error) => Failure::at(path, error),
        CalibrateError::Load(error) => Failure::Io { place: "the threads of the load".to_owned(), error },
        other => Failure::Check(other.to_string()),
    }
}
