//! The contexts of bits, laid out for the MultiMMC prediction.

use super::multi_mmc::{DEPTH, MAX_PAIRS, Model};

/// Context lengths of a family.
const GENERATIONS: usize = 4;
/// Groups of so many lengths.
const GROUPS: usize = DEPTH / GENERATIONS;
/// Where the families of each group begin, those of 1, 5, 9 and 13 shared bits; then how many there are.
const FIRST: [usize; GROUPS + 1] = {
    let mut first = [0; GROUPS + 1];
    let mut group = 0;
    while group < GROUPS {
        first[group + 1] = first[group] + (1 << (group * GENERATIONS + 1));
        group += 1;
    }
    first
};

/// The bits of [`Family::seen`] that belong to each generation.
const PAIRS: [u32; GENERATIONS] = [0xC, 0xF0, 0xFF00, 0xFFFF_0000];

/// All contexts of 1 to 16 bits.
///
/// Contexts of four lengths that agree in their most recent bits are visited together, so they lie together: a
/// position touches four cache lines instead of sixteen.
pub(super) struct Families {
    families: Vec<Family>,
    /// The last bits, the most recent lowest.
    history: usize,
    /// How many pairs more each length may take in.
    room: [[u32; GENERATIONS]; GROUPS],
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
        Self {
            families: vec![Family::default(); FIRST[GROUPS]],
            history: 0,
            room: [[MAX_PAIRS; GENERATIONS]; GROUPS],
        }
    }
}

impl Model for Families {
    fn visit(&mut self, past: &[u8], symbol: u8) -> u16 {
        if let Some(&last) = past.last() {
            self.history = self.history << 1 | usize::from(last & 1);
        }
        // Told apart so that the loops have a known end nearly always.
        match past.len() {
            DEPTH.. => self.visit_lengths(|_| GENERATIONS, symbol),
            longest => self.visit_lengths(|shorter| longest.saturating_sub(shorter).min(GENERATIONS), symbol),
        }
    }
}

impl Families {
    /// Visits the contexts of the first lengths, `generations` of those that come after `shorter` ones.
    #[inline(always)]
    fn visit_lengths(&mut self, generations: impl Fn(usize) -> usize, symbol: u8) -> u16 {
        let mut correct = 0;
        for (group, room) in self.room.iter_mut().enumerate() {
            let shorter = group * GENERATIONS;
            let shared = shorter + 1;
            let family = &mut self.families[FIRST[group] + (self.history & ((1 << shared) - 1))];
            let older = self.history >> shared;
            correct |= family.visit(older, symbol, generations(shorter), room) << shorter;
        }
        correct
    }
}

impl Family {
    /// Visits the contexts of the first `generations` lengths, whose bits beyond the shared ones are `older`.
    #[inline(always)]
    fn visit(&mut self, older: usize, symbol: u8, generations: usize, room: &mut [u32; GENERATIONS]) -> u16 {
        let mut right = 0;
        for (generation, room) in room.iter_mut().enumerate().take(generations) {
            let place = 1 << generation | older & ((1 << generation) - 1);
            // Nearly always every context of this length was followed by both symbols before.
            let all = PAIRS[generation];
            let hit = if self.seen & all == all {
                self.predict_and_learn(place, symbol)
            } else {
                self.predict_and_meet(place, symbol, room)
            };
            right |= hit << generation;
        }
        right
    }

    /// Says whether `symbol` led at `place`, and counts it; of equal counts the larger symbol leads.
    #[inline(always)]
    fn predict_and_learn(&mut self, place: usize, symbol: u8) -> u16 {
        let balance = &mut self.balance[place - 1];
        let zero_leads = (*balance as u32 >> 31) as u16;
        *balance += i32::from(symbol) * 2 - 1;
        zero_leads ^ u16::from(symbol)
    }

    /// Likewise where a symbol may not have been seen yet, and may find no room: nothing is predicted where nothing was
    /// seen, and nothing counted without room.
    fn predict_and_meet(&mut self, place: usize, symbol: u8, room: &mut u32) -> u16 {
        let pair = 1 << (2 * place + usize::from(symbol));
        let any = self.seen >> (2 * place) & 0b11 != 0;
        if self.seen & pair == 0 {
            if *room > 0 {
                *room -= 1;
                self.seen |= pair;
            } else {
                let zero_leads = self.balance[place - 1] < 0;
                return u16::from(any && zero_leads == (symbol == 0));
            }
        }
        self.predict_and_learn(place, symbol) & u16::from(any)
    }
}
