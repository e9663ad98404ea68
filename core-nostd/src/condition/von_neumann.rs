//! The corrector of von Neumann (1951).

use super::bits::Bits;
use super::transform::{Transform, sealed::Sealed};
use zeroize::Zeroize;

/// Debiases pairs of successive samples, each bit position by itself: 10 gives 1, 01 gives 0, 00 and 11 give nothing.
///
/// The output is unbiased if the bits of one position are independent and their bias is constant, and only then; a source that
/// alternates gives a constant at full rate, so test its health before. At best a quarter of the bits comes out, at worst none:
/// how many, and when, tells of the samples. Positions go from the most significant to the least; pairs never overlap.
///
/// See [`Transform`] for an example.
pub struct VonNeumann {
    first: Option<u8>,
    bits: Bits,
}

impl VonNeumann {
    /// No sample waits for its pair.
    #[must_use]
    pub const fn new() -> Self {
        Self { first: None, bits: Bits::new() }
    }
}

impl Default for VonNeumann {
    fn default() -> Self {
        Self::new()
    }
}

impl Sealed for VonNeumann {}

impl Transform for VonNeumann {
    const NAME: &'static str = "vonneumann";

    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8)) {
        let Some(first) = self.first.take() else {
            self.first = Some(sample);
            return;
        };
        let unequal = first ^ sample;
        for position in (0..8).map(|place| 0x80_u8 >> place).filter(|position| unequal & position != 0) {
            self.bits.push(first & position != 0, emit);
        }
    }
}

impl Drop for VonNeumann {
    fn drop(&mut self) {
        self.first.zeroize();
    }
}
