//! What turns samples into something to look at.

use crate::Samples;

pub(super) mod sealed {
    /// Keeps the set of transforms closed: each consumes the samples it shows.
    pub trait Sealed {}
}

/// A named rule that turns samples into fewer or other bytes, which nobody credits.
///
/// Bytes come out one at a time, as soon as they are complete; what is incomplete waits for the next samples.
///
/// ```
/// use openentropy_core::condition::{Transform, VonNeumann};
/// let mut debias = VonNeumann::new();
/// let mut bytes = Vec::new();
/// for sample in [0b1100_1010, 0b0011_0101] { debias.push(sample, &mut |byte| bytes.push(byte)); }
/// assert_eq!(bytes, [0b1100_1010]); // every bit of the two samples differs
/// ```
pub trait Transform: sealed::Sealed {
    /// The name, as users type it and labels print it.
    const NAME: &'static str;

    /// Takes one sample.
    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8));

    /// Takes a block of tested samples, consuming it: what was shown cannot be absorbed.
    fn feed(&mut self, samples: Samples<'_>, mut emit: impl FnMut(u8)) {
        samples.bytes().iter().for_each(|sample| self.push(*sample, &mut emit));
    }
}
