//! Tail probabilities of the distributions that tests need.

use statrs::function::{beta, erf, gamma};

/// P(X > x) for a chi-square variable with `df` degrees of freedom.
pub(crate) fn chi_square_upper(x: f64, df: f64) -> f64 {
    gamma_upper(df / 2.0, x / 2.0)
}

/// The regularised upper incomplete gamma function Q(a, x), a > 0; the standards' `igamc`.
pub(crate) fn gamma_upper(a: f64, x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 1.0,
        f64::INFINITY => 0.0,
        _ => gamma::gamma_ur(a, x),
    }
}

/// Natural logarithm of the gamma function, x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    gamma::ln_gamma(x)
}

/// P(Z > z) for a standard normal variable.
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z / core::f64::consts::SQRT_2)
}

/// P(|Z| > |z|) for a standard normal variable.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / core::f64::consts::SQRT_2)
}

/// The z with P(Z > z) = `p`, 0 < p < 1.
pub(crate) fn normal_quantile_upper(p: f64) -> f64 {
    core::f64::consts::SQRT_2 * erf::erfc_inv(2.0 * p)
}

/// P(X > x) for an F variable with `d1` and `d2` degrees of freedom.
pub(crate) fn f_upper(x: f64, d1: f64, d2: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    beta::beta_reg(d2 / 2.0, d1 / 2.0, (d2 / (d2 + d1 * x)).clamp(0.0, 1.0))
}

/// P(|T| > |t|) for a Student variable with `df` degrees of freedom.
pub(crate) fn student_two_sided(t: f64, df: f64) -> f64 {
    beta::beta_reg(df / 2.0, 0.5, (df / (df + t * t)).clamp(0.0, 1.0))
}

/// P(X >= k) for a binomial variable of `n` trials with probability `p`, 0 < p < 1.
pub(crate) fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        _ if k > n => 0.0,
        _ => beta::beta_reg(k as f64, (n - k) as f64 + 1.0, p),
    }
}

/// P(X >= k) for a Poisson variable with mean `lambda`, above 0.
pub(crate) fn poisson_at_least(k: u64, lambda: f64) -> f64 {
    match k {
        0 => 1.0,
        _ => gamma::gamma_lr(k as f64, lambda),
    }
}

/// The smallest and the largest count between which a binomial variable lies, each side missed with at most `tail`.
pub(crate) fn binomial_band(n: u64, p: f64, tail: f64) -> (u64, u64) {
    let first = |holds: &dyn Fn(u64) -> bool| {
        let (mut low, mut high) = (0, n + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        low
    };
    let lowest = first(&|k| 1.0 - binomial_at_least(k + 1, n, p) > tail);
    let highest = first(&|k| binomial_at_least(k + 1, n, p) <= tail);
    (lowest, highest)
}

/// P(K > x) for the supremum K of the absolute value of a Brownian bridge (Kolmogorov 1933).
pub(crate) fn kolmogorov_upper(x: f64) -> f64 {
    match x {
        _ if x <= 0.0 => 1.0,
        // Two series of one function; each is used where it converges at once.
        _ if x < 1.0 => {
            let term = |k: i32| {
                (-f64::from((2 * k - 1).pow(2)) * core::f64::consts::PI * core::f64::consts::PI
                    / (8.0 * x * x))
                    .exp()
            };
            1.0 - (2.0 * core::f64::consts::PI).sqrt() / x * (1..=4).map(term).sum::<f64>()
        }
        _ => {
            let term = |k: i32| f64::from(1 - 2 * ((k + 1) % 2)) * (-2.0 * f64::from(k * k) * x * x).exp();
            2.0 * (1..=6).map(term).sum::<f64>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, exact: f64) {
        assert!((value - exact).abs() <= 1e-9 * exact.abs(), "{value} against {exact}");
    }

    /// Values computed with 40 digits.
    #[test]
    fn tails_are_right_to_nine_digits() {
        close(gamma_upper(0.5, 40.0), 3.744_097_384_2e-19);
        close(gamma_upper(16384.0, 16600.0), 0.046_212_517_606_1);
        close(gamma_upper(32768.0, 33500.0), 2.961_216_155_86e-5);
        close(gamma_upper(500_000.0, 501_000.0), 0.078_718_661_386_1);
        close(normal_two_sided(3.0 * core::f64::consts::SQRT_2), 2.209_049_699_858_54e-5);
        close(f_upper(3.0, 1.0, 10.0), student_two_sided(3f64.sqrt(), 10.0));
        close(normal_upper(normal_quantile_upper(1e-4)), 1e-4);
    }

    #[test]
    fn discrete_tails_are_sums() {
        close(binomial_at_least(3, 4, 0.5), 5.0 / 16.0);
        close(poisson_at_least(2, 1.5), 1.0 - 2.5 * (-1.5f64).exp());
        assert_eq!(binomial_at_least(5, 4, 0.5), 0.0);
        assert_eq!(poisson_at_least(0, 1.5), 1.0);
    }

    #[test]
    fn a_band_leaves_out_no_more_than_its_tails() {
        for (n, p, tail) in [(100, 0.01, 0.005), (1000, 0.5, 0.005), (10, 0.9, 0.001)] {
            let (low, high) = binomial_band(n, p, tail);
            assert!(binomial_at_least(high + 1, n, p) <= tail && binomial_at_least(high, n, p) > tail);
            assert!(
                1.0 - binomial_at_least(low, n, p) <= tail && 1.0 - binomial_at_least(low + 1, n, p) > tail
            );
        }
    }

    #[test]
    fn the_ends_are_certain() {
        assert_eq!(gamma_upper(2.0, 0.0), 1.0);
        assert_eq!(gamma_upper(2.0, f64::INFINITY), 0.0);
        assert_eq!(chi_square_upper(1e9, 5.0), 0.0);
        assert_eq!(f_upper(0.0, 3.0, 4.0), 1.0);
    }

    /// `scipy.stats.kstwobign.sf` 1.17.
    #[test]
    fn the_largest_distance_follows_kolmogorovs_law() {
        let known = [
            (0.3, 0.999_990_694_198_665_4),
            (0.999_999, 0.270_000_743_627_456_5),
            (1.0, 0.269_999_671_677_354_56),
            (2.5, 7.453_306_344_157_342e-6),
        ];
        for (x, exact) in known {
            assert!((kolmogorov_upper(x) - exact).abs() < 1e-12 * exact, "{x}: {}", kolmogorov_upper(x));
        }
        assert_eq!(kolmogorov_upper(0.0), 1.0);
    }
}
