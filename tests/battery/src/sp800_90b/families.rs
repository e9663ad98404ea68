//! The contexts of bits, laid out for the MultiMMC prediction.

use super::multi_mmc::{DEPTH, MAX_PAIRS, Model};

/// Context lengths of a family.
const GENERATIONS: usize = 4;
/// Families that begin with 1, 5, 9 and 13 bits, one after the other.
const FIRST: [usize; DEPTH / GENERATIONS + 1] =
    [0, 1 << 1, FIRST_9, FIRST_9 + (1 << 9), FIRST_9 + (1 << 9) + (1 << 13)];
const FIRST_9: usize = (1 << 1) + (1 << 5);

/// All contexts of 1 to 16 bits.
///
/// Contexts of four lengths that agree in their most recent bits are visited together, so they lie together: a
/// position touches four cache lines instead of sixteen.
pub(super) struct Families {
    families: Vec<Family>,
    /// The last bits, the most recent lowest.
    history: usize,
    /// How many pairs more each length may take in.
    room: [u32; DEPTH],
}

/// A context, the two that are longer by one bit, the four by two and the eight by three, in places 1 to 15.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Family {
    /// Bit `2 * place + symbol`: the symbol followed the context at `place`.
    seen: u32,
    /// How many more ones than zeros followed; place 1 comes first.
    balance: [i32; 15],
}

impl Families {
    pub(super) fn new() -> Self {
        Self { families: vec![Family::default(); FIRST[4]], history: 0, room: [MAX_PAIRS; DEPTH] }
    }
}

impl Model for Families {
    fn visit(&mut self, past: &[u8], symbol: u8) -> u16 {
        if let Some(&last) = past.last() {
            self.history = self.history << 1 | usize::from(last & 1);
        }
        let mut correct = 0;
        for group in 0..FIRST.len() - 1 {
            let shortest = group * GENERATIONS + 1;
            let family = self.history & ((1 << shortest) - 1);
            let family = &mut self.families[FIRST[group] + family];
            let generations = (past.len() + 1).saturating_sub(shortest).min(GENERATIONS);
            let older = self.history >> shortest;
            correct |=
                family.visit(older, symbol, generations, &mut self.room[shortest - 1..][..GENERATIONS])
                    << (shortest - 1);
        }
        correct
    }
}

impl Family {
    /// Visits the contexts of the first `generations` lengths, whose bits beyond the shared ones are `older`.
    #[inline]
    fn visit(&mut self, older: usize, symbol: u8, generations: usize, room: &mut [u32]) -> u16 {
        let step = i32::from(symbol) * 2 - 1;
        let mut correct = 0;
        for (generation, room) in room.iter_mut().enumerate().take(generations) {
            let place = 1 << generation | older & ((1 << generation) - 1);
            let seen = self.seen >> (2 * place);
            let balance = &mut self.balance[place - 1];
            // Of equal counts the larger symbol wins; nothing is predicted where nothing was seen.
            let right = (*balance >= 0) == (symbol == 1) && seen & 0b11 != 0;
            correct |= u16::from(right) << generation;
            if seen >> symbol & 1 == 1 {
                *balance += step;
            } else if *room > 0 {
                *room -= 1;
                self.seen |= 1 << (2 * place + usize::from(symbol));
                *balance += step;
            }
        }
        correct
    }
}
