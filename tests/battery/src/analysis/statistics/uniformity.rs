//! Cramér and von Mises' and Anderson and Darling's tests of bytes, with the null law of 256 equal cells.

use core::f64::consts::PI;

use super::weighted_chi_square::weighted_chi_square_upper;
use crate::Reason;
use crate::analysis::Significance;
use crate::analysis::histogram;
use crate::analysis::significance::at_least;

/// Cramér and von Mises' W² of the byte values against equal shares.
///
/// With `Z_j` the surplus of values up to j, `W² = Σ Z_j² / (256 n)`. For uniform bytes it is distributed as
/// `Σ λ_j χ²_1` with `λ_j = 1 / (4 · 256² sin²(π j / 512))`, j = 1 to 255: the continuous law on 256 cells.
/// The limit is reached quickly; at least 100 bytes.
/// It sees shifts of mass between low and high values, best in the middle, and no order of the bytes.
///
/// Source: Choulakian, Lockhart, Stephens, "Cramér–von Mises statistics for discrete distributions", 1994.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::statistics::cramer_von_mises;
///
/// let low: Vec<u8> = (0u32..1000).map(|i| (i % 250) as u8).collect();
/// assert!(cramer_von_mises(&low)?.p_value > 0.01, "six values fewer");
/// assert!(cramer_von_mises(&[0; 100])?.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn cramer_von_mises(data: &[u8]) -> Result<Significance, Reason> {
    let rate = |j: f64| 4.0 * CELLS * CELLS * (PI * j / (2.0 * CELLS)).sin().powi(2);
    test(data, |_| 1.0, rate)
}

/// Anderson and Darling's A² of the byte values against equal shares.
///
/// Like [`cramer_von_mises`], each term divided by `H (1 - H)` with `H = j / 256`, which gives the ends
/// more weight: `A² = Σ Z_j² / (256 n H (1 - H))`, distributed as `Σ χ²_1 / (j (j + 1))`, j = 1 to 255. At least 100 bytes.
///
/// Source: Choulakian, Lockhart, Stephens 1994.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::statistics::anderson_darling;
///
/// let ends: Vec<u8> = (0u32..2560).map(|i| (i % 256) as u8 / 250 * 250).collect();
/// assert!(anderson_darling(&ends)?.p_value < 1e-9);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn anderson_darling(data: &[u8]) -> Result<Significance, Reason> {
    test(data, |share| 1.0 / (share * (1.0 - share)), |j| j * (j + 1.0))
}

const CELLS: f64 = 256.0;

fn test(data: &[u8], weight: impl Fn(f64) -> f64, rate: impl Fn(f64) -> f64) -> Result<Significance, Reason> {
    at_least("bytes", data.len(), 100)?;
    let n = data.len() as f64;
    let counts = histogram::counts(data);
    let mut surplus = 0.0;
    let mut sum = 0.0;
    for (&count, cell) in counts.iter().zip(1..256u32) {
        surplus += count as f64 - n / CELLS;
        sum += surplus * surplus * weight(f64::from(cell) / CELLS);
    }
    let statistic = sum / (n * CELLS);
    let rates: Vec<f64> = (1..256u32).map(|j| rate(f64::from(j))).collect();
    Ok(Significance::new(statistic, weighted_chi_square_upper(statistic, &rates)))
}

#[cfg(test)]
mod tests {
    use super::{anderson_darling, cramer_von_mises};
    use crate::analysis::statistics::weighted_chi_square::weighted_chi_square_upper;

    /// By hand: 100 zero bytes have surplus 100 (1 - j/256) at j: W² = 100 Σ (1 - j/256)² / 256,
    /// A² = 100 Σ (1 - H) / (256 H) = 100 (H_255 - 255/256) with the harmonic number H_255.
    #[test]
    fn statistics_of_stuck_bytes_have_closed_forms() {
        let squares: f64 = (1..256).map(|j| (1.0 - f64::from(j) / 256.0).powi(2)).sum();
        assert!((cramer_von_mises(&[0; 100]).unwrap().statistic - 100.0 * squares / 256.0).abs() < 1e-9);
        let harmonic: f64 = (1..256).map(|j| 1.0 / f64::from(j)).sum();
        let exact = 100.0 * (harmonic - 255.0 / 256.0);
        assert!((anderson_darling(&[0; 100]).unwrap().statistic - exact).abs() < 1e-9);
    }

    /// Imhof's integral with the same weights (scipy, absolute error below 1e-8).
    #[test]
    fn tails_on_256_cells_agree_with_imhofs_integral() {
        let sines = |j: u32| 4.0 * 65_536.0 * (core::f64::consts::PI * f64::from(j) / 512.0).sin().powi(2);
        let products = |j: u32| f64::from(j * (j + 1));
        let sines: Vec<f64> = (1..256).map(sines).collect();
        let products: Vec<f64> = (1..256).map(products).collect();
        for (rates, x, exact) in [
            (&sines, 0.05, 0.876_243_501_37),
            (&sines, 0.461_36, 0.050_001_064_50),
            (&sines, 1.0, 0.002_460_569_68),
            (&products, 0.4, 0.844_848_445_39),
            (&products, 2.492, 0.049_786_678_21),
        ] {
            let p = weighted_chi_square_upper(x, rates);
            assert!((p - exact).abs() < 2e-8, "{x}: {p}");
        }
    }

    #[test]
    fn equal_counts_fit_perfectly_and_few_bytes_say_nothing() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(anderson_darling(&all).map(|test| test.p_value), Ok(1.0));
        assert!(cramer_von_mises(&all[..99]).is_err());
    }
}
