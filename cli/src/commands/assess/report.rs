//! The figures of an assessment, as `--json` prints them.

use openentropy_tests::sp800_90b::iid::{ChiSquare, Iid, LongestRepeat, Permutation};
use openentropy_tests::sp800_90b::restart::{Peak, Restart};
use openentropy_tests::sp800_90b::{Assessment, View};
use serde::Serialize;

/// An assessment, and what was asked for beside it.
#[derive(Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) figures: Figures,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) iid: Option<IidReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) restart: Option<RestartReport>,
}

/// The ten estimates of one sequence, and the smallest.
#[derive(Serialize)]
pub(super) struct Figures {
    pub(super) samples: usize,
    pub(super) bits_per_symbol: u32,
    /// Number of different values.
    pub(super) alphabet: usize,
    /// Whether there are fewer samples than the standard asks for.
    pub(super) below_minimum: bool,
    /// Smallest estimate over the symbols, in bits per symbol.
    pub(super) h_original: f64,
    /// Smallest estimate over the bits of the symbols, in bits per bit; nothing where a symbol is one bit.
    pub(super) h_bitstring: Option<f64>,
    /// Assessed min-entropy in bits per symbol.
    pub(super) min_entropy: f64,
    /// What set that figure; nothing for constant data.
    pub(super) limit: Option<Limit>,
    pub(super) estimators: Vec<Row>,
}

/// The estimate that is the smallest.
#[derive(Serialize)]
pub(super) struct Limit {
    pub(super) estimator: &'static str,
    pub(super) view: &'static str,
}

/// One estimator over the symbols and over their bits; nothing where the standard computes none.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) literal: Option<f64>,
    pub(super) bitstring: Option<f64>,
}

/// The tests of the IID track; the figures beside them are those of the other track.
#[derive(Serialize)]
pub(super) struct IidReport {
    pub(super) pass: bool,
    /// The tests that do not pass.
    pub(super) failures: Vec<&'static str>,
    /// Assessed min-entropy in bits per symbol, if all pass.
    pub(super) min_entropy: Option<f64>,
    /// Shuffles that were made; a statistic is not counted on once it is certain to pass.
    pub(super) shuffles: u32,
    pub(super) permutations: Vec<PermutationRow>,
    pub(super) independence: Option<ChiSquare>,
    pub(super) goodness_of_fit: Option<ChiSquare>,
    pub(super) longest_repeat: LongestRepeat,
    /// Most common value estimates: in bits per symbol, and of its bits in bits per bit.
    pub(super) h_original: f64,
    pub(super) h_bitstring: Option<f64>,
}

/// A statistic of the order of samples against that of shuffled ones.
#[derive(Serialize)]
pub(super) struct PermutationRow {
    pub(super) statistic: &'static str,
    pub(super) value: f64,
    /// Shuffles with a larger, the same, and a smaller value.
    pub(super) above: u32,
    pub(super) equal: u32,
    pub(super) below: u32,
    pub(super) pass: bool,
}

/// The restart tests; the figures beside them are those of the samples row by row.
#[derive(Serialize)]
pub(super) struct RestartReport {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Whether this is the shape that the standard asks for.
    pub(super) meets_the_standard: bool,
    /// What the samples without restarts were assessed at, and whether somebody said so.
    pub(super) initial: f64,
    pub(super) initial_is_given: bool,
    pub(super) row_peak: Peak,
    pub(super) row_cutoff: usize,
    pub(super) column_peak: Peak,
    pub(super) column_cutoff: usize,
    /// Rows that equal an earlier one.
    pub(super) repeated_rows: Vec<usize>,
    pub(super) column_by_column: Figures,
    pub(super) pass: bool,
    /// Why not.
    pub(super) failure: Option<String>,
    /// What may be claimed, in bits per symbol; nothing where the tests fail.
    pub(super) min_entropy: Option<f64>,
}

impl Figures {
    /// The figures of `assessment`.
    pub(super) fn of(assessment: &Assessment) -> Self {
        let limit = assessment.limit().map(|limit| Limit {
            estimator: limit.estimate.estimator().id(),
            view: if limit.view == View::Literal { "literal" } else { "bitstring" },
        });
        let rows = assessment.table();
        Self {
            samples: assessment.samples,
            bits_per_symbol: assessment.bits,
            alphabet: assessment.alphabet,
            below_minimum: !assessment.meets_minimum_length(),
            h_original: assessment.h_original(),
            h_bitstring: assessment.h_bitstring(),
            min_entropy: assessment.min_entropy(),
            limit,
            estimators: rows
                .map(|row| Row { name: row.id, literal: row.literal, bitstring: row.bitstring })
                .into(),
        }
    }
}

impl IidReport {
    /// The verdict of `tests`.
    pub(super) fn of(tests: &Iid) -> Self {
        Self {
            pass: tests.passes(),
            failures: tests.failures().collect(),
            min_entropy: tests.min_entropy(),
            shuffles: tests.shuffles,
            permutations: tests.permutations.iter().map(PermutationRow::of).collect(),
            independence: tests.independence,
            goodness_of_fit: tests.goodness_of_fit,
            longest_repeat: tests.longest_repeat,
            h_original: tests.h_original,
            h_bitstring: tests.h_bitstring,
        }
    }
}

impl PermutationRow {
    fn of(test: &Permutation) -> Self {
        let Permutation { statistic, initial, above, equal, below } = *test;
        Self { statistic: statistic.name(), value: initial, above, equal, below, pass: test.passes() }
    }
}

impl RestartReport {
    /// Holds `restart` against what the samples without restarts were assessed at; the row by row figure where nobody says.
    pub(super) fn of(restart: Restart, initial: Option<f64>) -> Self {
        let (shape, given) = (restart.shape, initial);
        let initial = given.unwrap_or_else(|| restart.rows.min_entropy());
        let verdict = restart.judge(initial);
        Self {
            rows: shape.rows,
            columns: shape.columns,
            meets_the_standard: restart.meets_the_standard(),
            initial,
            initial_is_given: given.is_some(),
            row_peak: restart.row_peak,
            row_cutoff: shape.row_cutoff(initial),
            column_peak: restart.column_peak,
            column_cutoff: shape.column_cutoff(initial),
            column_by_column: Figures::of(&restart.columns),
            repeated_rows: restart.repeated_rows,
            pass: verdict.is_ok(),
            failure: verdict.err().map(|failure| failure.to_string()),
            min_entropy: verdict.ok(),
        }
    }
}

impl Report {
    /// Whether every check that was asked for passed.
    pub(super) fn passes(&self) -> bool {
        self.restart.as_ref().is_none_or(|restart| restart.pass)
            && self.iid.as_ref().is_none_or(|iid| iid.pass)
    }
}
