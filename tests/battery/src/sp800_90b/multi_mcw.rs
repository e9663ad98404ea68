//! Multi most common in window prediction (SP 800-90B §6.3.7).

use super::blocks::{BLOCK, plane};
use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Window lengths of the sub-predictors, all odd.
const WINDOWS: [usize; 4] = [63, 255, 1023, 4095];

/// Number of sub-predictors.
const COUNT: usize = WINDOWS.len();

/// Predicts the most common symbol of the recent past; `None` below 65 symbols.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    let alphabet = sequence.alphabet();
    match alphabet {
        2 => run(sequence.symbols(), BinaryWindows { ones: [0; COUNT] }),
        _ => run(sequence.symbols(), Windows::new(alphabet)),
    }
    .finish(alphabet)
}

fn run(symbols: &[u8], mut windows: impl Predictor) -> Tally {
    let mut board = Scoreboard::<COUNT>::new();
    let mut tally = Tally::default();
    // Before the shortest window is full nothing is predicted.
    let (first, rest) = symbols.split_at(WINDOWS[0].min(symbols.len()));
    windows.slide(symbols, 0, first);
    for (number, block) in rest.chunks(BLOCK).enumerate() {
        let right = windows.slide(symbols, WINDOWS[0] + number * BLOCK, block);
        tally.record_block(board.judge(&right), block.len());
    }
    tally
}

trait Predictor {
    /// Slides all windows over the `block`, at most 64 of the `symbols` from `start` on, and says for each window where
    /// the symbol was the one predicted: bit 63 for the first position.
    fn slide(&mut self, symbols: &[u8], start: usize, block: &[u8]) -> [u64; COUNT];
}

/// The ones in each window of bits; an odd number of bits has no ties.
struct BinaryWindows {
    ones: [usize; COUNT],
}

impl Predictor for BinaryWindows {
    fn slide(&mut self, symbols: &[u8], start: usize, block: &[u8]) -> [u64; COUNT] {
        let end = start + block.len();
        let mut right = [0; COUNT];
        for ((length, ones), word) in WINDOWS.into_iter().zip(&mut self.ones).zip(&mut right) {
            let (growing, full) = block.split_at(length.clamp(start, end) - start);
            *ones += growing.iter().map(|&bit| usize::from(bit)).sum::<usize>();
            let gone = &symbols[(end - full.len()).saturating_sub(length)..end.saturating_sub(length)];
            for (index, (&new, &gone)) in full.iter().zip(gone).enumerate() {
                let mode = u8::from(*ones > length / 2);
                *word |= u64::from(mode == new) << (BLOCK - 1 - growing.len() - index);
                *ones = *ones + usize::from(new) - usize::from(gone);
            }
        }
        right
    }
}

/// Counted windows of any alphabet.
struct Windows {
    windows: [Window; COUNT],
    /// The position of each symbol's last occurrence.
    last_seen: Vec<usize>,
}

impl Windows {
    fn new(alphabet: usize) -> Self {
        Self { windows: WINDOWS.map(Window::new), last_seen: vec![0; alphabet] }
    }
}

impl Predictor for Windows {
    fn slide(&mut self, symbols: &[u8], start: usize, block: &[u8]) -> [u64; COUNT] {
        let mut correct = [0; BLOCK];
        for ((position, &symbol), correct) in (start..).zip(block).zip(&mut correct) {
            for (index, window) in self.windows.iter().enumerate() {
                *correct |= u8::from(position >= window.length && window.mode == symbol) << index;
            }
            self.last_seen[usize::from(symbol)] = position;
            for window in &mut self.windows {
                let gone = position.checked_sub(window.length).map(|first| symbols[first]);
                window.slide(symbol, gone, &self.last_seen);
            }
        }
        core::array::from_fn(|index| plane(&correct, index as u32))
    }
}

/// The last `length` symbols, counted.
struct Window {
    length: usize,
    counts: [u16; 256],
    /// The most common symbol, of several the one seen last.
    mode: u8,
}

impl Window {
    fn new(length: usize) -> Self {
        Self { length, counts: [0; 256], mode: 0 }
    }

    fn slide(&mut self, new: u8, gone: Option<u8>, last_seen: &[usize]) {
        self.counts[usize::from(new)] += 1;
        if let Some(gone) = gone {
            self.counts[usize::from(gone)] -= 1;
            if gone == self.mode && gone != new {
                self.recount(last_seen);
                return;
            }
        }
        if self.counts[usize::from(new)] >= self.counts[usize::from(self.mode)] {
            self.mode = new;
        }
    }

    fn recount(&mut self, last_seen: &[usize]) {
        let most = self.counts.iter().zip(last_seen).map(|(&count, _)| count).max();
        let tied = (0u8..=255).zip(&self.counts).zip(last_seen);
        let mode = tied.filter(|((_, count), _)| Some(**count) == most).max_by_key(|(_, last)| **last);
        self.mode = mode.map_or(0, |((symbol, _), _)| symbol);
    }
}
