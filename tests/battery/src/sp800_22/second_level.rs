//! What the tests say over many sequences (SP 800-22 section 4.2).
//!
//! For every row of results, over the sequences to which the test applies: the share that passes, which must lie near 99 %, and the uniformity of the p-values.
//! The standard marks a row where the share leaves 0.99 ± 3 · sqrt(0.99 · 0.01 / s), or where the uniformity's p-value falls below
//! 0.0001. With 188 rows and two criteria each, some marks are chance: [`Verdict`] says how many to expect, and decides by a
//! rule that holds for all of them together.
//!
//! A sequence that a test does not apply to is left out of its row. Where a statistic takes few values (short sequences, rare
//! events), its p-values are not uniform for perfect data either, only at most as small as often. Ties betray such a row: it is
//! judged by what lies too low alone, instead of by the standard's two-sided criteria, which would mark perfect data.

use std::borrow::Cow;

use super::few_values;
use crate::special::{binomial_at_least, chi_square_upper};
use crate::{Correction, Finding, Info};

/// Level of a single test of a sequence (section 4.2).
pub const ALPHA: f64 = 0.01;

/// p-value of the uniformity below which the standard marks a row (section 4.2.2).
pub const UNIFORMITY_ALPHA: f64 = 0.0001;

/// Fewest p-values for the uniformity to mean something (section 4.2.2).
pub const UNIFORMITY_SEQUENCES: u64 = 55;

/// The results of one variant of a test over many sequences.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SecondLevel {
    /// The test.
    pub info: &'static Info,
    /// Which of the test's results this is.
    pub variant: Cow<'static, str>,
    /// Number of sequences with a p-value.
    pub sequences: u64,
    /// Whether the p-values tie so often that they cannot be uniform for perfect data either.
    pub has_few_values: bool,
    /// How many of these have a p-value of at least [`ALPHA`].
    pub passed: u64,
    /// The shares of passed sequences between which the standard leaves a row unmarked; 0 to 1 where there are no sequences.
    pub interval: (f64, f64),
    /// The binomial probability of a number of passed sequences this far out: twice the smaller tail; of few values that of too few.
    pub proportion_p: f64,
    /// Number of p-values in each tenth of 0 to 1.
    pub histogram: [u64; 10],
    /// p-value of the uniformity as the standard has it: chi-square of the histogram; `None` where there are no sequences.
    pub uniformity_p: Option<f64>,
    /// Bound on the probability that p-values lie as much too low, whatever values they take: what few values are judged by.
    pub excess_p: Option<f64>,
}

/// Judges row by row the findings of many sequences, as [`run_sequences`](super::run_sequences) gives them.
///
/// All sequences have the same rows in the same order; rows that a sequence lacks count as not applicable to it.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::{self, second_level}};
///
/// let bytes: Vec<u8> = (0u32..100_000).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
/// let findings = sp800_22::run_sequences(&Bits::new(&bytes), 100, &sp800_22::Options::default());
/// let rows = second_level::judge(&findings);
/// assert_eq!((rows.len(), rows[0].sequences), (188, 100));
/// assert!(!second_level::Verdict::over(&rows, 0.01).passes(), "a linear congruential generator's top bytes");
/// ```
pub fn judge(sequences: &[Vec<Finding>]) -> Vec<SecondLevel> {
    let rows = sequences.first().map_or(&[][..], Vec::as_slice);
    let row = |(index, first): (usize, &Finding)| {
        let p_values = sequences.iter().filter_map(|findings| findings.get(index)?.outcome.p());
        SecondLevel::of(first, p_values.collect())
    };
    rows.iter().enumerate().map(row).collect()
}

impl SecondLevel {
    fn of(finding: &Finding, mut p_values: Vec<f64>) -> Self {
        p_values.sort_by(f64::total_cmp);
        let sequences = p_values.len() as u64;
        let has_few_values = few_values::are_few(&p_values);
        let mut histogram = [0; 10];
        for p in &p_values {
            histogram[((p * 10.0) as usize).min(9)] += 1;
        }
        let passed = p_values.iter().filter(|&&p| p >= ALPHA).count() as u64;
        Self {
            info: finding.info,
            variant: finding.variant.clone(),
            sequences,
            has_few_values,
            passed,
            interval: interval(sequences),
            proportion_p: proportion_p(sequences - passed, sequences, has_few_values),
            histogram,
            uniformity_p: uniformity_p(&histogram),
            excess_p: (sequences > 0).then(|| few_values::excess_p(&p_values)),
        }
    }

    /// Share of sequences that pass; `None` where there are none.
    pub fn proportion(&self) -> Option<f64> {
        (self.sequences > 0).then(|| self.passed as f64 / self.sequences as f64)
    }

    /// Whether the row is marked for its share of passed sequences; of few values for too small a share only.
    pub fn proportion_marked(&self) -> bool {
        self.proportion().is_some_and(|share| self.marks(share))
    }

    fn marks(&self, share: f64) -> bool {
        let (low, high) = self.interval;
        share < low || share > high && !self.has_few_values
    }

    /// Whether the row is marked for the uniformity of its p-values.
    pub fn uniformity_marked(&self) -> bool {
        self.judged_uniformity().is_some_and(|p| p < UNIFORMITY_ALPHA)
    }

    /// What the p-values' lie is judged by, from 55 sequences on: their uniformity, or of few values what lies too low.
    pub fn judged_uniformity(&self) -> Option<f64> {
        let judged = if self.has_few_values { self.excess_p } else { self.uniformity_p };
        judged.filter(|_| self.sequences >= UNIFORMITY_SEQUENCES)
    }

    /// Number of marks to expect of the row by chance.
    fn expected_marks(&self) -> f64 {
        let marked = |failed: u64| self.marks((self.sequences - failed) as f64 / self.sequences as f64);
        let sequences = self.sequences;
        let unmarked: Vec<u64> = (0..=sequences).filter(|&failed| !marked(failed)).collect(); // they lie together
        let inside = match (unmarked.first(), unmarked.last()) {
            (Some(&first), Some(&last)) => {
                binomial_at_least(first, sequences, ALPHA) - binomial_at_least(last + 1, sequences, ALPHA)
            }
            _ => 0.0,
        };
        1.0 - inside + self.judged_uniformity().map_or(0.0, |_| UNIFORMITY_ALPHA)
    }
}

/// Whether the rows together are what independent unbiased bits give.
///
/// The rule, fixed before any data is seen: every row's [`proportion_p`](SecondLevel::proportion_p) and [`judged_uniformity`](SecondLevel::judged_uniformity)
/// are corrected together by Holm's method, and a row is rejected where either is at most `alpha` then. That holds the
/// probability of rejecting anything at `alpha`, however the tests depend on each other, as far as each p-value is right.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdict {
    /// Family-wise level.
    pub alpha: f64,
    /// Number of criteria judged: proportions, and uniformities from 55 sequences on.
    pub criteria: usize,
    /// Number of criteria that the standard marks.
    pub marked: usize,
    /// Number of marks to expect of independent unbiased bits.
    pub expected: f64,
    /// Which rows are rejected, by index, ascending.
    pub rejected: Vec<usize>,
}

impl Verdict {
    /// Judges the rows at family-wise level `alpha`, above 0 and below 1.
    pub fn over(rows: &[SecondLevel], alpha: f64) -> Self {
        let judged = || rows.iter().enumerate().filter(|(_, row)| row.sequences > 0);
        let proportions = judged().map(|(index, row)| (index, row.proportion_p));
        let uniformities = judged().filter_map(|(index, row)| Some((index, row.judged_uniformity()?)));
        let (owners, p_values): (Vec<usize>, Vec<f64>) = proportions.chain(uniformities).unzip();
        let adjusted = Correction::Holm.adjust(&p_values);
        let small = owners.into_iter().zip(adjusted).filter(|&(_, p)| p <= alpha);
        let mut rejected: Vec<usize> = small.map(|(index, _)| index).collect();
        rejected.sort_unstable();
        rejected.dedup();
        let marks = |(_, row): (usize, &SecondLevel)| {
            usize::from(row.proportion_marked()) + usize::from(row.uniformity_marked())
        };
        Self {
            alpha,
            criteria: p_values.len(),
            marked: judged().map(marks).sum(),
            // Not `sum`, which makes -0 of nothing.
            expected: judged().fold(0.0, |sum, (_, row)| sum + row.expected_marks()),
            rejected,
        }
    }

    /// Whether no row is rejected.
    pub fn passes(&self) -> bool {
        self.rejected.is_empty()
    }
}

/// Three standard deviations around the expected share (section 4.2.1), within 0 to 1.
fn interval(sequences: u64) -> (f64, f64) {
    let share = 1.0 - ALPHA;
    let reach = 3.0 * (share * ALPHA / sequences.max(1) as f64).sqrt();
    match sequences {
        0 => (0.0, 1.0),
        _ => ((share - reach).max(0.0), (share + reach).min(1.0)),
    }
}

/// Two-sided p-value of a number of failures, or that of as many.
fn proportion_p(failed: u64, sequences: u64, is_one_sided: bool) -> f64 {
    let as_many = binomial_at_least(failed, sequences, ALPHA);
    if is_one_sided {
        return as_many;
    }
    let as_few = 1.0 - binomial_at_least(failed + 1, sequences, ALPHA);
    (2.0 * as_many.min(as_few)).min(1.0)
}

/// Chi-square of the tenths (section 4.2.2).
fn uniformity_p(histogram: &[u64; 10]) -> Option<f64> {
    let expected = histogram.iter().sum::<u64>() as f64 / 10.0;
    let cell = |&count: &u64| (count as f64 - expected).powi(2) / expected;
    (expected > 0.0).then(|| chi_square_upper(histogram.iter().map(cell).sum(), 9.0))
}

#[cfg(test)]
mod tests {
    use super::{SecondLevel, Verdict, interval, judge, proportion_p};
    use crate::sp800_22::frequency::INFO;
    use crate::{Finding, Outcome};

    fn row(p_values: &[f64]) -> SecondLevel {
        SecondLevel::of(&Finding::single(&INFO, Outcome::too_short(100)), p_values.to_vec())
    }

    /// `number` p-values evenly over 0 to 1, of which `failed` are below 0.01.
    fn spread(number: usize, failed: usize) -> Vec<f64> {
        let passed = (number - failed) as f64;
        let even = (0..number - failed).map(|i| 0.01 + 0.99 * (i as f64 + 0.5) / passed);
        even.chain((0..failed).map(|_| 0.005)).collect()
    }

    /// The interval's limits as the standard and its tool give them.
    #[test]
    fn intervals_are_the_standards() {
        for (sequences, low, high) in [(1000, 0.980_561, 0.999_439), (100, 0.960_150, 1.0)] {
            let interval = interval(sequences);
            assert!((interval.0 - low).abs() < 1e-6 && (interval.1 - high).abs() < 1e-6, "{interval:?}");
        }
    }

    #[test]
    fn marks_are_counted_and_only_what_chance_does_not_do_is_rejected() {
        let fair = row(&spread(1000, 10));
        assert_eq!((fair.sequences, fair.passed), (1000, 990));
        assert!(!fair.proportion_marked() && !fair.uniformity_marked() && fair.proportion_p > 0.5);
        let poor = row(&spread(1000, 20));
        assert!(poor.proportion_marked() && !poor.uniformity_marked());
        let mut rows = vec![fair; 187];
        rows.push(poor);
        let verdict = Verdict::over(&rows, 0.01);
        assert_eq!((verdict.criteria, verdict.marked), (376, 1));
        assert!(verdict.passes(), "one mark among 376");
        // Of 1000 sequences 0 or at least 20 failures are marked: 4.3e-5 + 3.29e-3 (binomial sums), and 1e-4.
        let expected = 188.0 * (0.99f64.powi(1000) + 0.003_292 + 1e-4);
        assert!((verdict.expected - expected).abs() < 1e-2, "{} against {expected}", verdict.expected);
        rows[3] = row(&spread(1000, 60));
        rows[5] = row(&vec![0.55; 1000]);
        assert_eq!(Verdict::over(&rows, 0.01).rejected, [3, 5]);
    }

    /// Twelfths, all as often: what perfect data give of a statistic with twelve values.
    #[test]
    fn few_values_are_no_fault() {
        let p_values: Vec<f64> = (0..5000).map(|i| f64::from(i % 12 + 1) / 12.0).collect();
        let fair = row(&p_values);
        assert!(fair.has_few_values && fair.uniformity_p.is_some_and(|p| p < 1e-100));
        assert_eq!((fair.passed, fair.proportion_p, fair.judged_uniformity()), (5000, 1.0, Some(1.0)));
        let verdict = Verdict::over(&[fair], 0.01);
        assert!(verdict.passes() && verdict.marked == 0);
        let low = row(&p_values.iter().map(|p| p * 0.8).collect::<Vec<_>>());
        assert!(low.uniformity_marked() && !Verdict::over(&[low], 0.01).passes());
    }

    #[test]
    fn few_sequences_have_no_judged_uniformity() {
        assert!(row(&[0.55; 54]).judged_uniformity().is_none());
        assert!(row(&[0.55; 54]).uniformity_p.is_some_and(|p| p < 1e-50));
        assert!(row(&[0.55; 55]).uniformity_marked());
        assert_eq!(proportion_p(0, 10, false), 1.0);
    }

    #[test]
    fn sequences_that_a_test_does_not_apply_to_are_left_out() {
        let findings = |outcome| vec![Finding::single(&INFO, outcome)];
        let rows = judge(&[
            findings(Outcome::too_short(100)),
            findings(Outcome::p_value(0.0, 0.3)),
            findings(Outcome::p_value(0.0, 1.0)),
            vec![],
        ]);
        assert_eq!((rows[0].sequences, rows[0].histogram), (2, [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]));
        let none = judge(&[findings(Outcome::too_short(100))]);
        assert_eq!((none[0].sequences, none[0].uniformity_p, none[0].interval), (0, None, (0.0, 1.0)));
        let verdict = Verdict::over(&none, 0.01);
        assert_eq!((verdict.criteria, verdict.expected, verdict.passes()), (0, 0.0, true));
        assert!(judge(&[]).is_empty());
    }
}
