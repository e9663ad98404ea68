//! Which suites run, and over which sequences.

use super::results::{About, Results, Row};
use crate::args::{Constants, Notation, Suite, Test};
use crate::exit::Failure;
use crate::memory::Need;
use openentropy_tests::sp800_22::dft;
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

/// Bytes for each number that is transformed: where their number has small factors, and where it has not.
const TRANSFORM: Need = Need { usual: 30, most: 180 };

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

/// About how much memory it takes to test `len` bytes.
pub(super) fn memory(args: &Test, len: u64) -> Need {
    let processors = || std::thread::available_parallelism().map_or(1, core::num::NonZero::get) as u64;
    let threads = args.manner.threads.map_or_else(processors, u64::from);
    let bits_of_byte = match (args.input.format, args.input.bits) {
        (Notation::BitsText, _) => 1,
        (Notation::Bytes, Some(width)) if !args.input.packed => u64::from(width),
        (Notation::Bytes, _) => 8,
    };
    let sequences = u64::from(args.sequences);
    let bits = len.saturating_mul(bits_of_byte) / sequences;
    let of = |family: &Family| family.memory(bits, threads.min(sequences));
    let needs = || families(args.suite).iter().map(of);
    // The suites run one after the other; what was read stays, and may be written anew as packed bits.
    let usual = needs().map(|need| need.usual).max().unwrap_or(0);
    let most = needs().map(|need| need.most).max().unwrap_or(0);
    Need { usual, most }.beside(len.saturating_mul(2))
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

    /// Memory beside the data, with so many sequences of `bits` each at once: Fourier transforms take nearly all.
    fn memory(self, bits: u64, at_once: u64) -> Need {
        match self {
            Self::Sp80022 => Need {
                usual: bits.saturating_mul(TRANSFORM.usual).saturating_mul(at_once),
                most: dft::memory_needed(bits).saturating_mul(at_once),
            },
            // Sequence by sequence, and the bits' and the bytes' transform at once.
            Self::Battery => {
                let longest = battery::spectral::LONGEST as u64;
                let transformed = bits.min(longest) + (bits / 8).min(longest);
                Need { usual: transformed * TRANSFORM.usual, most: transformed * TRANSFORM.most }
            }
            Self::Fips | Self::Ais31 | Self::Ent => Need { usual: 0, most: 0 },
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
