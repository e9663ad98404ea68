//! Suites that need each byte once: any length in the same memory.

use super::results::{Results, Row};
use super::suites;
use crate::args::{Notation, Suite, Test};
use crate::exit::Failure;
use crate::input::{Looks, Source, Words};
use crate::progress::Bar;
use openentropy_tests::fips140::{Limits, Tester};
use openentropy_tests::{Finding, ent, fips140};

/// Whether what the arguments ask for can be done so.
pub(super) fn can(args: &Test) -> bool {
    let has_plain_bytes = args.input.format == Notation::Bytes
        && (args.input.packed || args.input.bits.is_none_or(|bits| bits == 8));
    matches!(args.suite, Suite::Fips | Suite::Ent) && has_plain_bytes && args.report.is_none()
}

/// Reads and judges.
pub(super) fn run(args: &Test, source: Source, words: Words) -> Result<Results, Failure> {
    let place = source.place.clone();
    let assumed = if args.input.packed || args.input.bits.is_some() { "" } else { " (assumed)" };
    words.say(&format_args!("{place}: all eight bits of every byte{assumed}, first bit first"))?;
    let bar = Bar::new("bytes", words.are_wanted);
    let mut looks = Looks::new();
    let (bytes, findings): (u64, Vec<Finding>) = if args.suite == Suite::Fips {
        let mut tester = Tester::new(Limits::FIPS_140_2);
        let bytes = source.stream(&bar, |piece| {
            looks.update(piece);
            tester.update(piece);
        })?;
        (bytes, fips140::findings(&tester))
    } else {
        let mut tally = ent::Tally::new(ent::Unit::Byte);
        let bytes = source.stream(&bar, |piece| {
            looks.update(piece);
            tally.update(piece);
        })?;
        (bytes, ent::findings(&tally))
    };
    drop(bar);
    looks.hint_at_text(&place, words)?;
    looks.hint_at_low_bits(&place, words)?;
    let about = suites::about(args, place, bytes * 8);
    let rows = Row::of_suite(about.suite, vec![findings]);
    Ok(Results::new(about, rows, args.alpha))
}
