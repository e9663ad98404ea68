//! Multi most common in window prediction (SP 800-90B §6.3.7).

use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Window lengths of the sub-predictors.
const WINDOWS: [usize; 4] = [63, 255, 1023, 4095];

/// Predicts the most common symbol of the recent past; `None` below 65 symbols.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    let symbols = sequence.symbols();
    let mut last_seen = [0usize; 256];
    let mut windows = WINDOWS.map(Window::new);
    let mut board = Scoreboard::<{ WINDOWS.len() }>::new();
    let mut tally = Tally::default();
    for (position, &symbol) in symbols.iter().enumerate() {
        let mut correct = 0;
        for (index, window) in windows.iter().enumerate() {
            correct |= u128::from(position >= window.length && window.mode == symbol) << index;
        }
        if position >= WINDOWS[0] {
            tally.record(board.judge(correct));
        }
        last_seen[usize::from(symbol)] = position;
        for window in &mut windows {
            let gone = position.checked_sub(window.length).map(|first| symbols[first]);
            window.slide(symbol, gone, &last_seen[..sequence.alphabet()]);
        }
    }
    tally.finish(sequence.alphabet())
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
