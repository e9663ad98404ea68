//! Many tests at once: what may be rejected, and how many failures chance alone brings.

use crate::special::binomial_band;
use crate::{Finding, Outcome};

/// How p-values of many tests are corrected together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Correction {
    /// Family-wise: every p-value times their number.
    Bonferroni,
    /// Family-wise, step down: never less powerful than Bonferroni (Holm 1979).
    Holm,
    /// False discovery rate, step up, for independent or positively dependent tests (Benjamini and Hochberg 1995).
    BenjaminiHochberg,
}

impl Correction {
    /// The adjusted p-values, in the order of `p_values`: rejecting those at or below a level keeps that level.
    ///
    /// ```
    /// use openentropy_tests::Correction;
    ///
    /// assert_eq!(Correction::Holm.adjust(&[0.01, 0.5, 0.02]), [0.03, 0.5, 0.04]);
    /// assert_eq!(Correction::Bonferroni.adjust(&[0.01, 0.5, 0.02]), [0.03, 1.0, 0.06]);
    /// assert_eq!(Correction::BenjaminiHochberg.adjust(&[0.01, 0.5, 0.02]), [0.03, 0.5, 0.03]);
    /// ```
    pub fn adjust(self, p_values: &[f64]) -> Vec<f64> {
        let number = p_values.len();
        let mut order: Vec<usize> = (0..number).collect();
        order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
        let mut adjusted = vec![1.0; number];
        let mut reached = 0.0f64;
        match self {
            Self::Bonferroni => {
                for (&p, adjusted) in p_values.iter().zip(&mut adjusted) {
                    *adjusted = (p * number as f64).min(1.0);
                }
            }
            Self::Holm => {
                for (rank, &index) in order.iter().enumerate() {
                    reached = reached.max(p_values[index] * (number - rank) as f64).min(1.0);
                    adjusted[index] = reached;
                }
            }
            Self::BenjaminiHochberg => {
                reached = 1.0;
                for (rank, &index) in order.iter().enumerate().rev() {
                    reached = reached.min(p_values[index] * number as f64 / (rank + 1) as f64);
                    adjusted[index] = reached;
                }
            }
        }
        adjusted
    }
}

/// The verdict over all tests of a run together.
///
/// A single p-value below `alpha` says little when there are many: of `tested` right ones about
/// [`expected`](Self::expected) fall below by chance. The run fails only where Holm's correction
/// rejects at family-wise level `alpha`, or a statistic leaves fixed limits.
///
/// ```
/// use openentropy_tests::{Bits, Verdict, sp800_22};
///
/// let stuck = [0xFF; 2000];
/// let findings = sp800_22::run(&Bits::new(&stuck), &sp800_22::Options::default());
/// let verdict = Verdict::over(&findings, 0.01);
/// assert!(!verdict.passes());
/// assert!(verdict.rejected.iter().any(|&index| findings[index].info.name == "Frequency"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Verdict {
    /// Level of a single test, and of all together.
    pub alpha: f64,
    /// Number of p-values.
    pub tested: usize,
    /// Number of results that the tests do not apply to.
    pub not_applicable: usize,
    /// Number of p-values below `alpha`.
    pub failures: usize,
    /// Number of p-values below `alpha` to expect of independent unbiased bits.
    pub expected: f64,
    /// Between which numbers of failures independent tests of such bits lie with 99 %.
    ///
    /// Tests of one sequence depend on each other somewhat, which widens it.
    pub band: (u64, u64),
    /// Which findings are rejected, by index, ascending.
    pub rejected: Vec<usize>,
}

impl Verdict {
    /// Judges the findings of one run at family-wise level `alpha`, above 0 and below 1.
    pub fn over(findings: &[Finding], alpha: f64) -> Self {
        let outcomes: Vec<Outcome> = findings.iter().map(|finding| finding.outcome).collect();
        Self::over_outcomes(&outcomes, alpha)
    }

    /// The same for outcomes without their tests.
    pub fn over_outcomes(outcomes: &[Outcome], alpha: f64) -> Self {
        let p_values: Vec<f64> = outcomes.iter().filter_map(Outcome::p).collect();
        let mut adjusted = Correction::Holm.adjust(&p_values).into_iter();
        let rejects = |outcome: &Outcome| match outcome {
            Outcome::PValue { .. } => adjusted.next().is_some_and(|p| p <= alpha),
            Outcome::Limits { pass, .. } => !pass,
            Outcome::NotApplicable(_) | Outcome::Described { .. } => false,
        };
        let rejected: Vec<bool> = outcomes.iter().map(rejects).collect();
        let tested = p_values.len();
        Self {
            alpha,
            tested,
            not_applicable: outcomes.iter().filter(|o| matches!(o, Outcome::NotApplicable(_))).count(),
            failures: p_values.iter().filter(|&&p| p < alpha).count(),
            expected: alpha * tested as f64,
            band: binomial_band(tested as u64, alpha, 0.005),
            rejected: (0..outcomes.len()).filter(|&index| rejected[index]).collect(),
        }
    }

    /// Whether nothing is rejected.
    pub fn passes(&self) -> bool {
        self.rejected.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Correction, Verdict};
    use crate::Outcome;

    #[test]
    fn adjusted_values_keep_the_order_and_stay_below_one() {
        let p_values = [0.9, 1e-9, 0.02, 0.02, 0.5];
        for correction in [Correction::Bonferroni, Correction::Holm, Correction::BenjaminiHochberg] {
            let adjusted = correction.adjust(&p_values);
            assert!(adjusted.iter().zip(p_values).all(|(&a, p)| a >= p && a <= 1.0), "{correction:?}");
            assert_eq!(adjusted[2], adjusted[3]);
            assert!(adjusted[1] < adjusted[2] && adjusted[2] <= adjusted[4] && adjusted[4] <= adjusted[0]);
        }
        assert!(Correction::Holm.adjust(&[]).is_empty());
    }

    #[test]
    fn one_small_value_among_many_is_chance_and_a_tiny_one_is_not() {
        let mut outcomes = vec![Outcome::p_value(0.0, 0.5); 187];
        outcomes.push(Outcome::p_value(0.0, 0.005));
        let verdict = Verdict::over_outcomes(&outcomes, 0.01);
        assert_eq!((verdict.failures, verdict.rejected.len()), (1, 0));
        assert!((verdict.expected - 1.88).abs() < 1e-12 && verdict.passes());
        outcomes.push(Outcome::p_value(0.0, 1e-6));
        outcomes.push(Outcome::Limits { statistic: 1.0, pass: false });
        outcomes.push(Outcome::too_short(9));
        let verdict = Verdict::over_outcomes(&outcomes, 0.01);
        assert_eq!(verdict.rejected, [188, 189]);
        assert_eq!((verdict.tested, verdict.not_applicable), (189, 1));
    }

    #[test]
    fn no_tests_no_failures() {
        let verdict = Verdict::over_outcomes(&[], 0.01);
        assert!(verdict.passes());
        assert_eq!(verdict.band, (0, 0));
    }
}
