//! Figures of a stretch of samples.

use crate::analysis::histogram;

/// Mean of the samples; 0 for none.
pub(in crate::analysis) fn mean(samples: &[u8]) -> f64 {
    // Whole numbers are summed exactly, so that equal stretches have equal means.
    let sum: u64 = samples.iter().map(|&sample| u64::from(sample)).sum();
    sum as f64 / samples.len().max(1) as f64
}

/// Sum of squared deviations from the mean.
pub(super) fn squares(samples: &[u8]) -> f64 {
    let mean = mean(samples);
    samples.iter().map(|&sample| (f64::from(sample) - mean).powi(2)).sum()
}

/// Variance with divisor n − 1; 0 for fewer than two samples.
pub(super) fn variance(samples: &[u8]) -> f64 {
    squares(samples) / (samples.len().max(2) - 1) as f64
}

/// Shannon entropy of the histogram, in bits per sample, without the rest of [`shannon`](crate::analysis::shannon()).
pub(super) fn entropy(samples: &[u8]) -> f64 {
    entropy_of(&histogram::counts(samples))
}

/// Shannon entropy of counts, in bits; 0 for none.
pub(in crate::analysis) fn entropy_of(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    let term = |&count: &u64| count as f64 / total * (total / count as f64).log2();
    counts.iter().filter(|&&count| count > 0).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!((mean(&[1, 2, 6]), variance(&[1, 2, 6]), squares(&[1, 2, 6])), (3.0, 7.0, 14.0));
        assert_eq!((mean(&[]), variance(&[5]), entropy(&[])), (0.0, 0.0, 0.0));
        assert_eq!((entropy(&[7, 7, 9, 9]), entropy(&[1, 2, 3, 4]), entropy(&[4; 9])), (1.0, 2.0, 0.0));
    }
}
