//! Whether p-values of good streams are uniform.

/// Chance that right p-values are called wrong, chosen before any were seen.
const LEVEL: f64 = 1e-4;

/// Kolmogorov and Smirnov's test of uniformity on both sides, at level 1e-4 (asymptotic; conservative for ranks).
pub(in crate::analysis) fn assert_uniform(p_values: &[f64]) {
    let (above, below) = deviations(p_values);
    let limit = (-(LEVEL / 2.0).ln() / 2.0).sqrt();
    assert!(above.max(below) < limit, "{above} too small, {below} too large, limit {limit}");
}

/// The same on the one side that matters: values of a discrete statistic may be larger than uniform ones.
pub(in crate::analysis) fn assert_no_smaller_than_uniform(p_values: &[f64]) {
    let (above, _) = deviations(p_values);
    let limit = (-LEVEL.ln() / 2.0).sqrt();
    assert!(above < limit, "{above} too small, limit {limit}");
}

/// √n times how far the empirical distribution lies above the uniform one, and below it.
fn deviations(p_values: &[f64]) -> (f64, f64) {
    assert!(p_values.iter().all(|p| (0.0..=1.0).contains(p)));
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let above = sorted.iter().enumerate().map(|(i, p)| (i as f64 + 1.0) / n - p).fold(0.0, f64::max);
    let below = sorted.iter().enumerate().map(|(i, p)| p - i as f64 / n).fold(0.0, f64::max);
    println!("{} p-values: {:.2} and {:.2} of √n", p_values.len(), above * n.sqrt(), below * n.sqrt());
    (above * n.sqrt(), below * n.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(power: f64) -> Vec<f64> {
        (0..500).map(|i| ((f64::from(i) + 0.5) / 500.0).powf(power)).collect()
    }

    #[test]
    fn even_values_are_uniform_and_large_ones_at_least_valid() {
        assert_uniform(&even(1.0));
        assert_no_smaller_than_uniform(&even(0.5));
    }

    #[test]
    #[should_panic(expected = "too small")]
    fn small_values_are_not_valid() {
        assert_no_smaller_than_uniform(&even(1.3));
    }

    #[test]
    #[should_panic(expected = "too large")]
    fn large_values_are_not_uniform() {
        assert_uniform(&even(0.7));
    }
}
