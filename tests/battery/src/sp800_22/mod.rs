//! The statistical test suite of NIST SP 800-22 Rev. 1a: fifteen tests of bits, and what they say over many sequences.
//!
//! [`run`] applies all of them to one sequence and always gives the same 188 results in the same order, one for each template, state and
//! direction; a result whose conditions are not met is [`NotApplicable`](Outcome::NotApplicable), with the reason, and never a p-value.
//! [`run_sequences`] does so for many sequences, and [`second_level`] judges these together, as the standard asks (section 4.2).
//!
//! ```
//! use openentropy_tests::{Bits, sp800_22};
//!
//! let bytes: Vec<u8> = (0u32..16_000).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
//! let findings = sp800_22::run(&Bits::new(&bytes), &sp800_22::Options::default());
//! assert_eq!(findings.len(), 188);
//! let universal = findings.iter().find(|finding| finding.info.name == "Universal").unwrap();
//! assert_eq!(universal.outcome.p(), None, "needs 387,840 bits");
//! ```
//!
//! # When a test applies
//!
//! The standard mixes what makes a p-value valid with what is convenient. Here a *condition* keeps a test from applying; a *recommendation* does not.
//!
//! | test | condition | recommended beside it |
//! |---|---|---|
//! | frequency, block frequency, runs, cumulative sums | 100 bits | blocks of 20 bits or more, fewer than 100 of them |
//! | longest run | 128 bits | |
//! | rank | 38,912 bits (38 matrices) | |
//! | FFT | 1000 bits | an even number of bits |
//! | non-overlapping template of m bits | 160 · 2^m bits (20 hits to expect in each block; ours, the standard has none) | 1,000,000 bits |
//! | overlapping template | 73,272 bits (more than 5 blocks to expect in each class) | 1,000,000 bits |
//! | universal | 387,840 bits | |
//! | linear complexity | blocks of 500 to 5000 bits, 200 of them | 1,000,000 bits |
//! | serial with m bits | m < ⌊log2 n⌋ - 2: 524,288 bits for m = 16 | |
//! | approximate entropy with m bits | m < ⌊log2 n⌋ - 5: 65,536 bits for m = 10 | |
//! | excursions and their variant | 500 cycles, or 0.005 · sqrt(n) | 1,000,000 bits |
//!
//! # Where the standard errs
//!
//! - The class probabilities of the longest run (10,000 bits), of the overlapping template and of the linear complexity (first class) are rounded,
//!   approximate or misprinted. [`Constants::Exact`], the default, computes them; [`Constants::Sts`] takes those of the reference suite.
//! - The variance of the FFT test has the divisor 4 since Rev. 1a; both its examples print wrong counts.
//! - Section 2.11.5 prints wrong p-values for its example, and 2.14.4 one from rounded probabilities.
//!
//! A p-value that is exactly 0 is one too small to be told from it, or that of [`runs`] where its prerequisite fails.

use crate::{Bits, Finding, Info, Outcome, Progress, threads};

pub mod approximate_entropy;
pub mod block_frequency;
#[cfg(test)]
mod calibration;
mod classes;
pub mod cumulative_sums;
pub mod dft;
mod few_values;
pub mod frequency;
#[cfg(test)]
mod known_answers;
pub mod linear_complexity;
pub mod longest_run;
pub mod non_overlapping_template;
pub mod overlapping_template;
pub mod random_excursions;
pub mod random_excursions_variant;
pub mod rank;
pub mod runs;
pub mod second_level;
pub mod serial;
pub mod universal;
mod walk;
mod words;

pub use classes::Constants;
pub use second_level::SecondLevel;

/// The suite, as its tests name it.
const GROUP: &str = "SP 800-22";

/// The suite's parameters; the default values are the reference suite's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Options {
    /// Where class probabilities come from.
    pub constants: Constants,
    /// Bits in a block of [`block_frequency`]: 128.
    pub block_frequency_block: usize,
    /// Bits in a template of [`non_overlapping_template`]: 9.
    pub template_length: u32,
    /// Bits in a block of [`linear_complexity`]: 500.
    pub linear_complexity_block: usize,
    /// Bits in a pattern of [`serial`]: 16.
    pub serial_length: u32,
    /// Bits in a pattern of [`approximate_entropy`]: 10.
    pub approximate_entropy_length: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            constants: Constants::Exact,
            block_frequency_block: 128,
            template_length: 9,
            linear_complexity_block: 500,
            serial_length: 16,
            approximate_entropy_length: 10,
        }
    }
}

/// One of the fifteen tests: what it is, and all its results.
pub(crate) type Test = (&'static Info, fn(&Bits<'_>, &Options) -> Vec<Finding>);

/// The tests in the order in which the reference suite reports them.
pub(crate) const TESTS: [Test; 15] = [
    (&frequency::INFO, |bits, _| vec![Finding::single(&frequency::INFO, frequency::test(bits))]),
    (&block_frequency::INFO, |bits, options| {
        let outcome = block_frequency::test(bits, options.block_frequency_block);
        vec![Finding::single(&block_frequency::INFO, outcome)]
    }),
    (&cumulative_sums::INFO, |bits, _| {
        pair(&cumulative_sums::INFO, ["forward", "reverse"], cumulative_sums::test(bits))
    }),
    (&runs::INFO, |bits, _| vec![Finding::single(&runs::INFO, runs::test(bits))]),
    (&longest_run::INFO, |bits, options| {
        vec![Finding::single(&longest_run::INFO, longest_run::test(bits, options.constants))]
    }),
    (&rank::INFO, |bits, _| vec![Finding::single(&rank::INFO, rank::test(bits))]),
    (&dft::INFO, |bits, _| vec![Finding::single(&dft::INFO, dft::test(bits))]),
    (&non_overlapping_template::INFO, |bits, options| {
        let width = options.template_length as usize;
        let results = non_overlapping_template::test(bits, options.template_length).into_iter();
        let name = |template| if width > 16 { String::new() } else { format!("{template:0width$b}") };
        results
            .map(|(template, outcome)| Finding::of(&non_overlapping_template::INFO, name(template), outcome))
            .collect()
    }),
    (&overlapping_template::INFO, |bits, options| {
        let outcome = overlapping_template::test(bits, options.constants);
        vec![Finding::single(&overlapping_template::INFO, outcome)]
    }),
    (&universal::INFO, |bits, _| vec![Finding::single(&universal::INFO, universal::test(bits))]),
    (&approximate_entropy::INFO, |bits, options| {
        let outcome = approximate_entropy::test(bits, options.approximate_entropy_length);
        vec![Finding::single(&approximate_entropy::INFO, outcome)]
    }),
    (&random_excursions::INFO, |bits, _| states(&random_excursions::INFO, random_excursions::test(bits))),
    (&random_excursions_variant::INFO, |bits, _| {
        states(&random_excursions_variant::INFO, random_excursions_variant::test(bits))
    }),
    (&serial::INFO, |bits, options| {
        let outcomes = serial::test(bits, options.serial_length);
        pair(&serial::INFO, ["first difference", "second difference"], outcomes)
    }),
    (&linear_complexity::INFO, |bits, options| {
        let outcome = linear_complexity::test(bits, options.linear_complexity_block, options.constants);
        vec![Finding::single(&linear_complexity::INFO, outcome)]
    }),
];

/// Applies all tests to one sequence, side by side where there are several cores.
///
/// The results are 188 with templates of nine bits, in the order of the reference suite's reports: names are its names; variants are the
/// template's bits, the state with its sign, the direction, the difference.
pub fn run(bits: &Bits<'_>, options: &Options) -> Vec<Finding> {
    threads::map(TESTS.to_vec(), |(_, test)| test(bits, options)).concat()
}

/// Cuts the sequence into `sequences` of equal length, in order; the fewer bits left over at the end are left out.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22};
///
/// let bits = Bits::new(&[0xF0, 0xF0, 0xFF]);
/// let sections: Vec<_> = sp800_22::sections(&bits, 5).collect();
/// assert!(sections.iter().all(|section| section.len() == 4));
/// assert_eq!(sections.iter().map(Bits::ones).collect::<Vec<_>>(), [4, 0, 4, 0, 4]);
/// ```
pub fn sections<'a>(bits: &'a Bits<'_>, sequences: usize) -> impl Iterator<Item = Bits<'a>> {
    let len = bits.len().checked_div(sequences).unwrap_or(0);
    (0..sequences).map(move |index| bits.section(index * len, len))
}

/// Applies all tests to each of `sequences` equal sections: the findings of [`run`] for each.
pub fn run_sequences(bits: &Bits<'_>, sequences: usize, options: &Options) -> Vec<Vec<Finding>> {
    run_sequences_with(bits, sequences, options, &())
}

/// Like [`run_sequences`], and tells how far it is: a unit is a test of a sequence.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22};
///
/// let bits = Bits::new(&[0b0110_1001; 100]);
/// let findings = sp800_22::run_sequences_with(&bits, 8, &sp800_22::Options::default(), &());
/// assert_eq!((findings.len(), findings[0].len()), (8, 188));
/// ```
pub fn run_sequences_with(
    bits: &Bits<'_>,
    sequences: usize,
    options: &Options,
    progress: &impl Progress,
) -> Vec<Vec<Finding>> {
    progress.expect((sequences * TESTS.len()) as u64);
    let len = bits.len().checked_div(sequences).unwrap_or(0);
    threads::map((0..sequences).collect(), |index| {
        let section = bits.section(index * len, len);
        let tests = threads::map(TESTS.to_vec(), |(_, test)| {
            let findings = test(&section, options);
            progress.advance(1);
            findings
        });
        tests.concat()
    })
}

/// Says so if there are fewer bits than the test needs.
fn shortage(info: &Info, bits: &Bits<'_>) -> Option<Outcome> {
    ((bits.len() as u64) < info.minimum_bits).then_some(Outcome::too_short(info.minimum_bits))
}

fn pair(info: &'static Info, variants: [&'static str; 2], outcomes: [Outcome; 2]) -> Vec<Finding> {
    variants.into_iter().zip(outcomes).map(|(variant, outcome)| Finding::of(info, variant, outcome)).collect()
}

fn states(info: &'static Info, results: Vec<(i32, Outcome)>) -> Vec<Finding> {
    results.into_iter().map(|(state, outcome)| Finding::of(info, format!("{state:+}"), outcome)).collect()
}
