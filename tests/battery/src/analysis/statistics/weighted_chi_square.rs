//! The law of a weighted sum of squared normal variables.

use core::f64::consts::PI;

/// P(Q > x) for `Q = Σ Z_j² / rates[j]` with independent standard normal Z_j; the rates ascend and differ.
///
/// Smirnov's formula: the sum over odd k of `(-1)^((k-1)/2) / π` times the integral from `rates[k-1]` to `rates[k]` of
/// `exp(-x y / 2) / (y sqrt |Π (1 - y / rates[j])|)`. Gauss and Chebyshev's rule takes up the square roots
/// at both ends, and each term is smaller than the one before by far, so that the smallest tails keep their digits.
///
/// Source: Smirnov 1937; Martynov, "The omega-square tests", 1978.
pub(crate) fn weighted_chi_square_upper(x: f64, rates: &[f64]) -> f64 {
    let Some(&lowest) = rates.first().filter(|_| x > 0.0) else { return 1.0 };
    let (mut sum, mut sign) = (0.0, 1.0);
    for pair in rates.chunks_exact(2) {
        let (low, high) = (pair[0], pair[1]);
        sum += sign * integral(x, low, high, rates);
        sign = -sign;
        if x * (high - lowest) / 2.0 > EXHAUSTED {
            return (sum / PI).clamp(0.0, 1.0);
        }
    }
    // Either every term is in the sum, or x is so small that Q exceeds it for certain.
    if rates.len().is_multiple_of(2) { (sum / PI).clamp(0.0, 1.0) } else { 1.0 }
}

/// Exponent beyond which later terms are below the first by more than a double can show.
const EXHAUSTED: f64 = 42.0;

/// Nodes of the quadrature.
const NODES: usize = 40;

fn integral(x: f64, low: f64, high: f64, rates: &[f64]) -> f64 {
    let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
    let node = |index: usize| {
        let y = middle + half * (PI * (index as f64 + 0.5) / NODES as f64).cos();
        let others = rates.iter().filter(|&&rate| rate != low && rate != high);
        let ln_others: f64 = others.map(|rate| (1.0 - y / rate).abs().ln()).sum();
        // The two factors at the ends, without their roots (y - low) and (high - y).
        (-x * y / 2.0 - ln_others / 2.0).exp() * (low * high).sqrt() / y
    };
    (0..NODES).map(node).sum::<f64>() * PI / NODES as f64
}

#[cfg(test)]
mod tests {
    use super::weighted_chi_square_upper;

    /// The convolution integral of the two laws with 30 digits (mpmath).
    #[test]
    fn two_terms_agree_with_their_convolution() {
        for (x, exact) in TWO {
            let p = weighted_chi_square_upper(x, &[1.0, 2.0]);
            assert!((p - exact).abs() < 1e-10 * exact, "{x}: {p}");
        }
    }

    const TWO: [(f64, f64); 3] =
        [(0.5, 0.704_824_875_415_924_8), (3.0, 0.135_756_237_310_688_13), (30.0, 6.213_962_675_969_223e-8)];

    /// Published upper points of the Cramér and von Mises law: 0.46136 (5 %), 0.74346 (1 %), 1.16786 (0.1 %)
    /// (Anderson and Darling 1952; Csörgő and Faraway 1996), with rates π² j².
    #[test]
    fn published_points_of_the_continuous_laws_are_met() {
        let squares: Vec<f64> = (1..400).map(|j| (core::f64::consts::PI * f64::from(j)).powi(2)).collect();
        for (x, p) in [(0.461_36, 0.05), (0.743_46, 0.01), (1.167_86, 0.001)] {
            assert!((weighted_chi_square_upper(x, &squares) - p).abs() < 2e-3 * p);
        }
        let products: Vec<f64> = (1..4000).map(|j| f64::from(j * (j + 1))).collect();
        for (x, p) in [(2.492, 0.05), (3.878, 0.01)] {
            assert!((weighted_chi_square_upper(x, &products) - p).abs() < 2e-3 * p);
        }
    }

    #[test]
    fn tails_fall_from_one_to_nothing() {
        let rates: Vec<f64> = (1..256).map(|j| f64::from(j * (j + 1))).collect();
        let mut before = 1.0;
        for x in [0.0, 1e-5, 0.1, 0.3, 0.5, 1.0, 5.0, 50.0, 5000.0] {
            let p = weighted_chi_square_upper(x, &rates);
            assert!(p <= before && p.is_finite(), "{x}: {p}");
            before = p;
        }
        assert_eq!(before, 0.0);
    }
}
