//! `openentropy test`: what tests of randomness find in bits.

mod html;
mod json;
mod markdown;
mod plots;
mod results;
mod streaming;
mod suites;
mod summary;
mod table;
mod words;

use crate::args::Test;
use crate::exit::{Failure, Outcome};
use crate::input::{self, Source, Words};
use crate::output::{self, print};
use crate::progress::Bar;
use crate::report::{Form, Target};
use crate::threads;
use results::Results;

/// Reads, tests, judges, prints.
pub(crate) fn run(args: &Test) -> Result<Outcome, Failure> {
    let words = Words { are_wanted: !args.manner.quiet };
    suites::check(args)?;
    let target = args.report.as_deref().map(Target::new).transpose()?;
    let source = Source::open(args.input.file.as_deref())?;
    if streaming::can(args) {
        return finish(args, &streaming::run(args, source, words)?);
    }
    let place = source.place.clone();
    let data = input::read(
        source,
        |len| suites::memory(args, len),
        "more --sequences may take less, or test a part of it",
        words,
    )?;
    let data = input::bits(data, &place, &args.input, words)?;
    let bits = data.bits();
    if (args.sequences as usize) > bits.len() {
        let (have, want) = (bits.len(), args.sequences);
        return Err(Failure::Usage(format!("{place}: {have} bits cannot be cut into {want} sequences")));
    }
    let rest = bits.len() % args.sequences as usize;
    if rest > 0 {
        words.say(&format_args!("{place}: the last {rest} bits fill no sequence and are left out"))?;
    }
    let bar = Bar::new("tests", words.are_wanted);
    let results = threads::run(args.manner.threads, || suites::run(args, place, &bits, &bar))?;
    drop(bar);
    if let Some(target) = target {
        target.write(|form| match form {
            Form::Html => html::page(&results, &bits),
            Form::Markdown => markdown::page(&results, &bits),
        })?;
    }
    finish(args, &results)
}

fn finish(args: &Test, results: &Results) -> Result<Outcome, Failure> {
    let page = if args.manner.json {
        output::json(&json::Page::new(results))
    } else {
        table::page(results, args.verbose)
    };
    let printed = print(&page)?;
    Ok(if results.verdict.passes() { printed } else { Outcome::Failed })
}
