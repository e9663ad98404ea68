//! LZ78Y prediction (SP 800-90B §6.3.10).

use super::contexts::{BinaryContexts, Contexts, SparseContexts};
use super::prediction::Tally;
use super::{Prediction, Sequence};

/// Longest context.
const DEPTH: usize = 16;
/// Most contexts, of all lengths together, in the dictionary.
const MAX_CONTEXTS: usize = 65_536;

/// Predicts by a dictionary of the first contexts met; `None` below 19 symbols.
///
/// Memory is bounded by 65,536 contexts and, for large alphabets, by one counted pair per visit.
pub fn estimate(sequence: &Sequence) -> Option<Prediction> {
    match sequence.alphabet() {
        2 => run(sequence.symbols(), BinaryContexts::new(DEPTH as u32)),
        _ => run(sequence.symbols(), SparseContexts::new()),
    }
    .finish(sequence.alphabet())
}

fn run<C: Contexts>(symbols: &[u8], mut contexts: C) -> Tally {
    let mut known = 0;
    let mut tally = Tally::default();
    for (position, &symbol) in symbols.iter().enumerate().skip(DEPTH) {
        let mut path = [C::ROOT; DEPTH];
        let mut length = 0;
        let mut context = C::ROOT;
        for &earlier in symbols[..position].iter().rev().take(DEPTH) {
            let Some(longer) = contexts.longer(context, earlier, known < MAX_CONTEXTS) else {
                break;
            };
            context = longer;
            path[length] = context;
            length += 1;
        }
        let mut guess = (0, 0);
        // Longest first: on equal counts the longer context prevails, and it is learnt before the
        // dictionary is full.
        for &context in path[..length].iter().rev() {
            match contexts.most_frequent(context) {
                Some((best, count)) if count > guess.1 => guess = (best, count),
                Some(_) => (),
                None if known < MAX_CONTEXTS => known += 1,
                None => continue,
            }
            contexts.increment(context, symbol);
        }
        if position > DEPTH {
            tally.record(guess.1 > 0 && guess.0 == symbol);
        }
    }
    tally
}
