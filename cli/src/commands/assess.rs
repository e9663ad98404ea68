//! `openentropy assess`: how much min-entropy noise samples have, as far as estimators can say.

mod report;
mod text;

use crate::args::{Assess, Matrix, Notation};
use crate::exit::{Failure, Outcome};
use crate::input::{self, Source, Words};
use crate::memory::Need;
use crate::output::{json, print};
use crate::progress::Bar;
use crate::threads;
use openentropy_tests::sp800_90b::iid;
use openentropy_tests::sp800_90b::restart::{self, Shape};
use openentropy_tests::sp800_90b::{self, InputError};
use report::{Figures, IidReport, Report, RestartReport};

/// Reads, estimates, prints.
pub(crate) fn run(args: &Assess) -> Result<Outcome, Failure> {
    let words = Words { are_wanted: !args.manner.quiet };
    let source = Source::open(args.input.file.as_deref())?;
    let place = source.place.clone();
    let data = input::read(source, |len| memory(args, len), "assess a part of it", words)?;
    let (samples, width) = input::samples(data, &place, &args.input, words)?;
    check_length(args, &samples, &place)?;
    let judged = threads::run(args.manner.threads, || judge(args, &samples, u32::from(width)))?;
    let report = judged.map_err(|error| Failure::Usage(format!("{place}: {error}")))?;
    let printed = print(&if args.manner.json { json(&report) } else { text::page(&report) })?;
    Ok(if report.passes() { printed } else { Outcome::Failed })
}

fn judge(args: &Assess, samples: &[u8], width: u32) -> Result<Report, InputError> {
    let bar = |what| Bar::new(what, !args.manner.quiet);
    if let Some(Matrix { rows, columns }) = args.restart {
        let restart = restart::assess_with(samples, Shape { rows, columns }, width, &bar("restarts"))?;
        let figures = Figures::of(&restart.rows);
        return Ok(Report { figures, iid: None, restart: Some(RestartReport::of(restart, args.initial)) });
    }
    let figures = Figures::of(&sp800_90b::assess_with(samples, width, &bar("estimators"))?);
    let test = || {
        iid::test_with(samples, width, &iid::Options::default(), &bar("shuffles"))
            .map(|tests| IidReport::of(&tests))
    };
    let iid = args.iid.then(test).transpose()?;
    Ok(Report { figures, iid, restart: None })
}

/// Says what is wrong with the number of samples in the user's terms.
fn check_length(args: &Assess, samples: &[u8], place: &str) -> Result<(), Failure> {
    let number = samples.len();
    match args.restart {
        Some(Matrix { rows, columns }) if rows * columns != number => Err(Failure::Usage(format!(
            "{place}: {rows} restarts of {columns} symbols are {} symbols, not {number}: \
             --restart names the matrix that was recorded, and --bits and --packed how wide a symbol is",
            rows * columns
        ))),
        _ if number < 2 => {
            Err(Failure::Usage(format!("{place}: one symbol is too few to estimate anything: two at least")))
        }
        _ => Ok(()),
    }
}

/// How many times the memory of noise the worst data take, those made of long repetitions: four to seven times, as measured.
const WORST_OVER_NOISE: u64 = 4;

/// About how much memory it takes to assess `len` bytes.
fn memory(args: &Assess, len: u64) -> Need {
    let width = u32::from(args.input.bits.unwrap_or(8));
    let samples = match (args.input.format, args.input.packed) {
        (Notation::BitsText, _) => len / u64::from(args.input.bits.unwrap_or(1)),
        (Notation::Bytes, true) => len.saturating_mul(8) / u64::from(width),
        (Notation::Bytes, false) => len,
    };
    // What is read, what is assessed, and for restart data the same again in columns.
    let matrices = if args.restart.is_some() { 2 } else { 1 };
    let most = sp800_90b::memory_needed(samples, width);
    let held = len.saturating_add(samples.saturating_mul(matrices));
    Need { usual: most / WORST_OVER_NOISE, most }.beside(held)
}
