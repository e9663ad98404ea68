//! Results as `--json` prints them.

use super::results::{Judgement, Results, Row};
use openentropy_tests::sp800_22::SecondLevel;
use serde::Serialize;

/// One run.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    suite: &'static str,
    bits: u64,
    sequences: usize,
    bits_per_sequence: u64,
    alpha: f64,
    /// Class probabilities of sp800-22.
    constants: &'static str,
    /// `pass`, `fail`, or `none` where no test that decides applies; over all tests together.
    verdict: Judgement,
    /// Number of p-values that the verdict is over: one for each result, or both criteria for each over several sequences.
    tested: usize,
    not_applicable: usize,
    /// p-values below `alpha`, how many of them good data give, and between which numbers with 99 %.
    failures: usize,
    expected_failures: f64,
    band: (u64, u64),
    /// Number of results that are rejected.
    rejected: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_level: Option<Marks>,
    tests: Vec<Test<'a>>,
}

/// The standard's own criteria over several sequences, each row by itself.
#[derive(Serialize)]
struct Marks {
    criteria: usize,
    marked: usize,
    expected: f64,
}

/// One result of one test.
#[derive(Serialize)]
struct Test<'a> {
    suite: &'static str,
    name: &'static str,
    variant: &'a str,
    applicable: bool,
    /// One for each sequence, nothing where the test does not apply to it; none for tests without p-values.
    p_values: Vec<Option<f64>>,
    /// Of a single sequence.
    statistic: Option<f64>,
    /// By this test alone: at level `alpha`, or by both criteria of the standard for several sequences.
    pass: Option<bool>,
    /// By the verdict over all tests.
    rejected: bool,
    /// Why the test does not apply.
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_level: Option<Level>,
}

/// How the p-values of several sequences lie.
#[derive(Serialize)]
struct Level {
    sequences: u64,
    /// Whether the p-values tie so often that `excess_p` is judged instead of `uniformity_p`.
    has_few_values: bool,
    passed: u64,
    proportion: Option<f64>,
    interval: (f64, f64),
    proportion_p: f64,
    histogram: [u64; 10],
    uniformity_p: Option<f64>,
    excess_p: Option<f64>,
}

impl<'a> Page<'a> {
    /// The page of these results.
    pub(super) fn new(results: &'a Results) -> Self {
        let (about, verdict) = (&results.about, &results.verdict);
        let marks = |level: openentropy_tests::sp800_22::second_level::Verdict| Marks {
            criteria: level.criteria,
            marked: level.marked,
            expected: level.expected,
        };
        Self {
            suite: about.suite,
            bits: about.bits,
            sequences: about.sequences,
            bits_per_sequence: about.bits / about.sequences as u64,
            alpha: verdict.alpha,
            constants: about.constants,
            verdict: results.judgement(),
            tested: verdict.tested,
            not_applicable: verdict.not_applicable,
            failures: verdict.failures,
            expected_failures: verdict.expected,
            band: verdict.band,
            rejected: results.rows.iter().filter(|row| row.is_rejected).count(),
            second_level: results.second_level().map(marks),
            tests: results.rows.iter().map(|row| Test::new(row, verdict.alpha)).collect(),
        }
    }
}

impl<'a> Test<'a> {
    fn new(row: &'a Row, alpha: f64) -> Self {
        let has_p_values = row.lowest_p().is_some();
        Self {
            suite: row.suite,
            name: row.info.name,
            variant: &row.variant,
            applicable: row.applies(),
            p_values: if has_p_values { row.p_values().collect() } else { Vec::new() },
            statistic: match &row.outcomes[..] {
                [outcome] => outcome.statistic(),
                _ => None,
            },
            pass: row.passes(alpha),
            rejected: row.is_rejected,
            reason: row.reason(),
            second_level: row.second_level.as_ref().map(Level::new),
        }
    }
}

impl Level {
    fn new(level: &SecondLevel) -> Self {
        Self {
            sequences: level.sequences,
            has_few_values: level.has_few_values,
            passed: level.passed,
            proportion: level.proportion(),
            interval: level.interval,
            proportion_p: level.proportion_p,
            histogram: level.histogram,
            uniformity_p: level.uniformity_p,
            excess_p: level.excess_p,
        }
    }
}
