//! What tests of several groups ask of them.

use crate::Reason;
use crate::analysis::significance::at_least;

/// The groups as numbers.
///
/// # Errors
/// Fewer than two groups, a group of fewer than two values, or a value that is not finite.
pub(crate) fn numbers<T: Copy + Into<f64>>(groups: &[&[T]]) -> Result<Vec<Vec<f64>>, Reason> {
    at_least("groups", groups.len(), 2)?;
    for group in groups {
        at_least("values in a group", group.len(), 2)?;
    }
    let groups: Vec<Vec<f64>> =
        groups.iter().map(|group| group.iter().map(|&value| value.into()).collect()).collect();
    // Squares of larger values would overflow.
    match groups.iter().flatten().all(|value| value.abs() < 1e100) {
        true => Ok(groups),
        false => Err(Reason::Parameter("a value is not finite, or beyond 1e100")),
    }
}

/// Mean of the values, of which there is at least one.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sum of squared distances from `centre`.
pub(crate) fn squares(values: &[f64], centre: f64) -> f64 {
    values.iter().map(|value| (value - centre).powi(2)).sum()
}
