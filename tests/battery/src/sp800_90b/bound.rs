//! The upper confidence bound that most estimators end with.

/// Two-sided 99 % quantile of the normal distribution, the `Z` of SP 800-90B §6.3.
pub(super) const Z: f64 = 2.575_829_303_548_901;

/// Upper end of the 99 % confidence interval of a probability estimated from `n` samples, at most 1.
pub(super) fn upper_bound(p: f64, n: usize) -> f64 {
    (p + Z * (p * (1.0 - p) / (n as f64 - 1.0)).sqrt()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::upper_bound;

    #[test]
    fn bound_is_above_the_estimate_and_at_most_one() {
        assert!((upper_bound(0.5, 1_000_001) - 0.501_287_914_651_774_5).abs() < 1e-15);
        assert_eq!(upper_bound(1.0, 100), 1.0);
        assert_eq!(upper_bound(0.999, 3), 1.0);
    }
}
