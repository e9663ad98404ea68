//! What all tests found, and the verdict over them.

use super::words::{figure, p_value};
use openentropy_tests::sp800_22::second_level::{self, SecondLevel};
use openentropy_tests::{Finding, Info, Outcome, Verdict};
use serde::Serialize;
use std::borrow::Cow;

/// Results of one run.
pub(super) struct Results {
    pub(super) about: About,
    /// Test by test, the variants of one beside each other.
    pub(super) rows: Vec<Row>,
    /// Over the results of one sequence, or over the second level of several.
    pub(super) verdict: Verdict,
}

/// The verdict over all tests together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Judgement {
    /// No result is rejected.
    Pass,
    /// A result is rejected.
    Fail,
    /// No test that decides applies.
    None,
}

/// What was tested, and how.
pub(super) struct About {
    pub(super) suite: &'static str,
    /// Where the data came from.
    pub(super) place: String,
    pub(super) bits: u64,
    /// How many sequences the bits were cut into, for the suites that judge several.
    pub(super) sequences: usize,
    pub(super) constants: &'static str,
}

/// One result of one test.
pub(super) struct Row {
    pub(super) suite: &'static str,
    pub(super) info: &'static Info,
    pub(super) variant: Cow<'static, str>,
    /// One for each sequence, one at least.
    pub(super) outcomes: Vec<Outcome>,
    /// How the p-values of several sequences lie.
    pub(super) second_level: Option<SecondLevel>,
    /// Whether the verdict rejects it.
    pub(super) is_rejected: bool,
}

impl Results {
    /// Judges rows together, at family-wise level `alpha`.
    pub(super) fn new(about: About, mut rows: Vec<Row>, alpha: f64) -> Self {
        let owned =
            |(index, row): (usize, &Row)| row.judged().into_iter().map(move |outcome| (index, outcome));
        let (owners, outcomes): (Vec<usize>, Vec<Outcome>) = rows.iter().enumerate().flat_map(owned).unzip();
        let verdict = Verdict::over_outcomes(&outcomes, alpha);
        for index in &verdict.rejected {
            rows[owners[*index]].is_rejected = true;
        }
        Self { about, rows, verdict }
    }

    /// The rows of each test.
    pub(super) fn tests(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|a, b| a.suite == b.suite && a.info.name == b.info.name)
    }

    /// Every p-value of every sequence.
    pub(super) fn p_values(&self) -> impl Iterator<Item = f64> {
        self.rows.iter().flat_map(Row::p_values).flatten()
    }

    /// The verdict in a word.
    pub(super) fn judgement(&self) -> Judgement {
        let decides = |row: &Row| row.passes(self.verdict.alpha).is_some();
        match self.verdict.passes() {
            false => Judgement::Fail,
            true if self.rows.iter().any(decides) => Judgement::Pass,
            true => Judgement::None,
        }
    }

    /// What the standard's own criteria make of several sequences; nothing for one.
    pub(super) fn second_level(&self) -> Option<second_level::Verdict> {
        let rows: Vec<SecondLevel> = self.rows.iter().filter_map(|row| row.second_level.clone()).collect();
        (!rows.is_empty()).then(|| second_level::Verdict::over(&rows, self.verdict.alpha))
    }
}

impl Row {
    /// The results of one suite, from the findings of each sequence, all in the same order.
    pub(super) fn of_suite(suite: &'static str, sequences: Vec<Vec<Finding>>) -> Vec<Self> {
        let mut levels =
            if sequences.len() > 1 { second_level::judge(&sequences) } else { Vec::new() }.into_iter();
        let mut sequences = sequences.into_iter();
        let new = |finding: Finding| Self {
            suite,
            info: finding.info,
            variant: finding.variant,
            outcomes: vec![finding.outcome],
            second_level: levels.next(),
            is_rejected: false,
        };
        let mut rows: Vec<Self> = sequences.next().unwrap_or_default().into_iter().map(new).collect();
        for findings in sequences {
            for (row, finding) in rows.iter_mut().zip(findings) {
                row.outcomes.push(finding.outcome);
            }
        }
        rows
    }

    /// The p-values, sequence by sequence; nothing where the test does not apply or has none.
    pub(super) fn p_values(&self) -> impl Iterator<Item = Option<f64>> {
        self.outcomes.iter().map(Outcome::p)
    }

    /// The smallest p-value.
    pub(super) fn lowest_p(&self) -> Option<f64> {
        self.p_values().flatten().min_by(f64::total_cmp)
    }

    /// Whether the test passes on its own: at level `alpha`, or by both criteria of the standard for several sequences;
    /// nothing where nothing is decided.
    pub(super) fn passes(&self, alpha: f64) -> Option<bool> {
        match (&self.second_level, &self.outcomes[..]) {
            (Some(level), _) => {
                (level.sequences > 0).then(|| !level.proportion_marked() && !level.uniformity_marked())
            }
            (None, [outcome, ..]) => outcome.passes(alpha),
            (None, []) => None,
        }
    }

    /// Whether the test applies to any sequence.
    pub(super) fn applies(&self) -> bool {
        self.outcomes.iter().any(|outcome| !matches!(outcome, Outcome::NotApplicable(_)))
    }

    /// Why the test does not apply, where it applies to no sequence.
    pub(super) fn reason(&self) -> Option<String> {
        match self.outcomes.first() {
            Some(Outcome::NotApplicable(reason)) if !self.applies() => Some(reason.to_string()),
            _ => None,
        }
    }

    /// The p-value, the figure, or what the sequences show, in words.
    pub(super) fn value(&self) -> String {
        if let Some(level) = self.second_level.as_ref().filter(|level| level.sequences > 0) {
            let lie = if level.has_few_values { "not too low" } else { "uniformity" };
            let judged = level.judged_uniformity();
            let judged = judged.map_or_else(String::new, |p| format!(", {lie} {}", p_value(p)));
            return format!("{} of {} pass{judged}", level.passed, level.sequences);
        }
        match self.outcomes.first() {
            Some(Outcome::PValue { p, .. }) => p_value(*p),
            Some(Outcome::Limits { statistic, pass }) => {
                format!("{}, {} the limits", figure(*statistic), if *pass { "within" } else { "outside" })
            }
            Some(Outcome::Described { statistic }) => figure(*statistic),
            Some(Outcome::NotApplicable(reason)) => format!("not applicable: {reason}"),
            None => String::new(),
        }
    }

    /// What the verdict is over: the result itself, or both criteria for several sequences.
    fn judged(&self) -> Vec<Outcome> {
        let Some(level) = self.second_level.as_ref().filter(|level| level.sequences > 0) else {
            return self.outcomes.iter().take(1).copied().collect();
        };
        let proportion = Outcome::p_value(level.proportion().unwrap_or(0.0), level.proportion_p);
        let uniformity = level.judged_uniformity().map(|p| Outcome::p_value(p, p));
        [proportion].into_iter().chain(uniformity).collect()
    }
}
