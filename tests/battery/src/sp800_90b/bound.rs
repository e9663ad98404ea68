//! What most estimators end with: an upper confidence bound, and the entropy that follows.

/// Two-sided 99 % quantile of the normal distribution, the `Z` of SP 800-90B §6.3.
pub(super) const Z: f64 = 2.575_829_303_548_901;

/// Upper end of the 99 % confidence interval of a probability estimated from `n` samples, at most 1.
pub(super) fn upper_bound(p: f64, n: usize) -> f64 {
    (p + Z * (p * (1.0 - p) / (n as f64 - 1.0)).sqrt()).min(1.0)
}

/// Min-entropy of a symbol whose likeliest value has probability `p`; never the negative zero of `-log2(1)`.
pub(super) fn min_entropy(p: f64) -> f64 {
    0.0 - p.log2()
}

#[cfg(test)]
mod tests {
    use super::{min_entropy, upper_bound};

    #[test]
    fn bound_is_above_the_estimate_and_at_most_one() {
        assert!((upper_bound(0.5, 1_000_001) - 0.501_287_914_651_774_5).abs() < 1e-15);
        assert_eq!(upper_bound(1.0, 100), 1.0);
        assert_eq!(upper_bound(0.999, 3), 1.0);
    }

    #[test]
    fn certainty_is_plain_zero() {
        assert!(min_entropy(1.0).is_sign_positive());
        assert_eq!(min_entropy(0.25), 2.0);
    }
}
