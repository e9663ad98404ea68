//! Tests that two samples have one distribution.

use super::homogeneity::Homogeneity;
use crate::analysis::histogram;
use crate::special::{kolmogorov_upper, normal_two_sided};

/// Tests of two samples of bytes. All take the bytes of each sample to be independent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TwoSample {
    /// Kolmogorov and Smirnov's D, the largest distance of the two distribution functions.
    pub ks_statistic: f64,
    /// Its p-value by Kolmogorov's law. Ties make it too large, never too small (Noether 1963).
    pub ks_p_value: f64,
    /// Pearson's test of homogeneity of the values.
    pub chi2_homogeneity: f64,
    /// Its degrees of freedom: classes less 1.
    pub chi2_df: usize,
    /// Its p-value; `None` where fewer than two classes are large enough.
    pub chi2_p_value: Option<f64>,
    /// Whether each value that occurs was a class of its own; else neighbours were joined until five were expected.
    pub chi2_reliable: bool,
    /// P(a > b) - P(a < b) for a byte of each.
    pub cliffs_delta: f64,
    /// Mann and Whitney's U: pairs with a > b, ties as halves.
    pub mann_whitney_u: f64,
    /// Its two-sided p-value, normal, corrected for ties; `None` where all bytes are equal.
    pub mann_whitney_p_value: Option<f64>,
}

impl TwoSample {
    /// Compares two samples, neither empty.
    pub(super) fn of(a: &[u8], b: &[u8]) -> Self {
        let (counts_a, counts_b) = (histogram::counts(a), histogram::counts(b));
        let (n_a, n_b) = (a.len() as f64, b.len() as f64);
        let (mut below_a, mut below_b) = (0.0, 0.0);
        let (mut ks_statistic, mut greater, mut less, mut ties) = (0.0f64, 0.0, 0.0, 0.0);
        for (&count_a, &count_b) in counts_a.iter().zip(&counts_b) {
            let (count_a, count_b) = (count_a as f64, count_b as f64);
            greater += count_a * below_b;
            less += count_b * below_a;
            ties += (count_a + count_b).powi(3) - (count_a + count_b);
            below_a += count_a;
            below_b += count_b;
            ks_statistic = ks_statistic.max((below_a / n_a - below_b / n_b).abs());
        }
        let (pairs, total) = (n_a * n_b, n_a + n_b);
        let variance = pairs / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
        let mann_whitney_u = greater + (pairs - greater - less) / 2.0;
        let z = (variance > 0.0).then(|| (mann_whitney_u - pairs / 2.0) / variance.sqrt());
        let homogeneity = Homogeneity::of(&counts_a, &counts_b);
        Self {
            ks_statistic,
            ks_p_value: kolmogorov_upper((pairs / total).sqrt() * ks_statistic).clamp(0.0, 1.0),
            chi2_homogeneity: homogeneity.statistic,
            chi2_df: homogeneity.df,
            chi2_p_value: homogeneity.p_value(),
            chi2_reliable: homogeneity.unpooled,
            cliffs_delta: (greater - less) / pairs,
            mann_whitney_u,
            mann_whitney_p_value: z.map(normal_two_sided),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TwoSample;

    /// scipy 1.17: `mannwhitneyu(a, b, use_continuity=False, method='asymptotic')`, `ks_2samp(a, b).statistic`,
    /// `kstwobign.sf(sqrt(6) D)`.
    #[test]
    fn agrees_with_an_independent_program() {
        let a = [1, 2, 2, 3, 5, 8, 13, 21, 34, 55];
        let b = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];
        let test = TwoSample::of(&a, &b);
        assert_eq!(test.mann_whitney_u, 48.5);
        assert!((test.mann_whitney_p_value.unwrap() - MANN_WHITNEY).abs() < 1e-12, "{test:?}");
        assert!((test.ks_statistic - KS).abs() < 1e-12, "{test:?}");
        assert!((test.ks_p_value - KS_P).abs() < 1e-12, "{test:?}");
        assert!((test.cliffs_delta - (2.0 * 48.5 / 150.0 - 1.0)).abs() < 1e-15);
    }

    const MANN_WHITNEY: f64 = 0.14103753689113338;
    const KS: f64 = 0.3333333333333333;
    const KS_P: f64 = 0.5175506635818757;

    #[test]
    fn apart_is_one_and_equal_is_nothing() {
        let apart = TwoSample::of(&[1; 50], &[2; 70]);
        assert_eq!((apart.ks_statistic, apart.cliffs_delta, apart.mann_whitney_u), (1.0, -1.0, 0.0));
        assert!(apart.mann_whitney_p_value.unwrap() < 1e-20 && apart.chi2_p_value.unwrap() < 1e-20);
        let equal = TwoSample::of(&[1; 50], &[1; 70]);
        assert_eq!((equal.ks_p_value, equal.mann_whitney_p_value, equal.chi2_p_value), (1.0, None, None));
    }
}
