//! Chi-square tests of independence and of goodness of fit (SP 800-90B §5.2).

use super::super::Sequence;
use crate::special::chi_square_upper;

/// A chi-square test.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ChiSquare {
    /// Sum of squared differences between observed and expected counts, each divided by the expected one.
    pub statistic: f64,
    /// Degrees of freedom of its null distribution, which it has approximately: expected counts are at least five.
    pub degrees_of_freedom: u32,
    /// Probability of a statistic at least as large.
    pub p: f64,
}

/// Fewest expected counts of a cell.
const EXPECTED: f64 = 5.0;

/// Smallest p-value that passes.
const LEVEL: f64 = 0.001;

/// Parts of the data that goodness of fit compares.
const PARTS: usize = 10;

/// Most bits of the tuples over which independence of bits is tested.
const MAX_TUPLE: usize = 11;

impl ChiSquare {
    /// Whether the p-value is at least 0.001.
    pub fn passes(&self) -> bool {
        self.p >= LEVEL
    }

    /// `None` without a degree of freedom.
    fn new(statistic: f64, degrees_of_freedom: usize) -> Option<Self> {
        let df = u32::try_from(degrees_of_freedom).ok().filter(|&df| df > 0)?;
        Some(Self { statistic, degrees_of_freedom: df, p: chi_square_upper(statistic, df.into()) })
    }
}

/// Whether neighbouring samples occur together as often as their shares of the data make likely (§5.2.1, §5.2.3).
///
/// Sees dependence of every kind between a sample and the next; for two different values, between up to eleven.
/// `None` for constant data, and for fewer samples than its cells need.
///
/// Where pairs are put together, the standard's degrees of freedom (bins less values) are too few, and good samples
/// fail: for k values equally likely, with fewer than 10·k² samples (2560 of four bits, 655,360 of eight).
pub(super) fn independence(sequence: &Sequence) -> Option<ChiSquare> {
    if sequence.alphabet() <= 2 {
        return independence_of_bits(sequence.binary()?);
    }
    let (symbols, shares) = (sequence.symbols(), shares(sequence));
    let pairs = (symbols.len() / 2) as f64;
    let expected: Vec<f64> = shares.iter().flat_map(|a| shares.iter().map(move |b| a * b * pairs)).collect();
    let bins = Bins::new(&expected);
    let cells =
        symbols.chunks_exact(2).map(|pair| usize::from(pair[0]) * shares.len() + usize::from(pair[1]));
    let degrees = bins.expected.len().saturating_sub(shares.len());
    ChiSquare::new(bins.statistic(cells), degrees)
}

/// Whether a tenth of the data has as much of each value as the whole (§5.2.2, §5.2.4).
///
/// Sees shares that change over the data: drift, warming up, a switch of mode.
/// `None` for constant data, and for fewer samples than its cells need.
pub(super) fn goodness_of_fit(sequence: &Sequence) -> Option<ChiSquare> {
    let part = sequence.symbols().len() / PARTS;
    let expected: Vec<f64> = shares(sequence).iter().map(|share| share * part as f64).collect();
    let binary = sequence.alphabet() == 2;
    // Two values are compared even if one is rare.
    let bins = if binary { Bins::each(&expected) } else { Bins::new(&expected) };
    if part == 0 {
        return None;
    }
    let parts = sequence.symbols().chunks_exact(part).take(PARTS);
    let statistic = parts.map(|part| bins.statistic(part.iter().map(|&symbol| usize::from(symbol)))).sum();
    ChiSquare::new(statistic, (PARTS - 1) * (bins.expected.len() - 1))
}

/// The longest tuples of bits whose rarest one can be expected five times.
fn independence_of_bits(bits: &[u8]) -> Option<ChiSquare> {
    let ones = bits.iter().filter(|&&bit| bit == 1).count() as f64 / bits.len() as f64;
    let rarer = ones.min(1.0 - ones);
    let enough = |width: &usize| rarer.powi(*width as i32) * (bits.len() / width) as f64 >= EXPECTED;
    let width = (2..=MAX_TUPLE).rev().find(enough)?;
    let tuples = (bits.len() / width) as f64;
    let probability = |tuple: usize| {
        let set = tuple.count_ones() as i32;
        ones.powi(set) * (1.0 - ones).powi(width as i32 - set)
    };
    let expected: Vec<f64> = (0..1 << width).map(|tuple| probability(tuple) * tuples).collect();
    let observed = bits
        .chunks_exact(width)
        .map(|tuple| tuple.iter().fold(0, |number, &bit| number << 1 | usize::from(bit)));
    ChiSquare::new(Bins::each(&expected).statistic(observed), (1 << width) - 2)
}

/// Each symbol's share of the sequence.
fn shares(sequence: &Sequence) -> Vec<f64> {
    let mut counts = vec![0usize; sequence.alphabet()];
    for &symbol in sequence.symbols() {
        counts[usize::from(symbol)] += 1;
    }
    counts.into_iter().map(|count| count as f64 / sequence.symbols().len() as f64).collect()
}

/// Cells put together until each bin can be expected to hold five.
struct Bins {
    /// The bin of each cell.
    of_cell: Vec<usize>,
    /// Expected count of each bin.
    expected: Vec<f64>,
}

impl Bins {
    /// Takes cells in ascending order of their expectation, equal ones by number; a last bin too small is joined
    /// to the one before.
    fn new(cells: &[f64]) -> Self {
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.sort_by(|&a, &b| cells[a].total_cmp(&cells[b]));
        let (mut of_cell, mut expected) = (vec![0; cells.len()], Vec::<f64>::new());
        for cell in order {
            match expected.last_mut() {
                Some(last) if *last < EXPECTED => *last += cells[cell],
                _ => expected.push(cells[cell]),
            }
            of_cell[cell] = expected.len() - 1;
        }
        if let [.., before, last] = &mut expected[..]
            && *last < EXPECTED
        {
            *before += *last;
            expected.pop();
            let end = expected.len() - 1;
            of_cell.iter_mut().for_each(|bin| *bin = end.min(*bin));
        }
        Self { of_cell, expected }
    }

    /// A bin for each cell.
    fn each(cells: &[f64]) -> Self {
        Self { of_cell: (0..cells.len()).collect(), expected: cells.to_vec() }
    }

    fn statistic(&self, cells: impl Iterator<Item = usize>) -> f64 {
        let mut observed = vec![0u64; self.expected.len()];
        for cell in cells {
            observed[self.of_cell[cell]] += 1;
        }
        let terms = observed.iter().zip(&self.expected);
        terms.map(|(&count, expected)| (count as f64 - expected).powi(2) / expected).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bins, ChiSquare, goodness_of_fit, independence};
    use crate::sp800_90b::Sequence;

    #[test]
    fn cells_are_put_together_from_the_smallest() {
        let bins = Bins::new(&[9.0, 1.0, 3.0, 2.0, 5.0, 0.5]);
        // 0.5 + 1 + 2 + 3, then 5, then 9.
        assert_eq!(bins.expected, [6.5, 5.0, 9.0]);
        assert_eq!(bins.of_cell, [2, 0, 0, 0, 1, 0]);
        let bins = Bins::new(&[2.0, 2.0, 2.0, 2.0]);
        assert_eq!((bins.expected, bins.of_cell), (vec![8.0], vec![0; 4]));
        assert_eq!(Bins::new(&[1.0, 1.0]).expected, [2.0]);
    }

    #[test]
    fn too_little_is_no_test() {
        for samples in [&[0, 1][..], &[0, 1, 2], &[7; 1000], &[0, 1, 2, 3, 4, 5, 6, 7, 8]] {
            let sequence = Sequence::literal(samples, 4).unwrap();
            assert_eq!((independence(&sequence), goodness_of_fit(&sequence)), (None, None), "{samples:?}");
        }
    }

    #[test]
    fn bits_of_a_worked_example() {
        // Twenty pairs 01 of forty: p = 1/2; a pair's expectation is 5 with width 2, and width 3 would have 13/8.
        let samples = [0, 1].repeat(20);
        let sequence = Sequence::literal(&samples, 1).unwrap();
        // 15^2 / 5 + 3 * 5.
        let found = independence(&sequence).unwrap();
        assert_eq!((found.statistic, found.degrees_of_freedom), (60.0, 2));
        assert!((found.p / (-30f64).exp() - 1.0).abs() < 1e-9 && !found.passes());
        let fit = goodness_of_fit(&sequence).unwrap();
        assert_eq!(fit, ChiSquare { statistic: 0.0, degrees_of_freedom: 9, p: 1.0 });
    }
}
