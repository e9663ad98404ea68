//! Shannon entropy of the byte histogram: a description, never an assessment.

use super::histogram;

/// Shannon entropy of the byte values in bits per byte, `-Σ p log2 p`; `None` for no bytes.
///
/// This is a figure of the histogram alone: a counter reaches 8.0. What may be credited is the
/// min-entropy of [`min_entropy_report`](super::min_entropy_report).
///
/// ```
/// use openentropy_tests::analysis::quick_shannon;
///
/// assert_eq!(quick_shannon(b"abab"), Some(1.0));
/// assert_eq!(quick_shannon(b""), None);
/// ```
pub fn quick_shannon(data: &[u8]) -> Option<f64> {
    shannon(data).map(|shannon| shannon.entropy)
}

/// Shannon entropy with its bias and its error.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shannon {
    /// Number of bytes.
    pub samples: usize,
    /// Number of different byte values.
    pub unique_values: usize,
    /// The plug-in estimate in bits per byte; too low on average.
    pub entropy: f64,
    /// The estimate with Miller and Madow's correction `(K - 1) / (2 n ln 2)` for K values seen, at most 8.
    pub miller_madow: f64,
    /// Standard error of the estimate, `sqrt(Var(log2 p) / n)`; it vanishes for equal shares.
    pub standard_error: f64,
    /// What the plug-in estimate of that many uniform bytes is on average, exactly.
    pub expected_uniform: f64,
}

/// Estimates the Shannon entropy of the byte values; `None` for no bytes.
///
/// Source: Miller, "Note on the bias of information estimates", 1955; standard error by the delta method.
///
/// ```
/// use openentropy_tests::analysis::shannon;
///
/// let sixteen = shannon(&[0; 16]).ok_or("empty")?;
/// assert!(sixteen.entropy == 0.0 && (sixteen.expected_uniform - 3.942).abs() < 0.001);
/// # Ok::<(), &str>(())
/// ```
pub fn shannon(data: &[u8]) -> Option<Shannon> {
    if data.is_empty() {
        return None;
    }
    let n = data.len() as f64;
    let counts = histogram::counts(data);
    let shares = || counts.iter().filter(|&&count| count > 0).map(|&count| count as f64 / n);
    let entropy = shares().map(|p| -p * p.log2()).sum::<f64>().max(0.0);
    let variance = shares().map(|p| p * (p.log2() + entropy).powi(2)).sum::<f64>();
    let unique_values = shares().count();
    let correction = (unique_values as f64 - 1.0) / (2.0 * n * core::f64::consts::LN_2);
    Some(Shannon {
        samples: data.len(),
        unique_values,
        entropy,
        miller_madow: (entropy + correction).min(8.0),
        standard_error: (variance / n).sqrt(),
        expected_uniform: expected_uniform(data.len()),
    })
}

/// Mean of the plug-in estimate over `n` uniform bytes: `log2 n - (256 / n) E[X log2 X]` with X binomial (n, 1/256).
fn expected_uniform(n: usize) -> f64 {
    const P: f64 = 1.0 / 256.0;
    let n_real = n as f64;
    let mode = ((n_real + 1.0) * P).floor();
    // Terms relative to the likeliest one, so that no power under- or overflows.
    let (mut total, mut sum) = (0.0, 0.0);
    let mut add = |k: f64, weight: f64| {
        total += weight;
        sum += weight * if k > 0.0 { k * k.log2() } else { 0.0 };
    };
    let (mut k, mut weight) = (mode, 1.0);
    while k <= n_real && weight > NEGLIGIBLE {
        add(k, weight);
        weight *= (n_real - k) / (k + 1.0) * P / (1.0 - P);
        k += 1.0;
    }
    (k, weight) = (mode, 1.0);
    while k > 0.0 && weight > NEGLIGIBLE {
        weight *= k / (n_real - k + 1.0) * (1.0 - P) / P;
        k -= 1.0;
        add(k, weight);
    }
    (n_real.log2() - sum / total / (n_real * P)).max(0.0)
}

/// Share of the likeliest term below which terms no longer count.
const NEGLIGIBLE: f64 = 1e-20;

#[cfg(test)]
mod tests {
    use super::{expected_uniform, quick_shannon, shannon};

    #[test]
    fn shares_that_are_powers_of_two_are_exact() {
        assert_eq!(quick_shannon(&[1, 1, 2, 3]), Some(1.5));
        let counter: Vec<u8> = (0..=255).collect();
        assert_eq!(quick_shannon(&counter), Some(8.0));
        assert_eq!(quick_shannon(&[9; 7]), Some(0.0));
    }

    /// Closed form: shares 1/4, 3/4: H = 2 - 3/4 log2 3, Var(log2 p) = 3/16 (log2 3)².
    #[test]
    fn error_and_bias_follow_their_formulas() {
        let result = shannon(&[0, 1, 1, 1, 0, 1, 1, 1]).unwrap();
        let log3 = 3f64.log2();
        assert!((result.entropy - (2.0 - 0.75 * log3)).abs() < 1e-14);
        assert!((result.standard_error - (3.0 / 16.0 * log3 * log3 / 8.0).sqrt()).abs() < 1e-14);
        let bias = result.miller_madow - result.entropy;
        assert!((bias - 1.0 / (16.0 * core::f64::consts::LN_2)).abs() < 1e-14);
    }

    /// Exact: one byte 0, two bytes 255/256; the others summed over the binomial law with 30 digits (mpmath).
    #[test]
    fn the_mean_over_uniform_bytes_is_exact() {
        for (n, exact) in EXPECTED {
            assert!((expected_uniform(n) - exact).abs() < 1e-11, "{n}: {}", expected_uniform(n));
        }
    }

    const EXPECTED: [(usize, f64); 5] = [
        (1, 0.0),
        (2, 0.996_093_75),
        (16, 3.942_064_617_480_526),
        (1000, 7.803_759_566_922_948),
        (1_000_000, 7.999_816_048_501_358),
    ];
}
