//! All statistics of one order of the samples.

use super::collision::Collisions;
use super::compression::Compressor;
use super::excursion::Excursion;
use super::lag::{LAGS, covariance, periodicity};
use super::runs::{Median, about, directional};
use super::statistic::{COUNT, Statistic};

/// The statistics' values as whole numbers that compare as the statistics do, so that equal means equal.
///
/// The excursion is multiplied with the number of samples; the average collision stands as the bits of a positive
/// double, which order as the doubles do; all others are whole numbers.
pub(super) type Scores = [u64; COUNT];

/// What is computed once for all orders of the same samples.
pub(super) struct Prepared {
    len: usize,
    excursion: Excursion,
    median: Median,
    /// The larger value, if there are two: statistics of bits are taken over groups of eight.
    larger: Option<u8>,
}

impl Prepared {
    pub(super) fn new(samples: &[u8], alphabet: usize) -> Self {
        let mut counts = [0; 256];
        for &sample in samples {
            counts[usize::from(sample)] += 1;
        }
        let larger = samples.iter().copied().max().filter(|_| alphabet == 2);
        let median = larger.map_or_else(|| Median::new(&counts), Median::between_two);
        Self { len: samples.len(), excursion: Excursion::new(samples), median, larger }
    }

    /// The statistics that are `wanted` (and perhaps others), the rest 0.
    pub(super) fn scores(
        &self,
        samples: &[u8],
        wanted: &[bool; COUNT],
        compressor: &mut Compressor,
    ) -> Scores {
        use Statistic as S;
        let wants = |statistics: &[S]| statistics.iter().any(|&statistic| wanted[statistic as usize]);
        let ones;
        let grouped = match self.larger {
            None => samples,
            Some(larger) => {
                ones = numbers_of_ones(samples, larger);
                &ones[..]
            }
        };

        let mut scores = [0; COUNT];
        if wants(&[S::Excursion]) {
            scores[S::Excursion as usize] = self.excursion.largest(samples);
        }
        if wants(&[S::DirectionalRuns, S::LongestDirectionalRun, S::IncreasesOrDecreases]) {
            let runs = directional(grouped);
            scores[S::DirectionalRuns as usize] = runs.number;
            scores[S::LongestDirectionalRun as usize] = runs.longest;
            scores[S::IncreasesOrDecreases as usize] = runs.commoner;
        }
        if wants(&[S::MedianRuns, S::LongestMedianRun]) {
            let runs = about(self.median, samples);
            scores[S::MedianRuns as usize] = runs.number;
            scores[S::LongestMedianRun as usize] = runs.longest;
        }
        if wants(&[S::AverageCollision, S::MaximumCollision]) {
            let collisions = match self.larger {
                None => Collisions::of(samples.iter().copied()),
                Some(larger) => Collisions::of(packed(samples, larger)),
            };
            scores[S::AverageCollision as usize] = collisions.average().to_bits();
            scores[S::MaximumCollision as usize] = collisions.longest;
        }
        for (place, lag) in LAGS.into_iter().enumerate() {
            let (period, product) = (S::Periodicity1 as usize + place, S::Covariance1 as usize + place);
            if wanted[period] {
                scores[period] = periodicity(grouped, lag);
            }
            if wanted[product] {
                scores[product] = covariance(grouped, lag);
            }
        }
        if wants(&[S::Compression]) {
            scores[S::Compression as usize] = compressor.length(samples);
        }
        scores
    }

    /// A score as the standard defines the statistic.
    pub(super) fn value(&self, statistic: Statistic, score: u64) -> f64 {
        match statistic {
            Statistic::Excursion => score as f64 / self.len as f64,
            Statistic::AverageCollision => f64::from_bits(score),
            _ => score as f64,
        }
    }
}

/// Number of ones in groups of eight bits, the last filled up with zeros (§5.1, conversion I).
fn numbers_of_ones(samples: &[u8], one: u8) -> Vec<u8> {
    samples.chunks(8).map(|group| group.iter().map(|&sample| u8::from(sample == one)).sum()).collect()
}

/// Groups of eight bits as numbers, the last filled up with zeros (§5.1, conversion II).
fn packed(samples: &[u8], one: u8) -> impl Iterator<Item = u8> {
    samples.chunks(8).map(move |group| {
        group
            .iter()
            .zip((0..8).rev())
            .fold(0, |byte, (&sample, place)| byte | u8::from(sample == one) << place)
    })
}

#[cfg(test)]
mod tests {
    use super::{numbers_of_ones, packed};

    #[test]
    fn the_examples_of_the_standard() {
        // §5.1, conversions I and II: the second group is filled up with zeros.
        let bits = [1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 1];
        assert_eq!(numbers_of_ones(&bits, 1), [4, 6, 2]);
        assert!(packed(&bits, 1).eq([142, 219, 48]));
    }
}
