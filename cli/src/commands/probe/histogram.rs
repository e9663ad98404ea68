//! How often sample values occur, in few lines.

use serde::Serialize;

/// Lines at most.
const LINES: usize = 16;

/// Values from `low` to `high`, and how many samples have one of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bin {
    pub(super) low: u8,
    pub(super) high: u8,
    pub(super) count: usize,
}

/// A bin for each value that occurs, or, where those are more than sixteen, sixteen of equal width over all values of `bits` bits.
pub(super) fn histogram(samples: &[u8], bits: u8) -> Vec<Bin> {
    let mut counts = [0_usize; 256];
    samples.iter().for_each(|sample| counts[usize::from(*sample)] += 1);
    let occurring = (0..=u8::MAX).zip(counts).filter(|(_, count)| *count > 0);
    if occurring.clone().count() <= LINES {
        return occurring.map(|(value, count)| Bin { low: value, high: value, count }).collect();
    }
    let width = (1_usize << bits.min(8)).div_ceil(LINES);
    counts
        .chunks(width)
        .take(LINES)
        .zip((0..=u8::MAX).step_by(width))
        .map(|(counts, low)| Bin { low, high: low + (width - 1) as u8, count: counts.iter().sum() })
        .collect()
}

/// The bins from the first to the last that hold a sample.
pub(super) fn occupied(bins: &[Bin]) -> &[Bin] {
    let first = bins.iter().position(|bin| bin.count > 0).unwrap_or(0);
    let end = bins.iter().rposition(|bin| bin.count > 0).map_or(0, |last| last + 1);
    bins.get(first..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_stand_alone() {
        let bin = |value, count| Bin { low: value, high: value, count };
        assert_eq!(histogram(&[7, 200, 7], 8), [bin(7, 2), bin(200, 1)]);
        assert_eq!(histogram(&[], 8), []);
    }

    #[test]
    fn many_values_share_bins_that_hold_every_sample() {
        for (bits, high) in [(8, 15), (5, 1), (6, 3)] {
            let samples: Vec<u8> = (0..1_u16 << bits).map(|value| value as u8).collect();
            let bins = histogram(&samples, bits);
            assert_eq!((bins.len(), bins[0].low, bins[0].high), (16, 0, high));
            assert_eq!(bins[15].high, samples[samples.len() - 1]);
            assert!(bins.iter().all(|bin| bin.count == samples.len() / 16));
        }
    }

    #[test]
    fn empty_bins_at_the_ends_are_left_out() {
        let samples: Vec<u8> = (64..96).chain([130]).collect();
        let bins = histogram(&samples, 8);
        let counts: Vec<usize> = occupied(&bins).iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [16, 16, 0, 0, 1]);
        assert!(occupied(&histogram(&[], 8)).is_empty());
    }
}
