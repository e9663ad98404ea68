//! Lag prediction (SP 800-90B §6.3.8).

use super::blocks::{BLOCK, blocks, plane};
use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Longest lag: two blocks.
const LAGS: usize = 2 * BLOCK;

/// Predicts that a symbol repeats at a fixed distance; `None` below three symbols.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    let planes = sequence.alphabet().next_power_of_two().trailing_zeros();
    let mut before = [[0; 2]; 8];
    let mut board = Scoreboard::<LAGS>::new();
    let mut tally = Tally::default();
    for (number, (block, length)) in blocks(sequence.symbols()).enumerate() {
        // Symbols are equal where no bit differs.
        let mut different = [0; LAGS];
        for (bit, [early, late]) in (0..planes).zip(&mut before) {
            let now = plane(&block, bit);
            mark_differences(*early, *late, now, &mut different);
            (*early, *late) = (*late, now);
        }
        let filled = u64::MAX << (BLOCK - length);
        let mut right = different.map(|word| !word & filled);
        if number < 2 {
            forget_what_was_before(&mut right, number * BLOCK);
        }
        let hits = board.judge(&right);
        // Nothing is predicted for the first symbol.
        let unpredicted = usize::from(number == 0);
        tally.record_block(hits << unpredicted, length - unpredicted);
    }
    tally.finish(sequence.alphabet())
}

/// Adds to word `d` where `now` differs from what stood `d + 1` positions before.
fn mark_differences(early: u64, late: u64, now: u64, different: &mut [u64; LAGS]) {
    let (near, far) = different.split_at_mut(BLOCK);
    for (shift, word) in near.iter_mut().enumerate() {
        *word |= now ^ (late << (63 - shift) | now >> shift >> 1);
    }
    for (shift, word) in far.iter_mut().enumerate() {
        *word |= now ^ (early << (63 - shift) | late >> shift >> 1);
    }
}

/// In a block that begins at `start`, lag `d + 1` is right from position `d + 1` on at the earliest.
fn forget_what_was_before(right: &mut [u64; LAGS], start: usize) {
    for (lag, word) in (1..).zip(right) {
        let missing = (lag as u32).saturating_sub(start as u32);
        *word &= u64::MAX.checked_shr(missing).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::prediction::Tally;
    use super::{LAGS, Sequence, estimate};

    #[test]
    fn every_length_is_that_of_one_symbol_after_the_other() {
        let symbols: Vec<u8> = (0..400usize).map(|i| (i * i * i % 31 % 5) as u8).collect();
        for length in 3..symbols.len() {
            let sequence = Sequence::literal(&symbols[..length], 3).unwrap();
            let symbols = sequence.symbols();
            let (mut scores, mut winner, mut tally) = ([0; LAGS], 0, Tally::default());
            for position in 1..length {
                let right = |lag: usize| lag <= position && symbols[position - lag] == symbols[position];
                tally.record(right(winner + 1));
                for lag in (1..=LAGS).filter(|&lag| right(lag)) {
                    scores[lag - 1] += 1;
                    winner = if scores[lag - 1] >= scores[winner] { lag - 1 } else { winner };
                }
            }
            assert_eq!(estimate(&sequence), tally.finish(sequence.alphabet()), "{length} symbols");
        }
    }

    #[test]
    fn a_period_is_found_up_to_128() {
        let periodic = |period: usize| {
            let samples: Vec<u8> = (0..20_000).map(|i| (i % period * 7 % 256) as u8).collect();
            estimate(&Sequence::literal(&samples, 8).unwrap()).unwrap()
        };
        assert!(periodic(128).min_entropy < 0.05);
        assert_eq!(periodic(129).correct, 0);
    }
}
