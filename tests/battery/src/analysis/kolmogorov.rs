//! Kolmogorov's law, corrected for 256 steps.

use super::significance::Significance;
use crate::special::kolmogorov_upper;

/// Kolmogorov and Smirnov's D of byte counts against equal shares, with a p-value for 256 steps.
///
/// `D = max |F_n(j) - (j + 1) / 256|`. The bridge is looked at in 255 places only, so its largest value there is
/// smaller than its supremum: by about `0.5826 / sqrt 256` (`-ζ(1/2) / sqrt 2π`; Chernoff 1965, Siegmund 1979). With
/// that added to `sqrt n · D`, Kolmogorov's law agrees with the exact one to 0.6 % of p from 1000 bytes on.
pub(crate) fn against_equal_shares(counts: &[u64; 256]) -> Significance {
    let n: u64 = counts.iter().sum();
    let mut seen = 0;
    let mut furthest = 0;
    for (&count, cells) in counts.iter().zip(1..) {
        seen += count;
        furthest = furthest.max((256 * u128::from(seen)).abs_diff(u128::from(n) * cells));
    }
    let d = furthest as f64 / (256.0 * n as f64);
    Significance::new(d, kolmogorov_upper((n as f64).sqrt() * d + STEPS))
}

/// `-ζ(1/2) / sqrt(2π) / sqrt 256`.
const STEPS: f64 = 0.582_597_157_939_010_6 / 16.0;

#[cfg(test)]
mod tests {
    use super::{against_equal_shares, kolmogorov_upper};

    /// The exact discrete law: the chance that 256 Poisson counts of sum n stay within the band, by convolution
    /// (numpy 2.4), divided by the chance of that sum.
    #[test]
    fn p_values_agree_with_the_exact_law_on_256_steps() {
        for (n, furthest, exact) in EXACT {
            let p = kolmogorov_upper(f64::from(furthest) / 256.0 / f64::from(n).sqrt() + super::STEPS);
            assert!((p / exact - 1.0).abs() < 6e-3, "{n} {furthest}: {p}");
        }
    }

    const EXACT: [(u32, u32, f64); 4] = [
        (1000, 6476, 0.486_044_063_416_4),
        (1000, 12_953, 0.009_389_833_159_665),
        (10_000, 33_280, 0.056_282_668_713_578),
        (100_000, 161_909, 0.000_500_449_331_446),
    ];

    #[test]
    fn the_largest_distance_is_found() {
        let mut counts = [4; 256];
        assert_eq!(against_equal_shares(&counts).statistic, 0.0);
        (counts[0], counts[255]) = (0, 8);
        assert_eq!(against_equal_shares(&counts).statistic, 1.0 / 256.0);
    }
}
