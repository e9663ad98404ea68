//! How often tuples of every length repeat, from one pass over the suffix array.

use super::Sequence;
use super::suffix_array::{longest_common_prefixes, suffix_array};
use super::windows::shared_with_previous;

/// For every tuple length that repeats, the largest count and the number of equal pairs.
///
/// Shared by the t-tuple and the LRS estimate. Linear in time. Bits of which no 64 are likely to repeat are sorted by that
/// many, with five bytes for each; all else takes two and a half 32-bit words per symbol or a little more, up to six where
/// almost everything repeats.
///
/// ```
/// use openentropy_tests::sp800_90b::{Sequence, TupleCounts};
///
/// let counts = TupleCounts::new(&Sequence::literal(b"abracadabra", 8)?);
/// assert_eq!((counts.largest(1), counts.largest(2), counts.longest_repeated()), (5, 2, 4));
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TupleCounts {
    symbols: usize,
    largest: Vec<u32>,
    pairs: Vec<u64>,
}

impl TupleCounts {
    /// Counts the overlapping tuples of `sequence`.
    pub fn new(sequence: &Sequence) -> Self {
        let symbols = sequence.symbols();
        if sequence.alphabet() == 2 {
            let mut ranges = Ranges::new(u64::BITS as usize);
            if shared_with_previous(symbols, |length| ranges.next(length)).is_some() {
                return ranges.finish();
            }
        }
        let lcp = longest_common_prefixes(symbols, suffix_array(symbols, sequence.alphabet()));
        let mut ranges = Ranges::new(lcp.iter().copied().max().unwrap_or(0) as usize);
        lcp.iter().skip(1).for_each(|&length| ranges.next(length));
        drop(lcp);
        ranges.finish()
    }

    /// Number of symbols (the standard's `L`).
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// Length of the longest tuple that occurs twice (the standard's `v`); 0 if no symbol repeats.
    pub fn longest_repeated(&self) -> usize {
        self.largest.len() - 1
    }

    /// Count of the most common tuple of `length` symbols (the standard's `Q_i`), for lengths from 1.
    pub fn largest(&self, length: usize) -> usize {
        self.largest.get(length).map_or(1, |&count| count as usize)
    }

    /// Number of pairs of positions at which the same tuple of `length` symbols starts, for lengths from 1.
    pub fn equal_pairs(&self, length: usize) -> u64 {
        self.pairs.get(length).copied().unwrap_or(0)
    }

    /// Number of positions at which a tuple of `length` symbols starts.
    pub(super) fn positions(&self, length: usize) -> usize {
        self.symbols + 1 - length
    }
}

/// Ranges of suffixes, in lexicographic order, that begin alike.
///
/// Each maximal range of ranks that share so many symbols, while both its neighbours share fewer, is one tuple of every
/// length between the wider range's and its own.
struct Ranges {
    /// Suffixes so far.
    rank: u32,
    /// Ranges that may go on, by how many symbols they share and where they begin.
    open: Vec<(u32, u32)>,
    largest: Vec<u32>,
    /// By how much the number of pairs exceeds that of the next greater length.
    change: Vec<i64>,
}

impl Ranges {
    /// The first suffix; no two will share more than `longest` symbols.
    fn new(longest: usize) -> Self {
        Self { rank: 1, open: vec![(0, 0)], largest: vec![1; longest + 1], change: vec![0; longest + 1] }
    }

    /// The next suffix, which shares `length` symbols with the one before.
    fn next(&mut self, length: u32) {
        let mut first = self.rank - 1;
        while let Some((inner, start)) = self.open.pop_if(|(inner, _)| *inner > length) {
            let outer = self.open.last().map_or(0, |top| top.0).max(length);
            let count = self.rank - start;
            let pairs = i64::from(count) * (i64::from(count) - 1) / 2;
            self.largest[inner as usize] = self.largest[inner as usize].max(count);
            self.change[inner as usize] += pairs;
            self.change[outer as usize] -= pairs;
            first = start;
        }
        if self.open.last().is_some_and(|top| top.0 < length) {
            self.open.push((length, first));
        }
        self.rank += 1;
    }

    fn finish(mut self) -> TupleCounts {
        let symbols = self.rank as usize;
        self.next(0);
        let Self { mut largest, mut change, .. } = self;
        // A tuple's prefix occurs at least as often as the tuple.
        let (mut count, mut sum) = (1, 0);
        for length in (1..largest.len()).rev() {
            count = count.max(largest[length]);
            largest[length] = count;
            sum += change[length];
            change[length] = sum;
        }
        let mut pairs: Vec<u64> = change.into_iter().map(i64::unsigned_abs).collect();
        largest.truncate(1 + largest.iter().skip(1).take_while(|&&count| count > 1).count());
        pairs.truncate(largest.len());
        TupleCounts { symbols, largest, pairs }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Sequence, TupleCounts};

    #[test]
    fn counts_equal_those_of_a_table_of_tuples() {
        let mut state = 7u32;
        let samples: Vec<u8> = (0..2000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 30) as u8
            })
            .collect();
        let counts = TupleCounts::new(&Sequence::literal(&samples, 2).unwrap());
        assert!(counts.longest_repeated() > 8);
        for length in 1..=counts.longest_repeated() + 1 {
            let mut table = HashMap::<&[u8], u64>::new();
            for tuple in samples.windows(length) {
                *table.entry(tuple).or_default() += 1;
            }
            let largest = table.values().copied().max().unwrap();
            assert_eq!(counts.largest(length) as u64, largest, "length {length}");
            let pairs: u64 = table.values().map(|count| count * (count - 1) / 2).sum();
            assert_eq!(counts.equal_pairs(length), pairs, "length {length}");
        }
    }

    #[test]
    fn nothing_repeats_among_different_symbols() {
        let counts = TupleCounts::new(&Sequence::literal(&[3, 1, 2], 2).unwrap());
        assert_eq!((counts.longest_repeated(), counts.largest(1), counts.equal_pairs(1)), (0, 1, 0));
    }
}
