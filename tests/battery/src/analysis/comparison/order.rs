//! What follows what: pairs of bytes, bits one after the other, lags, lengths of runs.

use super::Both;
use super::homogeneity::Homogeneity;
use crate::analysis::autocorrelation::product_sum;
use crate::analysis::significance::Significance;
use crate::special::{chi_square_upper, student_two_sided};

/// Fewest bytes for the test of pairs: five for each of 65,536.
pub(super) const DIGRAM_MINIMUM: usize = 5 * 65_536;

/// Good's serial statistic `∇ψ²` of overlapping pairs of bytes: chi-square with 256 · 255 degrees of freedom for uniform bytes.
///
/// Source: Good, "The serial test for sampling numbers", 1953.
pub(super) fn digrams(data: &[u8]) -> Option<Significance> {
    if data.len() < DIGRAM_MINIMUM {
        return None;
    }
    let mut pairs = vec![0u64; 65_536];
    // Round the end, so that every byte is the first of a pair once.
    for (&a, &b) in data.iter().zip(data.iter().cycle().skip(1)) {
        pairs[usize::from(a) << 8 | usize::from(b)] += 1;
    }
    let square = |count: u64| u128::from(count) * u128::from(count);
    let of_pairs: u128 = pairs.iter().map(|&count| square(count)).sum();
    let of_bytes: u128 = pairs.chunks(256).map(|row| square(row.iter().sum())).sum();
    let n = data.len() as f64;
    let statistic = 256.0 / n * (256.0 * of_pairs as f64 - of_bytes as f64);
    Some(Significance::new(statistic, chi_square_upper(statistic, 256.0 * 255.0)))
}

/// Which high half of a byte follows which: 16 × 16 counts.
fn nibble_transitions(data: &[u8]) -> Vec<[u64; 16]> {
    let mut table = vec![[0; 16]; 16];
    for pair in data.windows(2) {
        table[usize::from(pair[0] >> 4)][usize::from(pair[1] >> 4)] += 1;
    }
    table
}

/// Whether the high halves of bytes follow each other alike in both (Anderson and Goodman 1957).
pub(super) fn transitions(a: &[u8], b: &[u8]) -> Homogeneity {
    let (a, b) = (nibble_transitions(a), nibble_transitions(b));
    Homogeneity::sum(a.iter().zip(&b).map(|(a, b)| Homogeneity::of(a, b)))
}

/// `[bit][from][to]`: how often bit i of a byte, of value 2^i, has one value and that of the next byte another.
pub type BitTransitions = [[[u64; 2]; 2]; 8];

/// Transitions of each bit from byte to byte.
pub(super) fn bit_transitions(data: &[u8]) -> BitTransitions {
    let mut table = [[[0; 2]; 2]; 8];
    for pair in data.windows(2) {
        for (bit, table) in table.iter_mut().enumerate() {
            table[usize::from(pair[0] >> bit & 1)][usize::from(pair[1] >> bit & 1)] += 1;
        }
    }
    table
}

/// The smallest of eight p-values for the same transitions in both, corrected (Bonferroni).
pub(super) fn compare_bits(a: &BitTransitions, b: &BitTransitions) -> Option<f64> {
    let of_bit = |(a, b): (&[[u64; 2]; 2], &[[u64; 2]; 2])| {
        Homogeneity::sum(a.iter().zip(b).map(|(a, b)| Homogeneity::of(a, b))).p_value()
    };
    smallest(a.iter().zip(b).filter_map(of_bit))
}

/// Lags compared.
pub(super) const LAGS: [usize; 8] = [1, 2, 3, 4, 8, 16, 32, 64];

/// Autocorrelation at the lags of [`LAGS`]; `None` for constant bytes or a lag that is too long.
pub(super) fn correlations(data: &[u8]) -> [Option<f64>; LAGS.len()] {
    LAGS.map(|lag| correlation(data, lag))
}

fn correlation(data: &[u8], lag: usize) -> Option<f64> {
    let total = data.iter().map(|&byte| u64::from(byte)).sum();
    let squares = product_sum(data, 0, total);
    (lag * 4 <= data.len() && squares > 0.0).then(|| product_sum(data, lag, total) / squares)
}

/// The smallest p-value for the same correlation in both at a lag, corrected for all lags (Bonferroni).
///
/// The correlations of sixteen windows of each source give the error, by Welch's test, whatever the correlation.
pub(super) fn compare_lags(a: &[u8], b: &[u8]) -> Option<f64> {
    let of_windows = |data: &[u8], lag| -> Option<Vec<f64>> {
        let windows = data.chunks_exact(data.len() / WINDOWS).take(WINDOWS);
        windows.map(|window| correlation(window, lag)).collect()
    };
    smallest(LAGS.into_iter().filter_map(|lag| welch(&of_windows(a, lag)?, &of_windows(b, lag)?)))
}

const WINDOWS: usize = 16;

/// Two-sided p-value of Welch's t test; `None` where neither sample varies.
fn welch(a: &[f64], b: &[f64]) -> Option<f64> {
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n, n - 1.0)
    };
    let ((mean_a, error_a, df_a), (mean_b, error_b, df_b)) = (moments(a), moments(b));
    let error = error_a + error_b;
    let df = error * error / (error_a * error_a / df_a + error_b * error_b / df_b);
    let t = (mean_a - mean_b) / error.sqrt();
    (t.is_finite() && df.is_finite()).then(|| student_two_sided(t, df).clamp(0.0, 1.0))
}

/// How often runs of equal bytes of each length occur, by length.
pub(super) fn run_lengths(data: &[u8]) -> Vec<(usize, u64)> {
    let mut lengths: Vec<usize> = data.chunk_by(|a, b| a == b).map(<[u8]>::len).collect();
    lengths.sort_unstable();
    lengths.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len() as u64)).collect()
}

/// Whether runs are as long in both.
pub(super) fn compare_runs(runs: &Both<Vec<(usize, u64)>>) -> Homogeneity {
    let mut lengths: Vec<usize> =
        [&runs.a, &runs.b].into_iter().flatten().map(|&(length, _)| length).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let counts = |runs: &[(usize, u64)]| -> Vec<u64> {
        let count = |length| runs.iter().find(|run| run.0 == length).map_or(0, |run| run.1);
        lengths.iter().map(|&length| count(length)).collect()
    };
    Homogeneity::of(&counts(&runs.a), &counts(&runs.b))
}

fn smallest(p_values: impl Iterator<Item = f64>) -> Option<f64> {
    let p_values: Vec<f64> = p_values.collect();
    let number = p_values.len() as f64;
    p_values.into_iter().min_by(f64::total_cmp).map(|p| (p * number).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::{bit_transitions, compare_runs, correlations, digrams, run_lengths, transitions, welch};
    use crate::analysis::comparison::Both;

    /// By hand: a counter has each of 256 pairs n/256 times: ψ² is n 255 for bytes' pairs, 0 for bytes.
    #[test]
    fn pairs_of_a_counter_have_a_closed_form() {
        let counter: Vec<u8> = (0..327_680u32).map(|i| i as u8).collect();
        let test = digrams(&counter).unwrap();
        assert!((test.statistic / (327_680.0 * 255.0) - 1.0).abs() < 1e-12 && test.p_value == 0.0);
        assert_eq!(digrams(&counter[1..]), None);
    }

    /// scipy 1.17: `ttest_ind([1, 2, 4], [3, 5, 9, 8], equal_var=False)`.
    #[test]
    fn welchs_test_agrees_with_an_independent_program() {
        assert!((welch(&[1.0, 2.0, 4.0], &[3.0, 5.0, 9.0, 8.0]).unwrap() - WELCH).abs() < 1e-12);
        assert_eq!(welch(&[1.0, 1.0], &[1.0, 1.0]), None);
    }

    const WELCH: f64 = 0.06448779856486035;

    #[test]
    fn counts_are_those_of_neighbours() {
        assert_eq!(bit_transitions(&[0, 1, 1, 0])[0], [[0, 1], [1, 1]]);
        assert_eq!(bit_transitions(&[0, 1, 1, 0])[7], [[3, 0], [0, 0]]);
        assert_eq!(run_lengths(&[1, 1, 2, 3, 3, 1]), [(1, 2), (2, 2)]);
        assert_eq!(run_lengths(&[]), []);
        let alternating = [0, 255].repeat(50);
        assert_eq!(correlations(&alternating)[..2], [Some(-0.99), Some(0.98)]);
        assert_eq!(correlations(&alternating)[7], None);
    }

    #[test]
    fn other_orders_are_told_apart() {
        let up: Vec<u8> = (0..4096u32).map(|i| (i * 16) as u8).collect();
        let down: Vec<u8> = up.iter().rev().copied().collect();
        assert!(transitions(&up, &down).p_value().unwrap() < 1e-30);
        let runs = Both { a: vec![(1, 1000), (2, 10)], b: vec![(1, 1000), (2, 60), (3, 1)] };
        assert!(compare_runs(&runs).p_value().unwrap() < 1e-8);
    }
}
