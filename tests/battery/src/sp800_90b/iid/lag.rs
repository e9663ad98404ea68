//! Periodicity and covariance (SP 800-90B §5.1.9 and §5.1.10).

/// The distances at which samples are compared.
pub(super) const LAGS: [usize; 5] = [1, 2, 8, 16, 32];

/// Products of samples that add up in 32 bits.
const PIECE: usize = 1 << 15;

/// How many samples equal that `lag` places on; 0 for fewer samples than the lag.
///
/// Sees periods that divide the lag, whatever the values.
pub(super) fn periodicity(samples: &[u8], lag: usize) -> u64 {
    // Counted in bytes, so that vector registers hold many counts; a multiple of their width below 256.
    pairs(samples, lag, 192, |here, there| {
        u64::from(here.iter().zip(there).map(|(a, b)| u8::from(a == b)).sum::<u8>())
    })
}

/// Sum of the products of samples `lag` places apart.
///
/// Sees linear dependence at that distance: with fixed values, the sum changes with their order alone.
pub(super) fn covariance(samples: &[u8], lag: usize) -> u64 {
    pairs(samples, lag, PIECE, |here, there| {
        u64::from(here.iter().zip(there).map(|(&a, &b)| u32::from(a) * u32::from(b)).sum::<u32>())
    })
}

/// Adds up `count` over pieces of the samples and of what lies `lag` places on.
fn pairs(samples: &[u8], lag: usize, piece: usize, count: impl Fn(&[u8], &[u8]) -> u64) -> u64 {
    let later = samples.get(lag..).unwrap_or_default();
    samples.chunks(piece).zip(later.chunks(piece)).map(|(here, there)| count(here, there)).sum()
}

#[cfg(test)]
mod tests {
    use super::{covariance, periodicity};

    #[test]
    fn the_examples_of_the_standard() {
        // §5.1.9: 2 1 2 1 0 1 0 1 1 2 at lag 2 agree five times.
        assert_eq!(periodicity(&[2, 1, 2, 1, 0, 1, 0, 1, 1, 2], 2), 5);
        // §5.1.10: 5 2 6 10 12 3 1 at lag 2: 30 + 20 + 72 + 30 + 12.
        assert_eq!(covariance(&[5, 2, 6, 10, 12, 3, 1], 2), 164);
    }

    #[test]
    fn no_pairs_count_nothing() {
        for samples in [&[][..], &[1], &[1; 32]] {
            assert_eq!((periodicity(samples, 32), covariance(samples, 32)), (0, 0));
        }
        assert_eq!((periodicity(&[1; 33], 32), covariance(&[255; 33], 32)), (1, 65_025));
    }

    #[test]
    fn long_data_do_not_overflow() {
        let samples = vec![255; 200_000];
        assert_eq!(periodicity(&samples, 8), 199_992);
        assert_eq!(covariance(&samples, 8), 199_992 * 65_025);
    }
}
