//! The machine's own past as data for work that depends on data.

use super::measured::step_of;
use crate::sys::cpu;
use openentropy_core::sources::CycleCounter as _;

/// Remembers how long each of the last rounds took, a byte each.
///
/// What a source does with its past is fixed; a program chooses nothing, and no generator feeds it.
pub(crate) struct Past<const N: usize> {
    counter: cpu::Counter,
    step: u64,
    last: u64,
    bytes: [u8; N],
    next: usize,
}

impl<const N: usize> Past<N> {
    /// A past of zeros.
    pub(crate) fn new() -> Self {
        let mut counter = cpu::Counter;
        let step = step_of(|| counter.now());
        Self { counter, step, last: counter.now(), bytes: [0; N], next: 0 }
    }

    /// Puts the time since the last call in the place of the oldest byte.
    pub(crate) fn remember(&mut self) {
        let now = self.counter.now();
        let steps = now.wrapping_sub(self.last) / self.step;
        self.last = now;
        if let Some(byte) = self.bytes.get_mut(self.next) {
            *byte = steps as u8;
        }
        self.next = (self.next + 1) % N.max(1);
    }

    /// The bytes, in the places where they were put.
    pub(crate) const fn bytes(&self) -> &[u8; N] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Machine;

    #[test]
    fn each_round_replaces_the_oldest_byte() {
        if Machine::this().timer.is_none() {
            return; // the process may not read the counter
        }
        let mut past = Past::<4>::new();
        for round in 1..=9 {
            let before = *past.bytes();
            past.remember();
            let changed = (0..4).filter(|at| before[*at] != past.bytes()[*at]);
            assert!(changed.into_iter().all(|at| at == (round - 1) % 4), "{round}");
        }
    }
}
