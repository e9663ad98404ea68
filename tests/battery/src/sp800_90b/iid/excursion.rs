//! Excursion (SP 800-90B §5.1.1).

/// How far the running sum of samples strays from where their mean would bring it.
///
/// Sees drift and slow waves: samples that are larger in one part of the data than in another. The value is exact:
/// the largest |L·S_i - i·S_L| over i, where S_i is the sum of the first i of L samples; divided by L, which is the
/// same for every order of the samples, it is the standard's.
pub(super) struct Excursion {
    /// L times each value less the sum of all samples: what the sample adds to L·S_i - i·S_L.
    steps: [i64; 256],
}

impl Excursion {
    /// Prepares for the orders of `samples`, of which there are at most 2^28.
    pub(super) fn new(samples: &[u8]) -> Self {
        let sum: i64 = samples.iter().map(|&sample| i64::from(sample)).sum();
        Self { steps: core::array::from_fn(|value| value as i64 * samples.len() as i64 - sum) }
    }

    /// The largest deviation times the number of samples.
    pub(super) fn largest(&self, samples: &[u8]) -> u64 {
        let (mut deviation, mut low, mut high) = (0, 0, 0);
        for &sample in samples {
            deviation += self.steps[usize::from(sample)];
            low = low.min(deviation);
            high = high.max(deviation);
        }
        high.max(-low).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::Excursion;

    #[test]
    fn the_example_of_the_standard() {
        // §5.1.1: 2, 15, 4, 10, 9 with mean 8: deviations 6, 1, 3, 1, 0.
        let samples = [2, 15, 4, 10, 9];
        assert_eq!(Excursion::new(&samples).largest(&samples), 6 * 5);
        assert_eq!(Excursion::new(&samples).largest(&[15, 10, 9, 4, 2]), 10 * 5);
    }

    #[test]
    fn constant_samples_never_stray() {
        assert_eq!(Excursion::new(&[7; 10]).largest(&[7; 10]), 0);
    }
}
