//! Which suites run, and over which sequences.

use super::results::{About, Results, Row};
use crate::args::{Constants, Suite, Test};
use crate::exit::Failure;
use openentropy_tests::{Bits, Finding, Progress, ais31, battery, ent, fips140, sp800_22};

/// One family of tests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Sp80022,
    Battery,
    Fips,
    Ais31,
    Ent,
}

const ALL: &[Family] = &[Family::Sp80022, Family::Battery, Family::Fips, Family::Ais31, Family::Ent];

/// Runs what the arguments ask for.
pub(super) fn run(args: &Test, place: String, bits: &Bits<'_>, progress: &impl Progress) -> Results {
    let constants = match args.constants {
        Constants::Exact => sp800_22::Constants::Exact,
        Constants::Sts => sp800_22::Constants::Sts,
    };
    let options = sp800_22::Options { constants, ..sp800_22::Options::default() };
    let sequences = args.sequences as usize;
    let rows = families(args.suite)
        .iter()
        .flat_map(|family| Row::of_suite(family.name(), family.run(bits, sequences, &options, progress)));
    let rows = rows.collect();
    Results::new(about(args, place, bits.len() as u64), rows, args.alpha)
}

/// What is tested, and how.
pub(super) fn about(args: &Test, place: String, bits: u64) -> About {
    About {
        suite: name(args.suite),
        place,
        bits,
        sequences: args.sequences as usize,
        constants: if args.constants == Constants::Exact { "exact" } else { "sts" },
    }
}

/// Refuses what the chosen suites cannot do.
pub(super) fn check(args: &Test) -> Result<(), Failure> {
    if args.sequences == 1 || families(args.suite).iter().any(|family| family.takes_sequences()) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--sequences is for sp800-22 and battery: {} judges the whole",
        name(args.suite)
    )))
}

/// About how many bytes of memory it takes to test `len` bytes.
pub(super) fn memory(args: &Test, len: u64) -> u64 {
    let processors = || std::thread::available_parallelism().map_or(1, core::num::NonZero::get) as u64;
    let threads = args.manner.threads.map_or_else(processors, u64::from);
    let of = |family: &Family| family.memory(len, u64::from(args.sequences), threads);
    // The suites run one after the other; what was read stays, and may be written anew as packed bits.
    let most = families(args.suite).iter().map(of).max().unwrap_or(0);
    len.saturating_mul(2).saturating_add(most)
}

impl Family {
    const fn name(self) -> &'static str {
        match self {
            Self::Sp80022 => "sp800-22",
            Self::Battery => "battery",
            Self::Fips => "fips",
            Self::Ais31 => "ais31",
            Self::Ent => "ent",
        }
    }

    /// Bytes of memory beside `len` bytes of data, as measured; the transform of a whole sequence takes nearly all.
    fn memory(self, len: u64, sequences: u64, threads: u64) -> u64 {
        let of_sequence = |per_byte| (len / sequences).saturating_mul(per_byte);
        match self {
            Self::Sp80022 => of_sequence(224).saturating_mul(threads.min(sequences)),
            Self::Battery => of_sequence(240), // sequences one by one
            Self::Fips | Self::Ais31 | Self::Ent => len,
        }
    }

    /// Whether it can judge several sequences together; the others judge the whole.
    const fn takes_sequences(self) -> bool {
        matches!(self, Self::Sp80022 | Self::Battery)
    }

    /// The findings, sequence by sequence.
    fn run(
        self,
        bits: &Bits<'_>,
        sequences: usize,
        options: &sp800_22::Options,
        progress: &impl Progress,
    ) -> Vec<Vec<Finding>> {
        let whole = |run: fn(&Bits<'_>) -> Vec<Finding>| {
            progress.expect(1);
            let findings = run(bits);
            progress.advance(1);
            vec![findings]
        };
        match self {
            Self::Sp80022 => sp800_22::run_sequences_with(bits, sequences, options, progress),
            Self::Battery => {
                progress.expect(sequences as u64);
                let judge = |section: Bits<'_>| {
                    let findings = battery::run(&section);
                    progress.advance(1);
                    findings
                };
                sp800_22::sections(bits, sequences).map(judge).collect()
            }
            Self::Fips => whole(|bits| fips140::run(bits.bytes())),
            Self::Ais31 => whole(ais31::run),
            Self::Ent => whole(|bits| ent::run(bits.bytes())),
        }
    }
}

const fn families(suite: Suite) -> &'static [Family] {
    match suite {
        Suite::Sp80022 => &[Family::Sp80022],
        Suite::Battery => &[Family::Battery],
        Suite::Fips => &[Family::Fips],
        Suite::Ais31 => &[Family::Ais31],
        Suite::Ent => &[Family::Ent],
        Suite::All => ALL,
    }
}

/// The suite's name, as it is typed.
fn name(suite: Suite) -> &'static str {
    match families(suite) {
        [family] => family.name(),
        _ => "all",
    }
}
