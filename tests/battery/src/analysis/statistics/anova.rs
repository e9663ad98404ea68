//! One-way analysis of variance: do groups have the same mean?

use super::groups::{mean, numbers, squares};
use crate::Reason;
use crate::special::f_upper;

/// The result of [`anova`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Anova {
    /// Mean square between groups over mean square within.
    pub f_statistic: f64,
    /// P(F at least as large).
    pub p_value: f64,
    /// Number of groups less 1.
    pub df_between: usize,
    /// Number of values less the number of groups.
    pub df_within: usize,
    /// Mean of each group.
    pub group_means: Vec<f64>,
    /// Mean of all values.
    pub grand_mean: f64,
}

/// Fisher's one-way analysis of variance over at least two groups of at least two values.
///
/// `F = (Σ n_g (m_g - m)² / (k - 1)) / (Σ (x - m_g)² / (N - k))` follows the F distribution with (k - 1, N - k)
/// degrees of freedom for independent normal values of one variance; for other values of finite variance, bytes
/// among them, in the limit of large groups (some thirty values each). It sees differences of means only.
///
/// Source: Fisher 1925; Scheffé, "The Analysis of Variance", chapter 10, for values that are not normal.
///
/// # Errors
/// [`Reason::TooFew`] groups or values; [`Reason::Parameter`]: a value is not finite; [`Reason::Constant`]:
/// nothing varies within the groups.
///
/// ```
/// use openentropy_tests::analysis::statistics::anova;
///
/// let result = anova(&[&[1u8, 2, 3], &[2, 3, 4]])?;
/// assert_eq!((result.f_statistic, result.df_between, result.df_within), (1.5, 1, 4));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn anova<T: Copy + Into<f64>>(groups: &[&[T]]) -> Result<Anova, Reason> {
    of_numbers(&numbers(groups)?)
}

/// The same for groups that have been looked at.
pub(super) fn of_numbers(groups: &[Vec<f64>]) -> Result<Anova, Reason> {
    let values: usize = groups.iter().map(Vec::len).sum();
    let grand_mean = groups.iter().flatten().sum::<f64>() / values as f64;
    let group_means: Vec<f64> = groups.iter().map(|group| mean(group)).collect();
    let paired = || groups.iter().zip(&group_means);
    let between: f64 = paired().map(|(group, mean)| group.len() as f64 * (mean - grand_mean).powi(2)).sum();
    let within: f64 = paired().map(|(group, &mean)| squares(group, mean)).sum();
    let (df_between, df_within) = (groups.len() - 1, values - groups.len());
    let f_statistic = (between / df_between as f64) / (within / df_within as f64);
    if !f_statistic.is_finite() {
        return Err(Reason::Constant);
    }
    let p_value = f_upper(f_statistic, df_between as f64, df_within as f64);
    Ok(Anova { f_statistic, p_value, df_between, df_within, group_means, grand_mean })
}

#[cfg(test)]
mod tests {
    use super::anova;
    use crate::Reason;

    /// `scipy.stats.f_oneway` 1.17.
    #[test]
    fn agrees_with_an_independent_program() {
        let groups: [&[f64]; 3] =
            [&[6.9, 5.4, 5.8, 4.6, 4.0], &[8.3, 6.8, 7.8, 9.2, 6.5], &[8.0, 10.5, 8.1, 6.9, 9.3]];
        let result = anova(&groups).unwrap();
        assert!((result.f_statistic - 9.591_107_036_442_812).abs() < 1e-12);
        assert!((result.p_value - 0.003_248_222_600_859_3).abs() < 1e-12);
        let two = anova(&[&[1u8, 2, 3, 250], &[9, 8, 7, 200]]).unwrap();
        assert!((two.f_statistic - 0.010_409_325_020_330_713).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        assert_eq!(anova::<u8>(&[]), Err(Reason::TooFew { what: "groups", have: 0, need: 2 }));
        assert!(matches!(
            anova(&[&[1u8, 2][..], &[3]]),
            Err(Reason::TooFew { what: "values in a group", .. })
        ));
        assert_eq!(anova(&[&[1u8, 1], &[3, 3]]), Err(Reason::Constant));
        assert!(matches!(anova(&[&[1.0, f64::NAN], &[3.0, 3.5]]), Err(Reason::Parameter(_))));
    }
}
