//! SHA-256 as a vetted conditioning component (SP 800-90B §3.1.5.1.1).

use super::output_entropy;
use crate::{Samples, Sha256, SourceId, pool::Account};
use zeroize::Zeroize;

/// Width of the digest, which is also the function's narrowest internal width, in bits.
const WIDTH: u32 = 256;
/// What must go in for full entropy to come out, in millibits (SP 800-90C: 64 bits more than the output has).
const FULL_ENTROPY_INPUT: u32 = (WIDTH + 64) * 1000;

/// Conditions the tested samples of one source: any number in, 32 bytes out, with what may be claimed of them.
///
/// The output is the SHA-256 of the samples, one byte each, so anybody who holds a recording can check it. For several sources, and
/// for seeds, there is [`Pool`](crate::Pool), which keeps their accounts apart; samples of further sources are hashed here too, but
/// claim nothing.
///
/// ```
/// use openentropy_core::condition::Sha256Conditioner;
/// let mut conditioner = Sha256Conditioner::new();
/// // conditioner.absorb(tested.collect(&mut block)?) as often as wanted
/// let block = conditioner.finish();
/// assert_eq!((block.bytes[0], block.min_entropy, block.full_entropy), (0xe3, 0, false)); // of nothing
/// ```
pub struct Sha256Conditioner {
    hash: Sha256,
    /// The source that pays, and what it has earned.
    source: Option<SourceId>,
    account: Account,
    samples: u32,
}

/// A conditioned block, and what may be claimed of it; wiped when dropped, never printed.
#[allow(clippy::exhaustive_structs, reason = "plain data, read only")]
pub struct Conditioned {
    /// The digest.
    pub bytes: [u8; 32],
    /// A lower bound of its min-entropy, in millibits, at most 255,999; see [`output_entropy`].
    pub min_entropy: u32,
    /// Whether the samples paid for full entropy: within 2^-32 of 256 bits, by SP 800-90C's definition.
    pub full_entropy: bool,
}

impl Drop for Conditioned {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl Sha256Conditioner {
    /// Nothing absorbed.
    #[must_use]
    pub const fn new() -> Self {
        Self { hash: Sha256::new(), source: None, account: Account::EMPTY, samples: 0 }
    }

    /// Absorbs a block, whose credit counts once the health-test window it lies in has closed.
    pub fn absorb(&mut self, samples: Samples<'_>) {
        self.hash.update(samples.bytes());
        if samples.pays() && *self.source.get_or_insert(samples.id()) == samples.id() {
            self.account.book(samples.credit);
            self.samples = self.samples.saturating_add(u32::try_from(samples.len()).unwrap_or(u32::MAX));
        }
    }

    /// What may be claimed of the block if it is finished now, in millibits.
    ///
    /// The input's width counts as one bit per sample, or as its entropy where that is more: the formula grows with the width, and no
    /// source's samples are narrower.
    #[must_use]
    pub fn min_entropy(&self) -> u32 {
        let entropy = self.account.confirmed();
        output_entropy(self.samples.max(entropy.div_ceil(1000)), entropy, WIDTH, WIDTH)
    }

    /// Gives the block and begins the next one; credit of a window still open is gone.
    pub fn finish(&mut self) -> Conditioned {
        let block = Conditioned {
            bytes: core::mem::take(&mut self.hash).finish(),
            min_entropy: self.min_entropy(),
            full_entropy: self.account.confirmed() >= FULL_ENTROPY_INPUT,
        };
        *self = Self::new();
        block
    }
}

impl Default for Sha256Conditioner {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{WindowCredit, filled};
    use crate::{Group, Independence};

    const FIRST: SourceId = SourceId::new(1);
    const SECOND: SourceId = SourceId::new(2);

    /// Absorbs 64 samples of `value` that pay `closed` at once and `open` when the window closes.
    fn absorb(conditioner: &mut Sha256Conditioner, id: SourceId, value: u8, closed: u32, open: u32) {
        let mut block = filled::<64>(value);
        let credit = WindowCredit { window: 0, closes: u32::from(closed > 0), closed, open };
        conditioner.absorb(Samples::new(&mut block, id, Independence::of(Group::Test), credit));
    }

    #[test]
    fn the_output_is_the_digest_of_the_samples() {
        let mut conditioner = Sha256Conditioner::new();
        let mut hash = Sha256::new();
        for value in [1, 2, 3] {
            absorb(&mut conditioner, FIRST, value, 50_000, 0);
            hash.update(&[value; 64]);
        }
        let block = conditioner.finish();
        assert_eq!(block.bytes, hash.finish());
        assert_eq!(conditioner.finish().bytes, Sha256::new().finish(), "each block begins anew");
    }

    #[test]
    fn full_entropy_needs_64_bits_more_than_come_out() {
        let claim = |paid| {
            let mut conditioner = Sha256Conditioner::new();
            absorb(&mut conditioner, FIRST, 1, paid, 0);
            let block = conditioner.finish();
            (block.min_entropy, block.full_entropy)
        };
        assert_eq!(claim(319_999), (255_999, false));
        assert_eq!(claim(320_000), (255_999, true));
        assert_eq!(claim(64_000), (63_999, false));
    }

    #[test]
    fn only_one_source_pays_and_only_for_closed_windows() {
        let mut conditioner = Sha256Conditioner::new();
        absorb(&mut conditioner, SECOND, 0, 0, 0); // no claim: takes no account
        absorb(&mut conditioner, FIRST, 1, 0, 100_000);
        absorb(&mut conditioner, SECOND, 2, 100_000, 0);
        assert_eq!(conditioner.min_entropy(), 0);
        absorb(&mut conditioner, FIRST, 3, 20_000, 0);
        assert_eq!(conditioner.min_entropy(), 119_999);
    }
}
