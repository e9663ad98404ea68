//! LZ78Y prediction (SP 800-90B §6.3.10).

use super::blocks::BLOCK;
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
    let symbols = sequence.symbols();
    let mut tally = Tally::default();
    match sequence.alphabet() {
        2 => {
            let mut dictionary = Dictionary::new(BinaryContexts::new(DEPTH as u32));
            let rest = dictionary.follow(symbols, &mut tally, BinaryContexts::one_bit_decides);
            follow_last_bit(&symbols[rest - 1..], &dictionary.contexts, &mut tally);
        }
        _ => _ = Dictionary::new(SparseContexts::new()).follow(symbols, &mut tally, |_| false),
    }
    tally.finish(sequence.alphabet())
}

struct Dictionary<C> {
    contexts: C,
    known: usize,
}

impl<C: Contexts> Dictionary<C> {
    fn new(contexts: C) -> Self {
        Self { contexts, known: 0 }
    }

    /// Goes through the symbols until `enough` holds, and returns the position after the last one visited.
    fn follow(&mut self, symbols: &[u8], tally: &mut Tally, enough: impl Fn(&C) -> bool) -> usize {
        for (position, &symbol) in symbols.iter().enumerate().skip(DEPTH) {
            let hit = self.visit(&symbols[..position], symbol);
            if position > DEPTH {
                tally.record(hit);
            }
            if enough(&self.contexts) {
                return position + 1;
            }
        }
        symbols.len()
    }

    /// Says whether `symbol` is what was predicted to come after `past`, then learns it.
    fn visit(&mut self, past: &[u8], symbol: u8) -> bool {
        let mut path = [C::ROOT; DEPTH];
        let mut length = 0;
        let mut context = C::ROOT;
        for &earlier in past.iter().rev().take(DEPTH) {
            let Some(longer) = self.contexts.longer(context, earlier, self.known < MAX_CONTEXTS) else {
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
            match self.contexts.most_frequent(context) {
                Some((best, count)) if count > guess.1 => guess = (best, count),
                Some(_) => (),
                None if self.known < MAX_CONTEXTS => self.known += 1,
                None => continue,
            }
            self.contexts.increment(context, symbol);
        }
        guess.1 > 0 && guess.0 == symbol
    }
}

impl BinaryContexts {
    /// Whether contexts of two bits and more no longer matter to the prediction, and never will.
    ///
    /// A context is in the dictionary from its first occurrence on, or never. If both bits have followed every context
    /// of two bits, what followed one bit is shared out among its two longer contexts, some to each. So each
    /// count of a longer context is below the same symbol's count after one bit, and stays so; and only a larger or
    /// equal one would prevail.
    fn one_bit_decides(&self) -> bool {
        (0b100..0b1000).all(|two_bits| self.count(two_bits, 0) > 0 && self.count(two_bits, 1) > 0)
    }
}

/// Goes on to predict the bits after the first of `rest` by the contexts of one bit.
fn follow_last_bit(rest: &[u8], contexts: &BinaryContexts, tally: &mut Tally) {
    let Some((&(mut last), rest)) = rest.split_first() else {
        return;
    };
    let mut lead = [0b10, 0b11]
        .map(|one_bit| i64::from(contexts.count(one_bit, 1)) - i64::from(contexts.count(one_bit, 0)));
    for block in rest.chunks(BLOCK) {
        let mut hits = 0;
        for &bit in block {
            let lead = &mut lead[usize::from(last & 1)];
            hits = hits << 1 | u64::from((*lead >= 0) == (bit == 1));
            *lead += i64::from(bit) * 2 - 1;
            last = bit;
        }
        tally.record_block(hits << (BLOCK - block.len()), block.len());
    }
}

#[cfg(test)]
mod tests {
    use super::{BinaryContexts, DEPTH, Dictionary, Sequence, Tally, estimate};

    #[test]
    fn the_short_cut_changes_nothing() {
        let mut state = 3u64;
        for (bias, length) in
            [(128, 40_000), (230, 40_000), (254, 40_000), (255, 5_000), (128, 60), (200, 19)]
        {
            let bits: Vec<u8> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
                    u8::from(state >> 56 >= bias)
                })
                .chain([0, 1])
                .collect();
            let sequence = Sequence::literal(&bits, 1).unwrap();
            let mut tally = Tally::default();
            let mut dictionary = Dictionary::new(BinaryContexts::new(DEPTH as u32));
            dictionary.follow(&bits, &mut tally, |_| false);
            assert_eq!(estimate(&sequence), tally.finish(2), "{length} bits, bias {bias}");
        }
    }
}
