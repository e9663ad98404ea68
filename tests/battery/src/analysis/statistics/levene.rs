//! Levene's test: do groups have the same spread?

use super::anova;
use super::groups::{mean, numbers, squares};
use crate::Reason;

/// The result of [`levene_test`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Levene {
    /// The analysis of variance of the distances from the groups' medians.
    pub w_statistic: f64,
    /// P(W at least as large).
    pub p_value: f64,
    /// Number of groups less 1.
    pub df_between: usize,
    /// Number of values less the number of groups.
    pub df_within: usize,
    /// Variance of each group, with n - 1.
    pub group_variances: Vec<f64>,
}

/// Levene's test with distances from the median (Brown and Forsythe 1974), which holds for values that are not normal.
///
/// The statistic follows the F distribution with (k - 1, N - k) degrees of freedom in the limit of large groups
/// (some thirty values each); at least two groups of two values. It sees differences of spread only.
///
/// # Errors
/// As [`anova`](super::anova()); [`Reason::Constant`] too where all values are equally far from their median.
///
/// ```
/// use openentropy_tests::analysis::statistics::levene_test;
///
/// let result = levene_test(&[&[10u8, 11, 12, 14], &[0, 100, 200, 255]])?;
/// assert!(result.p_value < 0.05);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn levene_test<T: Copy + Into<f64>>(groups: &[&[T]]) -> Result<Levene, Reason> {
    let groups = numbers(groups)?;
    let variance = |group: &Vec<f64>| squares(group, mean(group)) / (group.len() - 1) as f64;
    let group_variances = groups.iter().map(variance).collect();
    let distances: Vec<Vec<f64>> = groups.into_iter().map(distances_from_median).collect();
    let anova::Anova { f_statistic, p_value, df_between, df_within, .. } = anova::of_numbers(&distances)?;
    Ok(Levene { w_statistic: f_statistic, p_value, df_between, df_within, group_variances })
}

fn distances_from_median(mut values: Vec<f64>) -> Vec<f64> {
    let (middle, even) = (values.len() / 2, values.len().is_multiple_of(2));
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let median = if even { (lower + upper) / 2.0 } else { upper };
    for value in &mut values {
        *value = (*value - median).abs();
    }
    values
}

#[cfg(test)]
mod tests {
    use super::{distances_from_median, levene_test};
    use crate::Reason;

    #[test]
    fn medians_of_even_and_odd_numbers_are_right() {
        let sorted = |values: &[f64]| {
            let mut distances = distances_from_median(values.to_vec());
            distances.sort_by(f64::total_cmp);
            distances
        };
        assert_eq!(sorted(&[5.0, 1.0, 2.0]), [0.0, 1.0, 3.0]);
        assert_eq!(sorted(&[5.0, 1.0, 2.0, 4.0]), [1.0, 1.0, 2.0, 2.0]);
        assert_eq!(sorted(&[3.0, 1.0]), [1.0, 1.0]);
    }

    /// `scipy.stats.levene(center='median')` 1.17.
    #[test]
    fn agrees_with_an_independent_program() {
        let groups: [&[f64]; 3] =
            [&[6.9, 5.4, 5.8, 4.6, 4.0], &[8.3, 6.8, 7.8, 9.2, 6.5], &[8.0, 10.5, 8.1, 6.9, 19.3]];
        let result = levene_test(&groups).unwrap();
        assert!((result.w_statistic - 1.013_016_610_422_053_5).abs() < 1e-12);
        let bytes = levene_test(&[&[1u8, 2, 3, 250], &[9, 8, 7, 200]]).unwrap();
        assert!((bytes.p_value - 0.863_363_350_223_985).abs() < 1e-12);
    }

    #[test]
    fn equal_distances_are_constant() {
        assert_eq!(levene_test(&[&[1u8, 2], &[5, 6]]), Err(Reason::Constant));
    }
}
