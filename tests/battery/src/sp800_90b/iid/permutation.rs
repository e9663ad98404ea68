//! Permutation tests: is the order of the samples one among many?

use core::ops::Range;

use super::Options;
use super::compression::Compressor;
use super::scores::{Prepared, Scores};
use super::shuffle::shuffle;
use super::statistic::{COUNT, Statistic};
use crate::{Progress, threads};

/// One statistic of the samples as they came, compared with that of shuffled ones (SP 800-90B §5.1).
///
/// Under the null hypothesis, that samples are independent and equally distributed, every order is equally likely:
/// the value as it came is then among the five largest or smallest of 10,000 about once in a thousand times.
///
/// Equal means equal, without rounding: all statistics are compared as whole numbers, the excursion as its multiple by
/// the number of samples; the average collision alone is a quotient, which is rounded alike where it is equal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Permutation {
    /// The statistic.
    pub statistic: Statistic,
    /// Its value for the samples in the order they came.
    pub initial: f64,
    /// Shuffles with a larger value (the standard's `C0`).
    pub above: u32,
    /// Shuffles with the same value (`C1`).
    pub equal: u32,
    /// Shuffles with a smaller value (`C2`).
    pub below: u32,
}

/// Fewer shuffles than this on one side, ties counted to both, say that the order is not one of many.
const NEEDED: u32 = 6;

impl Permutation {
    /// Whether at least six shuffles were not below, and at least six not above.
    pub const fn passes(&self) -> bool {
        self.above + self.equal >= NEEDED && self.equal + self.below >= NEEDED
    }

    fn count(&mut self, shuffled: u64, initial: u64) {
        self.above += u32::from(shuffled > initial);
        self.equal += u32::from(shuffled == initial);
        self.below += u32::from(shuffled < initial);
    }
}

/// Shuffles after which it is seen which statistics are settled; fixed, so that the counts depend on nothing else.
const BATCH: u32 = 64;

/// Shuffles whose results are held at a time where nothing is to be seen in between.
const LONG_BATCH: u32 = 4096;

/// Shuffles that one thread works off with the same memory.
const SHARE: u32 = 4;

/// Compressed lengths of the shuffles so far.
struct Lengths {
    number: u32,
    least: u64,
    most: u64,
}

/// Fewest of them from which to tell whether a length is out of reach.
const SIGHT: u32 = 1024;

/// How many times as far as the lengths lie apart.
const OUT_OF_REACH: u64 = 20;

impl Lengths {
    const NONE: Self = Self { number: 0, least: u64::MAX, most: 0 };

    fn note(&mut self, length: u64) {
        self.number += 1;
        (self.least, self.most) = (self.least.min(length), self.most.max(length));
    }

    /// Whether `length` lies so far beyond all of these that six of the shuffles to come cannot be expected there.
    ///
    /// Lengths of shuffles are sums of small contributions, more than a hundred of whose standard deviations this is.
    fn leave_out_of_reach(&self, length: u64) -> bool {
        let beyond = self.least.saturating_sub(length).max(length.saturating_sub(self.most));
        self.number >= SIGHT && beyond > OUT_OF_REACH * (1 + self.most - self.least)
    }
}

/// Runs the permutation tests; the results, and how many shuffles it took.
///
/// `samples` hold `alphabet` different values.
pub(super) fn run(
    samples: &[u8],
    alphabet: usize,
    options: &Options,
    progress: &dyn Progress,
) -> ([Permutation; COUNT], u32) {
    progress.expect(options.permutations.into());
    let prepared = Prepared::new(samples, alphabet);
    let initial = prepared.scores(samples, &[true; COUNT], &mut Compressor::default());
    let none = |statistic| Permutation { statistic, initial: 0.0, above: 0, equal: 0, below: 0 };
    let mut results = Statistic::ALL.map(none);
    for (result, &score) in results.iter_mut().zip(&initial) {
        result.initial = prepared.value(result.statistic, score);
    }

    const COMPRESSION: usize = Statistic::Compression as usize;
    let mut lengths = Lengths::NONE;
    let mut done = 0;
    while done < options.permutations {
        let mut wanted = results.map(|result| !(options.early_stop && result.passes()));
        // The one statistic that takes most of the time.
        wanted[COMPRESSION] &= !(options.early_stop && lengths.leave_out_of_reach(initial[COMPRESSION]));
        if wanted == [false; COUNT] {
            break;
        }
        let batch = if options.early_stop { BATCH } else { LONG_BATCH };
        let end = options.permutations.min(done.saturating_add(batch));
        let shares = (done..end).step_by(SHARE as usize);
        let shares = shares.map(|first| first..end.min(first.saturating_add(SHARE))).collect();
        let shuffled = threads::map(shares, |share: Range<u32>| {
            let scores = shuffled_scores(samples, &prepared, options.seed, share.clone(), &wanted);
            progress.advance(share.len() as u64);
            scores
        });
        for scores in shuffled.iter().flatten() {
            for (place, result) in results.iter_mut().enumerate().filter(|(place, _)| wanted[*place]) {
                result.count(scores[place], initial[place]);
            }
            if wanted[COMPRESSION] {
                lengths.note(scores[COMPRESSION]);
            }
        }
        done = end;
    }
    progress.advance((options.permutations - done).into());
    (results, done)
}

fn shuffled_scores(
    samples: &[u8],
    prepared: &Prepared,
    seed: u64,
    numbers: Range<u32>,
    wanted: &[bool; COUNT],
) -> Vec<Scores> {
    let mut compressor = Compressor::default();
    let mut order = samples.to_vec();
    numbers
        .map(|number| {
            order.copy_from_slice(samples);
            shuffle(&mut order, seed, number.into());
            prepared.scores(&order, wanted, &mut compressor)
        })
        .collect()
}
