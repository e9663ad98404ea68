//! The walk of the bits, cut into cycles from zero to zero.

use super::words::words;
use crate::{Bits, Outcome, Reason};

/// How often each cycle of the walk visits the states next to zero.
pub(super) struct Visits {
    /// Number of cycles; the last is closed where the sequence ends.
    pub(super) cycles: u64,
    /// Cycles by their number of visits, 0 to 4 and at least 5, of the states -4 to -1 and 1 to 4 ([`near`]).
    pub(super) classes: [[u64; 6]; 8],
    /// Visits of the states -9 to 9.
    pub(super) totals: [u64; 19],
}

/// How far out states are counted.
const FAR: i64 = 9;
/// How far out they are counted by cycle.
const NEAR: i64 = 4;

/// Place of a state, -4 to -1 or 1 to 4, in [`Visits::classes`].
const fn near(state: i64) -> usize {
    (if state < 0 { state + NEAR } else { state + NEAR - 1 }) as usize
}

impl Visits {
    pub(super) fn of(bits: &Bits<'_>) -> Self {
        let mut visits = Self { cycles: 0, classes: [[0; 6]; 8], totals: [0; 19] };
        let mut cycle = [0usize; 8];
        let mut state = 0i64;
        for (mut word, width) in words(bits, 0, bits.len()) {
            // Most of the time the walk is so far out that it cannot come near within a word.
            if state.abs() > FAR + i64::from(width) {
                state += 2 * i64::from(word.count_ones()) - i64::from(width);
                continue;
            }
            for _ in 0..width {
                state += if word >> 63 == 1 { 1 } else { -1 };
                word <<= 1;
                if state == 0 {
                    visits.close(&mut cycle);
                } else if state.abs() <= FAR {
                    visits.totals[(state + FAR) as usize] += 1;
                    if state.abs() <= NEAR {
                        cycle[near(state)] += 1;
                    }
                }
            }
        }
        if state != 0 {
            visits.close(&mut cycle);
        }
        visits
    }

    fn close(&mut self, cycle: &mut [usize; 8]) {
        self.cycles += 1;
        for (classes, visits) in self.classes.iter_mut().zip(core::mem::take(cycle)) {
            classes[visits.min(5)] += 1;
        }
    }

    /// Says so if there are fewer cycles than the tests ask for (sections 2.14.4 and 2.14.7).
    pub(super) fn shortage(&self, bits: &Bits<'_>) -> Option<Outcome> {
        let need = 500.max((0.005 * (bits.len() as f64).sqrt()).ceil() as u64);
        let few = Reason::TooFew { what: "cycles", have: self.cycles, need };
        (self.cycles < need).then_some(Outcome::NotApplicable(few))
    }

    /// Classes of the state, -4 to -1 or 1 to 4.
    pub(super) fn classes_of(&self, state: i32) -> &[u64; 6] {
        &self.classes[near(i64::from(state))]
    }

    /// Visits of the state, -9 to 9.
    pub(super) fn total_of(&self, state: i32) -> u64 {
        self.totals[(i64::from(state) + FAR) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Visits;
    use crate::Bits;

    #[test]
    fn words_that_are_skipped_hide_no_visit() {
        let bytes: Vec<u8> = (0..40_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 10) as u8).collect();
        for len in [1, 77, 3000, 319_999] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            let mut cycles = vec![vec![]];
            let mut state = 0i32;
            for bit in bits.iter() {
                state += 2 * i32::from(bit) - 1;
                match state {
                    0 => cycles.push(vec![]),
                    _ => cycles.last_mut().unwrap().push(state),
                }
            }
            if state == 0 {
                cycles.pop();
            }
            let visits = Visits::of(&bits);
            assert_eq!(visits.cycles, cycles.len() as u64);
            let count = |cycle: &Vec<i32>, state| cycle.iter().filter(|&&at| at == state).count();
            for state in (-9..=9).filter(|&state| state != 0) {
                let total: usize = cycles.iter().map(|cycle| count(cycle, state)).sum();
                assert_eq!(visits.total_of(state), total as u64, "state {state} of {len} bits");
            }
            for state in [-4, -3, -2, -1, 1, 2, 3, 4] {
                let mut classes = [0; 6];
                cycles.iter().for_each(|cycle| classes[count(cycle, state).min(5)] += 1);
                assert_eq!(visits.classes_of(state), &classes, "state {state} of {len} bits");
            }
        }
    }
}
