//! Multi Markov model with counting prediction (SP 800-90B §6.3.9).

use super::blocks::{BLOCK, plane};
use super::contexts::{Contexts, SparseContexts};
use super::families::Families;
use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Longest context, one sub-predictor for each length.
pub(super) const DEPTH: usize = 16;
/// Most (context, symbol) pairs remembered for one length.
pub(super) const MAX_PAIRS: u32 = 100_000;

/// Predicts what most often followed the last 1 to 16 symbols; `None` below four symbols.
///
/// Memory is bounded by 16 × 100,000 pairs, about 40 MB for large alphabets and 1 MB for bits.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    match sequence.alphabet() {
        2 => run(sequence.symbols(), Families::new()),
        _ => run(sequence.symbols(), Sparse::new()),
    }
    .finish(sequence.alphabet())
}

fn run(symbols: &[u8], mut model: impl Model) -> Tally {
    let mut board = Scoreboard::<DEPTH>::new();
    let mut tally = Tally::default();
    // The first two symbols are learnt but not predicted.
    let start = symbols.len().min(2);
    for position in 1..start {
        model.visit(&symbols[..position], symbols[position]);
    }
    for (number, block) in symbols[start..].chunks(BLOCK).enumerate() {
        let (mut short, mut long) = ([0; BLOCK], [0; BLOCK]);
        for (index, &symbol) in block.iter().enumerate() {
            let position = start + number * BLOCK + index;
            [short[index], long[index]] = model.visit(&symbols[..position], symbol).to_le_bytes();
        }
        let right = core::array::from_fn(|depth| match depth {
            0..8 => plane(&short, depth as u32),
            _ => plane(&long, depth as u32 - 8),
        });
        tally.record_block(board.judge(&right), block.len());
    }
    tally
}

/// What followed the contexts of every length.
pub(super) trait Model {
    /// Predicts what comes after `past` by the contexts of every length, then learns that it was `symbol`.
    ///
    /// Bit `d` of the answer: the context of `d + 1` symbols was right.
    fn visit(&mut self, past: &[u8], symbol: u8) -> u16;
}

/// For alphabets of more than two symbols.
struct Sparse {
    contexts: SparseContexts,
    pairs: [u32; DEPTH],
    /// Lengths below this number may have room for new pairs, those from it on are full.
    open: usize,
}

impl Sparse {
    fn new() -> Self {
        Self { contexts: SparseContexts::new(), pairs: [0; DEPTH], open: DEPTH }
    }
}

impl Model for Sparse {
    fn visit(&mut self, past: &[u8], symbol: u8) -> u16 {
        let mut correct = 0;
        let mut predicting = true;
        let mut context = <SparseContexts as Contexts>::ROOT;
        for (index, &earlier) in past.iter().rev().take(DEPTH).enumerate() {
            // Long contexts are rarer and fill their table first, but for the few pairs that only short ones
            // see at the start: so a full length may have to lead on to a longer one that is not.
            let Some(longer) = self.contexts.longer(context, earlier, index < self.open) else {
                break;
            };
            context = longer;
            match self.contexts.most_frequent(context) {
                Some((best, _)) => correct |= u16::from(predicting && best == symbol) << index,
                None => predicting = false,
            }
            // The symbol is learnt after the prediction, in the same visit.
            if self.contexts.count(context, symbol) > 0 {
                self.contexts.increment(context, symbol);
            } else if self.pairs[index] < MAX_PAIRS {
                self.contexts.increment(context, symbol);
                self.pairs[index] += 1;
                while self.open > 0 && self.pairs[self.open - 1] == MAX_PAIRS {
                    self.open -= 1;
                }
            }
        }
        correct
    }
}
