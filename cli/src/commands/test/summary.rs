//! What came out of one test, all its results together: a line of every table.

use super::results::Row;
use super::words::{figure, p_value};
use openentropy_tests::Outcome;

/// The results of one test in a few words.
pub(super) struct Summary {
    /// Every p-value of every sequence.
    pub(super) p_values: Vec<f64>,
    /// The smallest of them, in digits; empty where there is none, as the next.
    pub(super) lowest: String,
    /// How many of them lie below the level.
    pub(super) below: String,
    /// What follows from all of it.
    pub(super) verdict: String,
}

impl Summary {
    /// Sums up the rows of one test at level `alpha`.
    pub(super) fn of(rows: &[Row], alpha: f64) -> Self {
        let p_values: Vec<f64> = rows.iter().flat_map(Row::p_values).flatten().collect();
        let lowest = p_values.iter().copied().min_by(f64::total_cmp);
        let below = p_values.iter().filter(|p| **p < alpha).count();
        Self {
            lowest: lowest.map(p_value).unwrap_or_default(),
            below: lowest.map(|_| below.to_string()).unwrap_or_default(),
            verdict: result(rows, alpha),
            p_values,
        }
    }
}

/// What came out of one test, in a few words.
fn result(rows: &[Row], alpha: f64) -> String {
    let rejected: Vec<&str> =
        rows.iter().filter(|row| row.is_rejected).map(|row| row.variant.as_ref()).collect();
    if !rejected.is_empty() {
        return match (rejected.len(), rows.len()) {
            (_, 1) => "REJECTED".to_owned(),
            (1..=3, _) => format!("REJECTED: {}", rejected.join(", ")),
            (number, _) => format!("REJECTED: {number} results, among them {}", rejected[..2].join(", ")),
        };
    }
    if let Some(reason) = rows.iter().find_map(Row::reason)
        && rows.iter().all(|row| !row.applies())
    {
        return format!("not applicable: {reason}");
    }
    let figures = rows.iter().flat_map(|row| &row.outcomes).find_map(|outcome| match outcome {
        Outcome::Described { statistic } => Some(format!("{}, decides nothing", figure(*statistic))),
        Outcome::Limits { statistic, .. } if rows.len() == 1 => {
            Some(format!("passes: {}", figure(*statistic)))
        }
        _ => None,
    });
    if let Some(figures) = figures {
        return figures;
    }
    let failing = rows.iter().filter(|row| row.passes(alpha) == Some(false)).count();
    match (failing, rows.iter().any(|row| row.second_level.is_some())) {
        (0, _) => "passes".to_owned(),
        (number, true) => format!("{number} marked, not rejected"),
        (_, false) => format!("below {alpha}, not rejected"),
    }
}
