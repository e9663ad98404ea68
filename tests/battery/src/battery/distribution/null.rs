//! What the null distributions of several tests are made of.

use crate::special::{binomial_at_least, chi_square_upper, gamma_upper, poisson_at_least};
use crate::{Outcome, Reason};

/// The p-value of the smallest of `tests` independent p-values (Šidák 1967).
pub(in crate::battery) fn of_smallest(smallest: f64, tests: usize) -> f64 {
    -f64::exp_m1(tests as f64 * f64::ln_1p(-smallest.min(1.0)))
}

/// The p-value of a discrete statistic to both sides: twice the smaller tail, the observed value belonging to both.
pub(in crate::battery) fn two_sided(at_most: f64, at_least: f64) -> f64 {
    (2.0 * at_most.min(at_least)).min(1.0)
}

/// [`two_sided`] for `k` successes of `n` trials with probability `p`.
pub(in crate::battery) fn binomial_two_sided(k: u64, n: u64, p: f64) -> f64 {
    two_sided(binomial_at_least(n - k, n, 1.0 - p), binomial_at_least(k, n, p))
}

/// [`two_sided`] for a Poisson variable with mean `lambda` that is `k`.
pub(in crate::battery) fn poisson_two_sided(k: u64, lambda: f64) -> f64 {
    two_sided(gamma_upper(k as f64 + 1.0, lambda), poisson_at_least(k, lambda))
}

/// Fewest occurrences to expect in a class of [`goodness_of_fit`].
const LEAST_EXPECTED: f64 = 10.0;

/// Pearson's chi-square of counted classes against their probabilities, which add up to 1.
///
/// Neighbouring classes are pooled until each has an expectation of [`LEAST_EXPECTED`], whatever was counted.
pub(in crate::battery) fn goodness_of_fit(counts: &[u64], probabilities: &[f64]) -> Outcome {
    let total = counts.iter().sum::<u64>() as f64;
    let mut classes: Vec<(f64, f64)> = Vec::with_capacity(counts.len());
    let mut open = (0.0, 0.0);
    for (&count, &probability) in counts.iter().zip(probabilities) {
        open = (open.0 + count as f64, open.1 + probability * total);
        if open.1 >= LEAST_EXPECTED {
            classes.push(open);
            open = (0.0, 0.0);
        }
    }
    if let Some(last) = classes.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    if classes.len() < 2 {
        return Outcome::NotApplicable(Reason::TooFew {
            what: "filled classes",
            have: classes.len() as u64,
            need: 2,
        });
    }
    let chi_square = classes.iter().map(|(count, expected)| (count - expected).powi(2) / expected).sum();
    Outcome::p_value(chi_square, chi_square_upper(chi_square, (classes.len() - 1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_of_many_is_no_rarity() {
        assert!((of_smallest(0.5, 2) - 0.75).abs() < 1e-15);
        assert!((of_smallest(1e-20, 6) / 6e-20 - 1.0).abs() < 1e-12);
        assert_eq!((of_smallest(1.0, 6), of_smallest(0.0, 6)), (1.0, 0.0));
    }

    /// Sums of 2^-10·C(10, k), by hand.
    #[test]
    fn two_sided_tails_are_sums() {
        assert!((binomial_two_sided(1, 10, 0.5) - 22.0 / 1024.0).abs() < 1e-14);
        assert!((binomial_two_sided(9, 10, 0.5) - 22.0 / 1024.0).abs() < 1e-14);
        assert_eq!(binomial_two_sided(5, 10, 0.5), 1.0);
        assert!((poisson_two_sided(0, 4.0) - 2.0 * (-4.0f64).exp()).abs() < 1e-12);
        assert!(poisson_two_sided(60, 4.0) > 0.0 && poisson_two_sided(60, 4.0) < 1e-40);
    }

    /// Classes (30), (40), (5 + 25): 0.5·(0 + 0 + 0) and, moved by ten, 100/30 + 100/40.
    #[test]
    fn thin_classes_are_pooled() {
        let probabilities = [0.3, 0.4, 0.05, 0.25];
        let fit = goodness_of_fit(&[30, 40, 10, 20], &probabilities);
        assert!((fit.statistic().unwrap()).abs() < 1e-12 && fit.p() == Some(1.0));
        let fit = goodness_of_fit(&[20, 50, 10, 20], &probabilities);
        assert!((fit.statistic().unwrap() - (100.0 / 30.0 + 100.0 / 40.0)).abs() < 1e-12);
        assert!((fit.p().unwrap() - (-35.0f64 / 12.0).exp()).abs() < 1e-12, "two degrees of freedom");
        assert_eq!(goodness_of_fit(&[3, 4, 1, 2], &probabilities).p(), None);
        assert_eq!(goodness_of_fit(&[], &[]).p(), None);
    }
}
