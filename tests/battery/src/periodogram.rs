//! Spectral lines of a series, and how high the highest may be.

use realfft::RealFftPlanner;

/// `|Σ x e^(-2πi j t / n)|²` for the lines j = 1 to (n - 1) / 2: without those that are real for any series.
///
/// Empty below three values.
pub(crate) fn periodogram(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    if values.len() < 3 {
        return Vec::new();
    }
    let lines = 1..values.len().div_ceil(2);
    let transform = RealFftPlanner::new().plan_fft_forward(values.len());
    let mut output = transform.make_output_vec();
    match transform.process(&mut values, &mut output) {
        Ok(()) => output[lines].iter().map(|line| line.norm_sqr()).collect(),
        // The buffers are as long as the transform wants them.
        Err(error) => unreachable!("{error}"),
    }
}

/// Lines expected above a share from which some is certain: e^-20 is below what the alternating sum resolves.
const CERTAIN: f64 = 20.0;

/// P(the largest of `m` independent exponential variables has at least the share `g` of their sum).
///
/// `Σ (-1)^(k-1) C(m, k) (1 - k g)^(m-1)` over k g < 1 (Fisher 1929).
pub(crate) fn fisher_upper(g: f64, m: f64) -> f64 {
    let expected_above = m * ((m - 1.0) * (-g.min(1.0)).ln_1p()).exp();
    if expected_above > CERTAIN {
        return 1.0;
    }
    let (mut sum, mut ln_choose, mut sign) = (0.0, 0.0, 1.0);
    let mut k = 1.0;
    while k <= m && k * g < 1.0 {
        ln_choose += ((m - k + 1.0) / k).ln();
        let term = (ln_choose + (m - 1.0) * (-k * g).ln_1p()).exp();
        sum += sign * term;
        if term < 1e-18 * sum.abs() {
            break;
        }
        sign = -sign;
        k += 1.0;
    }
    sum.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::{fisher_upper, periodogram};

    /// Closed forms: for two variables the larger share is uniform between 1/2 and 1; for three by hand. Fisher's 5 %
    /// point for m = 10 is 0.44495, for m = 50 0.13135 (Fisher 1929, table).
    #[test]
    fn fishers_tail_is_exact() {
        assert!((fisher_upper(0.75, 2.0) - 0.5).abs() < 1e-15);
        assert!((fisher_upper(0.5, 3.0) - 0.75).abs() < 1e-15);
        assert!((fisher_upper(0.444_95, 10.0) - 0.05).abs() < 2e-5, "{}", fisher_upper(0.444_95, 10.0));
        assert!((fisher_upper(0.131_35, 50.0) - 0.05).abs() < 2e-5, "{}", fisher_upper(0.131_35, 50.0));
        assert_eq!((fisher_upper(1.0, 50.0), fisher_upper(0.0001, 5000.0)), (0.0, 1.0));
    }

    #[test]
    fn lines_are_those_of_the_transform() {
        for n in [3usize, 4, 31, 32] {
            let series: Vec<f64> = (0..n).map(|t| (t * t % 7) as f64).collect();
            let lines = periodogram(series.iter().copied());
            assert_eq!(lines.len(), (n - 1) / 2);
            for (line, j) in lines.iter().zip(1..) {
                let angle = |t: usize| core::f64::consts::TAU * (j * t) as f64 / n as f64;
                let sum = |part: fn(f64) -> f64| {
                    series.iter().enumerate().map(|(t, x)| x * part(angle(t))).sum::<f64>().powi(2)
                };
                assert!((line - sum(f64::cos) - sum(f64::sin)).abs() < 1e-9 * (1.0 + line), "{n} {j}");
            }
        }
        assert!(periodogram([1.0, 2.0].into_iter()).is_empty());
    }
}
