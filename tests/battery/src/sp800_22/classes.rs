//! Counts in classes against the probabilities of the classes.

/// Where class probabilities come from.
///
/// It matters to the tests for the longest run, the overlapping template and the linear complexity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Constants {
    /// Computed exactly, so that the p-values are as right as the test's limiting distribution.
    #[default]
    Exact,
    /// As the reference suite STS 2.1.2 has them, rounded or approximate, to lay results side by side.
    Sts,
}

/// Pearson's statistic of `counts` against `probabilities`, which sum to 1; the counts are not all zero.
pub(super) fn chi_square(counts: &[u64], probabilities: &[f64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    let cells = counts.iter().zip(probabilities);
    cells
        .map(|(&count, &probability)| (count as f64 - total * probability).powi(2) / (total * probability))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::chi_square;

    #[test]
    fn distance_is_counted_in_units_of_the_expected() {
        assert_eq!(chi_square(&[6, 4], &[0.5, 0.5]), 0.4);
        assert_eq!(chi_square(&[25, 50, 25], &[0.25, 0.5, 0.25]), 0.0);
    }
}
