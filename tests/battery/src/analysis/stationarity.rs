//! Whether mean, spread and shares stay the same over time.

use super::significance::{Significance, at_least};
use super::statistics::{anova, levene_test};
use super::{ALPHA, histogram};
use crate::special::chi_square_upper;
use crate::{Correction, Reason};

/// Windows of a sequence compared with each other.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Stationarity {
    /// Whether none of the three tests, corrected together (Holm), rejects at level [`ALPHA`].
    pub is_stationary: bool,
    /// Analysis of variance of the windows' means.
    pub f_statistic: f64,
    /// The same with its p-value.
    pub means: Significance,
    /// Levene's test of the windows' spreads, about their medians.
    pub variances: Significance,
    /// Chi-square of the windows' shares of values, in as many classes as the length allows.
    pub shares: Significance,
    /// Number of those classes, 2 to 256: runs of neighbouring values.
    pub classes: usize,
    /// Mean of each window.
    pub window_means: Vec<f64>,
    /// Standard deviation of each window, with n - 1.
    pub window_std_devs: Vec<f64>,
    /// Number of windows.
    pub n_windows: usize,
    /// Bytes of a window; the bytes after the last whole one are left out.
    pub window_size: usize,
}

/// Compares ten windows of equal size.
///
/// Under stationary independence the F test of the means and Levene's test of the spreads follow F (9, N - 10), and the
/// homogeneity of shares chi-square with 9 (classes - 1) degrees of freedom, in the limit; at least 300 bytes. They see
/// drift, steps and changes of scale slower than a window. Correlated bytes fail too: their means differ by more.
///
/// Source: [`anova`], [`levene_test`]; Pearson's test of homogeneity (Cramér, §30.6).
///
/// # Errors
/// [`Reason::TooFew`] bytes; [`Reason::Constant`]: nothing varies within the windows.
///
/// ```
/// use openentropy_tests::analysis::stationarity_test;
///
/// let drift: Vec<u8> = (0u32..2000).map(|i| (i * 7919 % 128 + i / 20) as u8).collect();
/// assert!(!stationarity_test(&drift)?.is_stationary);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn stationarity_test(data: &[u8]) -> Result<Stationarity, Reason> {
    at_least("bytes", data.len(), 30 * WINDOWS)?;
    let window_size = data.len() / WINDOWS;
    let windows: Vec<&[u8]> = data.chunks_exact(window_size).take(WINDOWS).collect();
    let means = anova(&windows)?;
    let spreads = levene_test(&windows)?;
    // Five of each class are expected in a window.
    let classes = (window_size / 5).clamp(2, 256);
    let classes = 1 << classes.ilog2();
    let shares = homogeneity(&windows, classes);
    let tests = [
        Significance::new(means.f_statistic, means.p_value),
        Significance::new(spreads.w_statistic, spreads.p_value),
        shares,
    ];
    let adjusted = Correction::Holm.adjust(&tests.map(|test| test.p_value));
    Ok(Stationarity {
        is_stationary: adjusted.iter().all(|&p| p > ALPHA),
        f_statistic: means.f_statistic,
        means: tests[0],
        variances: tests[1],
        shares,
        classes,
        window_means: means.group_means,
        window_std_devs: spreads.group_variances.iter().map(|variance| variance.sqrt()).collect(),
        n_windows: WINDOWS,
        window_size,
    })
}

const WINDOWS: usize = 10;

/// Pearson's test that windows of one size share their values alike; classes that do not occur do not count.
fn homogeneity(windows: &[&[u8]], classes: usize) -> Significance {
    let width = 256 / classes;
    let tables: Vec<Vec<u64>> = windows
        .iter()
        .map(|window| histogram::counts(window).chunks(width).map(|class| class.iter().sum()).collect())
        .collect();
    let expected =
        |class: usize| tables.iter().map(|table| table[class]).sum::<u64>() as f64 / windows.len() as f64;
    let occurring: Vec<(usize, f64)> =
        (0..classes).map(|class| (class, expected(class))).filter(|(_, e)| *e > 0.0).collect();
    let of_class = |&(class, expected): &(usize, f64)| {
        tables.iter().map(|table| (table[class] as f64 - expected).powi(2)).sum::<f64>() / expected
    };
    let statistic: f64 = occurring.iter().map(of_class).sum();
    let df = (windows.len() - 1) * (occurring.len() - 1);
    let p = if df == 0 { 1.0 } else { chi_square_upper(statistic, df as f64) };
    Significance::new(statistic, p)
}

#[cfg(test)]
mod tests {
    use super::{homogeneity, stationarity_test};
    use crate::Reason;
    use crate::test_streams::Good;

    /// scipy 1.17: `chi2_contingency([[3, 1], [1, 3]], correction=False)`.
    #[test]
    fn shares_are_compared_as_in_a_table() {
        let test = homogeneity(&[&[0, 0, 0, 200], &[0, 200, 200, 200]], 2);
        assert!(
            (test.statistic - 2.0).abs() < 1e-15 && (test.p_value - 0.157_299_207_050_285_13).abs() < 1e-12
        );
        assert_eq!(homogeneity(&[&[1; 5], &[1; 5]], 2).p_value, 1.0);
    }

    /// scipy 1.17: `f_oneway`, `levene(center='median')`, `chi2_contingency` of x = i² mod 251, i < 3000.
    #[test]
    fn agrees_with_an_independent_program() {
        let data: Vec<u8> = (0..3000u32).map(|i| (i * i % 251) as u8).collect();
        let stationarity = stationarity_test(&data).unwrap();
        assert_eq!((stationarity.window_size, stationarity.classes), (300, 32));
        assert!((stationarity.means.p_value - 0.965_722_325_070_408_4).abs() < 1e-12);
        assert!((stationarity.variances.p_value - 0.999_147_931_062_327_7).abs() < 1e-12);
        assert!((stationarity.shares.statistic - 36.879_910_385_742_59).abs() < 1e-10);
    }

    #[test]
    fn steps_in_mean_spread_and_shape_are_told_apart() {
        let mut data = Good::ChaCha20.bytes(1, 10_000);
        assert!(stationarity_test(&data).unwrap().is_stationary);
        data[..5000].iter_mut().for_each(|byte| *byte = *byte / 2 + 64);
        let narrowed = stationarity_test(&data).unwrap();
        assert!(narrowed.means.p_value > 1e-3 && narrowed.variances.p_value < 1e-30);
        data.iter_mut().skip(5000).for_each(|byte| *byte /= 2);
        let moved = stationarity_test(&data).unwrap();
        assert!(moved.means.p_value < 1e-30 && moved.variances.p_value > 1e-3 && !moved.is_stationary);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        assert_eq!(stationarity_test(&[0; 1000]), Err(Reason::Constant));
        assert!(stationarity_test(&[0; 299]).is_err());
    }
}
