//! Several p-values of one report, corrected together.

use crate::Correction;

/// One test of a report, judged together with the others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Judged {
    /// What was tested.
    pub test: &'static str,
    /// Its p-value alone.
    pub p_value: f64,
    /// The p-value corrected for all tests of the report (Holm).
    pub adjusted_p_value: f64,
    /// Whether that is at or below the report's level.
    pub rejected: bool,
}

/// Corrects all tests that gave a p-value and judges them at the family-wise level `alpha`.
pub(crate) fn judge(tests: impl IntoIterator<Item = (&'static str, Option<f64>)>, alpha: f64) -> Vec<Judged> {
    let tests: Vec<(&str, f64)> = tests.into_iter().filter_map(|(test, p)| Some((test, p?))).collect();
    let p_values: Vec<f64> = tests.iter().map(|&(_, p)| p).collect();
    let adjusted = Correction::Holm.adjust(&p_values);
    let judged = |((test, p_value), adjusted_p_value)| Judged {
        test,
        p_value,
        adjusted_p_value,
        rejected: adjusted_p_value <= alpha,
    };
    tests.into_iter().zip(adjusted).map(judged).collect()
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn what_gave_no_p_value_does_not_count() {
        let judged = judge([("one", Some(0.004)), ("none", None), ("two", Some(0.02))], 0.01);
        let seen: Vec<_> = judged.iter().map(|j| (j.test, j.adjusted_p_value, j.rejected)).collect();
        assert_eq!(seen, [("one", 0.008, true), ("two", 0.02, false)]);
    }
}
