//! The iterated corrector of Peres (1992).

use super::bits::Bits;
use super::transform::{Transform, sealed::Sealed};
use zeroize::Zeroize;

/// Debiases as [`VonNeumann`](super::VonNeumann) does, and uses what that throws away, `DEPTH` times over.
///
/// Of each block of `BLOCK` samples and each bit position, from the most significant to the least: P(x) = VN(x), then P(u), then P(v),
/// where u holds the exclusive or of every pair and v the first bit of every equal pair; odd tails are dropped at every level.
/// Depth 4 to 6 is the useful range: of the entropy of independent bits, depth 1 gives a quarter, 4 two thirds, 6 four
/// fifths. The assumption, and what happens without it, are von Neumann's.
///
/// ```
/// use openentropy_core::condition::{Peres, Transform};
/// let mut debias = Peres::<4, 8>::new();
/// let mut bytes = Vec::new();
/// for sample in [0xff, 0x00, 0x0f, 0x0f, 0xf0, 0xf0, 0x00, 0x00] { debias.push(sample, &mut |byte| bytes.push(byte)); }
/// assert_eq!(bytes.len(), 4); // von Neumann's corrector gives one
/// ```
pub struct Peres<const DEPTH: u32, const BLOCK: usize> {
    block: [u8; BLOCK],
    taken: usize,
    bits: Bits,
}

impl<const DEPTH: u32, const BLOCK: usize> Peres<DEPTH, BLOCK> {
    /// An empty block.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(DEPTH > 0 && DEPTH <= 16, "sixteen levels use up blocks of any sensible length") };
        const { assert!(BLOCK > 1, "a block holds at least one pair") };
        Self { block: [0; BLOCK], taken: 0, bits: Bits::new() }
    }
}

impl<const DEPTH: u32, const BLOCK: usize> Default for Peres<DEPTH, BLOCK> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const DEPTH: u32, const BLOCK: usize> Sealed for Peres<DEPTH, BLOCK> {}

impl<const DEPTH: u32, const BLOCK: usize> Transform for Peres<DEPTH, BLOCK> {
    const NAME: &'static str = "peres";

    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8)) {
        if let Some(slot) = self.block.get_mut(self.taken) {
            *slot = sample;
        }
        self.taken += 1;
        if self.taken < BLOCK {
            return;
        }
        self.taken = 0;
        let mut sequence = [0; BLOCK];
        for position in (0..8).rev() {
            for (bit, sample) in sequence.iter_mut().zip(&self.block) {
                *bit = sample >> position & 1;
            }
            let whole = Places { first: 0, step: 1, count: BLOCK };
            correct(&mut sequence, whole, DEPTH, &mut |bit| self.bits.push(bit, emit));
        }
        sequence.zeroize();
    }
}

impl<const DEPTH: u32, const BLOCK: usize> Drop for Peres<DEPTH, BLOCK> {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

/// The places of a sequence within the block.
#[derive(Clone, Copy)]
struct Places {
    first: usize,
    step: usize,
    count: usize,
}

/// Corrects the sequence at `x` in `bits`, one bit per slot, and leaves u in its even places and v in its odd ones for the next level.
fn correct(bits: &mut [u8], x: Places, depth: u32, emit: &mut impl FnMut(bool)) {
    if depth == 0 || x.count < 2 {
        return;
    }
    let odd = x.first + x.step;
    let mut u = Places { first: x.first, step: 2 * x.step, count: 0 };
    let mut v = Places { first: odd, step: 2 * x.step, count: 0 };
    while u.count < x.count / 2 {
        let at = u.count * u.step;
        let read = |place: usize| bits.get(place).copied().unwrap_or_default();
        let (a, b) = (read(x.first + at), read(odd + at));
        v.append(bits, a, a == b); // never ahead of what has been read
        u.append(bits, a ^ b, true);
        if a != b {
            emit(a == 1);
        }
    }
    correct(bits, u, depth - 1, emit);
    correct(bits, v, depth - 1, emit);
}

impl Places {
    fn append(&mut self, bits: &mut [u8], bit: u8, wanted: bool) {
        if let Some(slot) = bits.get_mut(self.first + self.count * self.step)
            && wanted
        {
            *slot = bit;
            self.count += 1;
        }
    }
}
