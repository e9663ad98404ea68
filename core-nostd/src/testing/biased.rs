//! Pseudo-random samples of known min-entropy as a source.

use crate::{EntropySource, Raw, SourceError, SourceInfo, Width, testing::info};

/// Multiplier of the output function (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators,
/// scrambled", 2016, generator xorshift64*).
const MULTIPLIER: u64 = 0x2545_f491_4f6c_dd1d;
/// Taken for a seed of zero, which xorshift would keep for ever.
const SUBSTITUTE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Delivers independent samples in which 0 has a given probability and every other value shares the rest evenly.
///
/// With *p* the probability of 0 in a width of *w* bits, min-entropy per sample is −log2 *p* as long as *p* ≥ 2^−*w*.
/// Integers only, and the same samples for the same seed on every machine: a pseudo-random sequence, so without any
/// entropy to whoever knows the seed.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, Width, hazmat, testing::Biased};
/// let mut source = Biased::new(1, Width::BIT, 49_152); // 0 with probability 3/4: 0.415 bit per sample
/// let mut block = Raw::<[u8; 4000]>::new();
/// assert_eq!(source.sample(&mut block), Ok(()));
/// let zeros = hazmat::show(block).iter().filter(|sample| **sample == 0).count();
/// assert!((2900..3100).contains(&zeros));
/// ```
pub struct Biased {
    state: u64,
    /// Of 65,536.
    zeros: u16,
    info: SourceInfo,
}

impl Biased {
    /// Samples of `width` bits, at most eight, in which 0 comes `zeros` times in 65,536 on average; the sequence is
    /// `seed`'s.
    #[must_use]
    pub fn new(seed: u64, width: Width, zeros: u16) -> Self {
        let state = if seed == 0 { SUBSTITUTE } else { seed };
        let info = info("biased", "pseudo-random samples with a bias", width.min(Width::BYTE));
        Self { state, zeros, info }
    }

    /// Sixteen of the generator's high bits.
    fn next(&mut self) -> u16 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(MULTIPLIER) >> 48) as u16
    }

    fn biased(&mut self) -> u8 {
        if self.next() < self.zeros {
            return 0;
        }
        let others = (1_u32 << self.info.width.bits().clamp(1, 8)) - 1;
        // The high half of a product maps 65,536 values evenly enough onto at most 255: no value is off by more than 0.4 %
        (1 + ((u32::from(self.next()) * others) >> 16)) as u8
    }
}

impl EntropySource for Biased {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Delivers the sequence's next samples.
    ///
    /// # Errors
    /// None.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            slots.fill_with(|| self.biased());
            Ok(())
        })
    }
}
