//! Multi Markov model with counting prediction (SP 800-90B §6.3.9).

use super::contexts::{BinaryContexts, Contexts, SparseContexts};
use super::prediction::Tally;
use super::scoreboard::Scoreboard;
use super::{Prediction, Sequence};

/// Longest context, one sub-predictor for each length.
const DEPTH: usize = 16;
/// Most (context, symbol) pairs remembered for one length.
const MAX_PAIRS: u32 = 100_000;

/// Predicts what most often followed the last 1 to 16 symbols; `None` below four symbols.
///
/// Memory is bounded by 16 × 100,000 pairs, about 40 MB for large alphabets and 1 MB for bits.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    match sequence.alphabet() {
        2 => run(sequence.symbols(), BinaryContexts::new(DEPTH as u32)),
        _ => run(sequence.symbols(), SparseContexts::new()),
    }
    .finish(sequence.alphabet())
}

fn run<C: Contexts>(symbols: &[u8], mut contexts: C) -> Tally {
    let mut pairs = [0; DEPTH];
    // Lengths below this number may have room for new pairs, those from it on are full.
    let mut open = DEPTH;
    let mut board = Scoreboard::<DEPTH>::new();
    let mut tally = Tally::default();
    for (position, &symbol) in symbols.iter().enumerate().skip(1) {
        let mut correct = 0;
        let mut predicting = true;
        let mut context = C::ROOT;
        for (index, &earlier) in symbols[..position].iter().rev().take(DEPTH).enumerate() {
            // Long contexts are rarer and fill their table first, but for the few pairs that only short ones
            // see at the start: so a full length may have to lead on to a longer one that is not.
            let Some(longer) = contexts.longer(context, earlier, index < open) else {
                break;
            };
            context = longer;
            match contexts.most_frequent(context) {
                Some((best, _)) => correct |= u128::from(predicting && best == symbol) << index,
                None => predicting = false,
            }
            // The symbol is learnt after the prediction, in the same visit.
            if contexts.count(context, symbol) > 0 {
                contexts.increment(context, symbol);
            } else if pairs[index] < MAX_PAIRS {
                contexts.increment(context, symbol);
                pairs[index] += 1;
                while open > 0 && pairs[open - 1] == MAX_PAIRS {
                    open -= 1;
                }
            }
        }
        if position >= 2 {
            tally.record(board.judge(correct));
        }
    }
    tally
}
