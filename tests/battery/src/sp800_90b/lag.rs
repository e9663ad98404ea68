//! Lag prediction (SP 800-90B §6.3.8).

use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Longest lag: as many as bits of the masks below.
const LAGS: usize = 128;

/// Predicts that a symbol repeats at a fixed distance; `None` below three symbols.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    let mut history = [Occurrences::default(); 256];
    let mut board = Scoreboard::<LAGS>::new();
    let mut tally = Tally::default();
    for (position, &symbol) in sequence.symbols().iter().enumerate() {
        let correct = history[usize::from(symbol)].record(position);
        if position > 0 {
            tally.record(board.judge(correct));
        }
    }
    tally.finish(sequence.alphabet())
}

/// Where one symbol stood lately.
#[derive(Clone, Copy, Default)]
struct Occurrences {
    /// Position that follows the last occurrence.
    next: usize,
    /// Bit `d` set: the symbol stood `d + 1` before `next`.
    lags: u128,
}

impl Occurrences {
    /// Notes an occurrence and returns the earlier ones, as seen from `position`: bit `d` for lag `d + 1`.
    fn record(&mut self, position: usize) -> u128 {
        let age = (position - self.next) as u32;
        let lags = self.lags.checked_shl(age).unwrap_or(0);
        *self = Self { next: position + 1, lags: lags << 1 | 1 };
        lags
    }
}

#[cfg(test)]
mod tests {
    use super::{LAGS, Occurrences, Sequence, estimate};

    #[test]
    fn lags_are_those_of_equal_symbols() {
        let symbols: Vec<usize> = (0..2000usize).map(|i| i * i * i % 31 % 5).chain([7, 7]).collect();
        let mut history = [Occurrences::default(); 8];
        for (position, &symbol) in symbols.iter().enumerate() {
            let lags = history[symbol].record(position);
            for lag in 1..=LAGS {
                let equal = lag <= position && symbols[position - lag] == symbol;
                assert_eq!(lags >> (lag - 1) & 1 == 1, equal, "position {position} lag {lag}");
            }
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
