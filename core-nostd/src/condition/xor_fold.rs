//! The exclusive or of successive samples.

use super::transform::{Transform, sealed::Sealed};
use zeroize::Zeroize;

/// Folds every `K` successive samples into their exclusive or.
///
/// Of independent bits with bias ε it leaves 2^(K-1)·ε^K (the piling-up lemma); against dependent ones it does nothing, and a source that
/// repeats every K samples becomes a constant. A short tail waits for the next samples.
///
/// ```
/// use openentropy_core::condition::{Transform, XorFold};
/// let mut bytes = Vec::new();
/// let mut fold = XorFold::<2>::new();
/// for sample in [1, 3, 7, 7, 5] { fold.push(sample, &mut |byte| bytes.push(byte)); }
/// assert_eq!(bytes, [2, 0]);
/// ```
pub struct XorFold<const K: usize> {
    folded: u8,
    taken: usize,
}

impl<const K: usize> XorFold<K> {
    /// Nothing folded yet.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(K > 1, "to fold takes at least two samples") };
        Self { folded: 0, taken: 0 }
    }
}

impl<const K: usize> Default for XorFold<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const K: usize> Sealed for XorFold<K> {}

impl<const K: usize> Transform for XorFold<K> {
    const NAME: &'static str = "xor-fold";

    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8)) {
        self.folded ^= sample;
        self.taken += 1;
        if self.taken == K {
            self.taken = 0;
            emit(core::mem::take(&mut self.folded));
        }
    }
}

impl<const K: usize> Drop for XorFold<K> {
    fn drop(&mut self) {
        self.folded.zeroize();
    }
}
