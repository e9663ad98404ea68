//! Universal hashing by a Toeplitz matrix (Krawczyk 1994).

use super::transform::{Transform, sealed::Sealed};
use zeroize::Zeroize;

/// Multiplies blocks of `N` 32-bit words of samples by a Toeplitz matrix over GF(2) and gives `M` words for each.
///
/// Output bit i is the exclusive or over j of `seed[i - j + n - 1] & input[j]`, with n = 32·N input and m = 32·M output bits; bit 0 is
/// the most significant of the first word or sample. The seed's `S` = `N` + `M` words (the last bit goes unused) must be chosen
/// independently of the source; it may be public and is used for every block.
///
/// By the leftover hash lemma the output is within ε of uniform, whatever the samples' dependences, if their min-entropy k per block
/// has been *proven* and m ≤ k - 2·log2(1/ε): 64 bits less than k for ε = 2^-32. Every sample takes the same time, whatever its value:
/// 8·M word operations.
///
/// ```
/// use openentropy_core::condition::{Toeplitz, Transform};
/// static SEED: [u32; 3] = [0x5b55_ab04, 0x211b_8a11, 0x6678_8850];
/// let mut extract = Toeplitz::<2, 1, 3>::new(&SEED);
/// let mut bytes = Vec::new();
/// for sample in 0..16 { extract.push(sample, &mut |byte| bytes.push(byte)); } // two blocks of eight samples
/// assert_eq!(bytes.len(), 8);
/// ```
pub struct Toeplitz<'s, const N: usize, const M: usize, const S: usize> {
    seed: &'s [u32; S],
    output: [u32; M],
    /// Bits of the block taken so far.
    taken: usize,
}

impl<'s, const N: usize, const M: usize, const S: usize> Toeplitz<'s, N, M, S> {
    /// At a block's beginning.
    #[must_use]
    pub const fn new(seed: &'s [u32; S]) -> Self {
        const { assert!(M > 0 && M <= N, "an extractor gives at least one word and never more than it takes") };
        const { assert!(S == N + M, "the seed has as many words as input and output together") };
        Self { seed, output: [0; M], taken: 0 }
    }
}

impl<const N: usize, const M: usize, const S: usize> Sealed for Toeplitz<'_, N, M, S> {}

impl<const N: usize, const M: usize, const S: usize> Transform for Toeplitz<'_, N, M, S> {
    const NAME: &'static str = "toeplitz";

    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8)) {
        for place in (0..8).rev() {
            let column = (N * 32 - 1).saturating_sub(self.taken); // where the seed bits of this input bit begin
            let selected = 0_u32.wrapping_sub(u32::from(sample >> place & 1));
            let (word, shift) = (column / 32, column % 32);
            let words = self.seed.get(word..).unwrap_or_default();
            for (output, (high, low)) in self.output.iter_mut().zip(words.iter().zip(words.iter().skip(1))) {
                *output ^= selected & (high << shift | low >> 1 >> (31 - shift));
            }
            self.taken += 1;
        }
        if self.taken == N * 32 {
            self.taken = 0;
            self.output.iter().flat_map(|word| word.to_be_bytes()).for_each(emit);
            self.output.zeroize();
        }
    }
}

impl<const N: usize, const M: usize, const S: usize> Drop for Toeplitz<'_, N, M, S> {
    fn drop(&mut self) {
        self.output.zeroize();
    }
}
