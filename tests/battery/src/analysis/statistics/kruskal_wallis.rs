//! Kruskal and Wallis' test: do groups of values rank alike?

use super::groups::numbers;
use crate::Reason;
use crate::special::chi_square_upper;

/// The result of [`kruskal_wallis`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct KruskalWallis {
    /// H, corrected for ties.
    pub h_statistic: f64,
    /// P(H at least as large).
    pub p_value: f64,
    /// Number of groups less 1.
    pub df: usize,
}

/// Kruskal and Wallis' analysis of variance by ranks, corrected for ties, as bytes have many.
///
/// `H = (12 / (N (N + 1)) Σ R_g² / n_g - 3 (N + 1)) / (1 - Σ (t³ - t) / (N³ - N))` with rank sums R_g, mean ranks for ties
/// of t equal values; chi-square with k - 1 degrees of freedom in the limit of large groups (five values each or more).
///
/// Source: Kruskal and Wallis 1952.
///
/// # Errors
/// [`Reason::TooFew`] groups or values; [`Reason::Parameter`]: a value is not finite; [`Reason::Constant`]: all are equal.
///
/// ```
/// use openentropy_tests::analysis::statistics::kruskal_wallis;
///
/// let result = kruskal_wallis(&[&[1u8, 2, 3], &[4, 5, 6]])?;
/// assert!((result.h_statistic - 27.0 / 7.0).abs() < 1e-12);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn kruskal_wallis<T: Copy + Into<f64>>(groups: &[&[T]]) -> Result<KruskalWallis, Reason> {
    let groups = numbers(groups)?;
    let of_group =
        |(group, values): (usize, &Vec<f64>)| values.iter().map(|&value| (value, group)).collect::<Vec<_>>();
    let mut values: Vec<(f64, usize)> = groups.iter().enumerate().flat_map(of_group).collect();
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut rank_sums = vec![0.0; groups.len()];
    let (mut ranked, mut ties) = (0.0, 0.0);
    for equal in values.chunk_by(|a, b| a.0 == b.0) {
        let number = equal.len() as f64;
        for &(_, group) in equal {
            rank_sums[group] += ranked + (number + 1.0) / 2.0;
        }
        ranked += number;
        ties += number * number * number - number;
    }
    let total = ranked;
    let untied = 1.0 - ties / (total * total * total - total);
    if untied <= 0.0 {
        return Err(Reason::Constant);
    }
    // Around the mean rank, so that nothing cancels.
    let middle = (total + 1.0) / 2.0;
    let deviations = rank_sums.iter().zip(&groups).map(|(sum, group)| {
        let size = group.len() as f64;
        (sum / size - middle).powi(2) * size
    });
    let h_statistic = 12.0 / (total * (total + 1.0)) * deviations.sum::<f64>() / untied;
    let df = groups.len() - 1;
    Ok(KruskalWallis { h_statistic, p_value: chi_square_upper(h_statistic, df as f64), df })
}

#[cfg(test)]
mod tests {
    use super::kruskal_wallis;
    use crate::Reason;

    /// `scipy.stats.kruskal` 1.17.
    #[test]
    fn agrees_with_an_independent_program() {
        let result = kruskal_wallis(&[&[1u8, 1, 2, 5, 9], &[3, 3, 8, 9, 9], &[1, 7, 8, 9, 20]]).unwrap();
        assert!((result.h_statistic - 2.424_264_705_882_35).abs() < 1e-12);
        let two = kruskal_wallis(&[&[1u8, 2, 3, 250], &[9, 8, 7, 200]]).unwrap();
        assert!((two.p_value - 0.248_213_078_989_920_4).abs() < 1e-12);
    }

    #[test]
    fn equal_values_cannot_be_ranked() {
        assert_eq!(kruskal_wallis(&[&[1u8, 1], &[1, 1]]), Err(Reason::Constant));
    }
}
