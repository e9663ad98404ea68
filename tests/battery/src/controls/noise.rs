//! The noise that faults are laid over.

use crate::split_mix::SplitMix;

/// Fair numbers from a fixed seed.
#[derive(Clone, Debug, Default)]
pub(super) struct Noise(SplitMix);

impl Noise {
    pub(super) fn next(&mut self) -> u64 {
        self.0.next()
    }

    pub(super) fn byte(&mut self) -> u8 {
        (self.next() >> 56) as u8
    }

    pub(super) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.byte()).collect()
    }

    /// A number from 0 up to, and without, 1.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 * 0.5f64.powi(53)
    }

    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A standard normal number, one of a pair of Box and Muller's.
    pub(super) fn gaussian(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (core::f64::consts::TAU * self.uniform()).cos()
    }

    /// `len` bytes, bit by bit, the most significant first; `next` is told the bit before, at first zero.
    pub(super) fn bits(&mut self, len: usize, mut next: impl FnMut(&mut Self, bool) -> bool) -> Vec<u8> {
        let mut bit = false;
        let mut byte = || {
            (0..8).fold(0, |byte, _| {
                bit = next(self, bit);
                byte << 1 | u8::from(bit)
            })
        };
        (0..len).map(|_| byte()).collect()
    }
}
