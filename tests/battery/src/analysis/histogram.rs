//! How often each byte value occurs.

/// Counts of the 256 byte values.
pub(crate) fn counts(data: &[u8]) -> [u64; 256] {
    // Four tables, because neighbouring equal bytes would wait for each other's count.
    let mut tables = [[0u64; 256]; 4];
    let mut chunks = data.chunks_exact(4);
    for chunk in &mut chunks {
        for (table, &byte) in tables.iter_mut().zip(chunk) {
            table[usize::from(byte)] += 1;
        }
    }
    for &byte in chunks.remainder() {
        tables[0][usize::from(byte)] += 1;
    }
    core::array::from_fn(|value| tables.iter().map(|table| table[value]).sum())
}

/// Whether there are no two different bytes.
pub(crate) fn is_constant(data: &[u8]) -> bool {
    data.iter().all(|byte| Some(byte) == data.first())
}

/// Pearson's statistic of counts against equal shares; `total` is their sum, above 0.
pub(crate) fn chi_square_uniform(counts: &[u64], total: u64) -> f64 {
    let expected = total as f64 / counts.len() as f64;
    counts.iter().map(|&count| (count as f64 - expected).powi(2)).sum::<f64>() / expected
}

/// Mean of the values with these counts, and the sum of their squared distances from it.
pub(crate) fn mean_and_squares(counts: &[u64; 256]) -> (f64, f64) {
    let total: u64 = counts.iter().sum();
    let mean = weighted(counts, |value| value) / total as f64;
    (mean, weighted(counts, |value| (value - mean).powi(2)))
}

/// The sum of a function of the value over all bytes with these counts.
pub(crate) fn weighted(counts: &[u64; 256], function: impl Fn(f64) -> f64) -> f64 {
    counts.iter().enumerate().map(|(value, &count)| count as f64 * function(value as f64)).sum()
}

#[cfg(test)]
mod tests {
    use super::{chi_square_uniform, counts, is_constant, mean_and_squares};

    #[test]
    fn every_byte_is_counted_once() {
        let data: Vec<u8> = (0..1027u32).map(|i| (i * i) as u8).collect();
        let counts = counts(&data);
        for value in 0..=255u8 {
            assert_eq!(counts[usize::from(value)], data.iter().filter(|&&byte| byte == value).count() as u64);
        }
    }

    /// By hand: 3, 5, 7 have mean 5 and squares 8; counts 1, 3 against 2, 2 give 1/2 + 1/2.
    #[test]
    fn sums_are_those_of_the_values() {
        assert_eq!(mean_and_squares(&counts(&[3, 5, 7])), (5.0, 8.0));
        assert_eq!(chi_square_uniform(&[1, 3], 4), 1.0);
        assert!(is_constant(&[]) && is_constant(&[4, 4]) && !is_constant(&[4, 5]));
    }
}
