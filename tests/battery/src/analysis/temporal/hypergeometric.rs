//! Exact tails of the hypergeometric distribution.

use crate::special::ln_gamma;

/// How many of `drawn` items drawn from `total`, of which `marked` are marked, are marked.
#[derive(Clone, Copy)]
pub(in crate::analysis) struct Hypergeometric {
    pub(in crate::analysis) total: u64,
    pub(in crate::analysis) marked: u64,
    pub(in crate::analysis) drawn: u64,
}

impl Hypergeometric {
    pub(in crate::analysis) fn mean(self) -> f64 {
        self.drawn as f64 * self.marked as f64 / self.total as f64
    }

    /// Twice the smaller tail, the count itself in both, at most 1: never less than a uniform variable.
    pub(in crate::analysis) fn two_sided(self, count: u64) -> f64 {
        (2.0 * self.at_least(count).min(self.at_most(count))).min(1.0)
    }

    /// P(X ≥ count).
    fn at_least(self, count: u64) -> f64 {
        let highest = self.drawn.min(self.marked);
        let ratio = |k: u64| {
            (self.marked - k) as f64 * (self.drawn - k) as f64
                / ((k + 1) as f64 * (self.total + k + 1 - self.marked - self.drawn) as f64)
        };
        self.tail(count, highest.saturating_sub(count), |step| ratio(count + step))
    }

    /// P(X ≤ count).
    fn at_most(self, count: u64) -> f64 {
        let lowest = (self.marked + self.drawn).saturating_sub(self.total);
        let ratio = |k: u64| {
            k as f64 * (self.total + k - self.marked - self.drawn) as f64
                / ((self.marked - k + 1) as f64 * (self.drawn - k + 1) as f64)
        };
        self.tail(count, count.saturating_sub(lowest), |step| ratio(count - step))
    }

    /// The probability of `count` and of the `steps` values beyond, each from the one before.
    fn tail(self, count: u64, steps: u64, ratio: impl Fn(u64) -> f64) -> f64 {
        let mut term = self.probability(count);
        let mut sum = term;
        for step in 0..steps {
            term *= ratio(step);
            sum += term;
            // Terms fall from here on once they are below the sum's last digit: the distribution has one peak.
            if term < sum * 1e-17 && ratio(step) < 1.0 {
                break;
            }
        }
        sum.min(1.0)
    }

    fn probability(self, count: u64) -> f64 {
        let choose = |n: u64, k: u64| {
            ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
        };
        let ways = choose(self.marked, count) + choose(self.total - self.marked, self.drawn - count);
        (ways - choose(self.total, self.drawn)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::Hypergeometric;

    /// Five of ten drawn, four marked: 6, 60, 120, 60, 6 of 252 ways.
    #[test]
    fn counted_by_hand() {
        let draw = Hypergeometric { total: 10, marked: 4, drawn: 5 };
        assert_eq!(draw.mean(), 2.0);
        for (count, at_most) in [(0, 6.0), (1, 66.0), (2, 186.0), (3, 246.0), (4, 252.0)] {
            assert!((draw.at_most(count) - at_most / 252.0).abs() < 1e-12, "{count}");
            let below = if count == 0 { 0.0 } else { draw.at_most(count - 1) };
            assert!((draw.at_least(count) - (1.0 - below)).abs() < 1e-12, "{count}");
        }
        assert!((draw.two_sided(0) - 12.0 / 252.0).abs() < 1e-12);
        assert_eq!(draw.two_sided(2), 1.0);
    }

    #[test]
    fn large_draws_are_nearly_normal() {
        let draw = Hypergeometric { total: 1_000_000, marked: 500_000, drawn: 400_000 };
        // Standard deviation √(400000 · 0.25 · 0.6) = 244.9; two of them up, half a step less.
        let p = draw.two_sided(200_490);
        assert!((p - 0.0458).abs() < 0.001, "{p}");
        assert_eq!(draw.at_most(0), 0.0);
    }
}
