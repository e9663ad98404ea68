//! How far apart do equal blocks lie?

use core::f64::consts::SQRT_2;

use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "Universal",
    group: super::GROUP,
    minimum_bits: LAYOUTS[0].fewest_bits(),
    statistic: "f, the mean logarithm of the distance of blocks of 6 to 16 bits to the block before of equal value",
    null: "normal with Maurer's mean and Coron's and Naccache's fit of the variance, p two-sided; good to about a percent of its deviation",
    sees: "what could be compressed: repetition at distances up to many blocks, uneven frequencies of blocks",
    misses: "dependence that leaves blocks at their places as they are; needs long sequences to see little",
    source: "SP 800-22 Rev. 1a, section 2.9",
};

/// Block length with the mean of the logarithm and the variance for a single distance (the standard's section 2.9.4).
struct Layout {
    length: u32,
    mean: f64,
    variance: f64,
}

const fn layout(length: u32, mean: f64, variance: f64) -> Layout {
    Layout { length, mean, variance }
}

static LAYOUTS: [Layout; 11] = [
    layout(6, 5.2177052, 2.954),
    layout(7, 6.1962507, 3.125),
    layout(8, 7.1836656, 3.238),
    layout(9, 8.1764248, 3.311),
    layout(10, 9.1723243, 3.356),
    layout(11, 10.170032, 3.384),
    layout(12, 11.168765, 3.401),
    layout(13, 12.168070, 3.410),
    layout(14, 13.167693, 3.416),
    layout(15, 14.167488, 3.419),
    layout(16, 15.167379, 3.421),
];

impl Layout {
    /// Blocks that only fill the table.
    const fn filling(&self) -> usize {
        10 << self.length
    }

    /// A hundred times as many blocks are judged at least.
    const fn fewest_bits(&self) -> u64 {
        (1010 * self.length as u64) << self.length
    }

    /// Standard deviation of the mean of `judged` logarithms, which are not quite independent.
    fn deviation(&self, judged: usize) -> f64 {
        let (length, judged) = (f64::from(self.length), judged as f64);
        let factor = 0.7 - 0.8 / length + (4.0 + 32.0 / length) * judged.powf(-3.0 / length) / 15.0;
        factor * (self.variance / judged).sqrt()
    }
}

/// Maurer's universal statistical test; the block length follows from the number of bits, and bits beyond the last whole block are left out.
///
/// ```
/// use openentropy_tests::{Bits, Outcome, sp800_22::universal};
///
/// assert!(universal::test(&Bits::new(&[0b0110_1001; 50_000])).p().is_some_and(|p| p < 1e-100));
/// assert_eq!(universal::test(&Bits::new(&[0; 48_479])), Outcome::too_short(387_840));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    if let Some(short) = super::shortage(&INFO, bits) {
        return short;
    }
    let fits = |layout: &&Layout| bits.len() as u64 >= layout.fewest_bits();
    let layout = LAYOUTS.iter().rfind(fits).unwrap_or(&LAYOUTS[0]);
    let (mean, judged) = mean_logarithm(bits, layout.length, layout.filling());
    Outcome::p_value(mean, p(mean, layout.mean, layout.deviation(judged)))
}

/// The mean of log2 of the distance to the last equal block over the blocks after the first `filling`, and their number.
///
/// The bits make up more than `filling` blocks; a block without an equal before it counts from before the first.
pub(super) fn mean_logarithm(bits: &Bits<'_>, length: u32, filling: usize) -> (f64, usize) {
    let blocks = bits.len() / length as usize;
    let mut last = vec![0; 1 << length];
    let mut sum = 0.0;
    for number in 1..=blocks {
        let value = bits.window((number - 1) * length as usize, length) as usize;
        if number > filling {
            sum += ((number - last[value]) as f64).log2();
        }
        last[value] = number;
    }
    (sum / (blocks - filling) as f64, blocks - filling)
}

/// The two-sided p-value.
pub(super) fn p(mean: f64, expected: f64, deviation: f64) -> f64 {
    libm::erfc((mean - expected).abs() / SQRT_2 / deviation)
}

#[cfg(test)]
mod tests {
    use super::LAYOUTS;

    /// The standard's table of lengths.
    #[test]
    fn block_lengths_begin_where_the_standard_says() {
        let from: Vec<u64> = LAYOUTS.iter().map(super::Layout::fewest_bits).collect();
        assert_eq!(from[..5], [387_840, 904_960, 2_068_480, 4_654_080, 10_342_400]);
        assert_eq!(from[5..], [22_753_280, 49_643_520, 107_560_960, 231_669_760, 496_435_200, 1_059_061_760]);
    }

    /// Maurer's series: a distance i has the probability p(1-p)^(i-1).
    #[test]
    fn means_and_variances_are_those_of_geometric_distances() {
        for layout in &LAYOUTS[..5] {
            let p = (-f64::from(layout.length)).exp2();
            let (mut weight, mut mean, mut square) = (p, 0.0, 0.0);
            for distance in 1..=60 << layout.length {
                let log = f64::from(distance).log2();
                mean += weight * log;
                square += weight * log * log;
                weight *= 1.0 - p;
            }
            assert!((mean - layout.mean).abs() < 1e-7, "{} against {mean}", layout.mean);
            assert!((square - mean * mean - layout.variance).abs() < 1e-3, "{} bits", layout.length);
        }
    }
}
