//! The block in which a source delivers its samples.

use zeroize::Zeroize;

/// An owned block of samples as the source took them, one per byte, wiped when dropped.
///
/// `Raw<[u8; N]>` holds the storage; `&mut Raw<[u8; N]>` coerces to `&mut Raw`, which is what sources write and health tests
/// read. There is no way from here to the bytes, by design: samples are tested before they are used. Recorders and
/// tests that must look reach through [`hazmat`](crate::hazmat), which consumes the block.
///
/// ```
/// use openentropy_core::{Raw, SourceError};
/// let mut block = Raw::<[u8; 32]>::new();
/// block.write(|slots| { slots.fill(1); Ok::<(), SourceError>(()) })?;
/// assert_eq!(block.len(), 32);
/// # Ok::<(), SourceError>(())
/// ```
pub struct Raw<B: Zeroize + ?Sized = [u8]> {
    samples: B,
}

impl<const N: usize> Raw<[u8; N]> {
    /// A wiped block of `N` samples.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N > 0, "a block holds at least one sample") };
        Self { samples: [0; N] }
    }

    /// The samples, taken out of the block; for [`hazmat`](crate::hazmat) only.
    pub(crate) const fn shown(&self) -> [u8; N] {
        self.samples
    }
}

impl<const N: usize> Default for Raw<[u8; N]> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Zeroize + AsRef<[u8]> + AsMut<[u8]> + ?Sized> Raw<B> {
    /// How many samples the block holds.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a block is never empty")]
    pub fn len(&self) -> usize {
        self.samples.as_ref().len()
    }

    /// Lets `fill` write every slot.
    ///
    /// The slots are wiped before, so no old sample shows, and wiped again when `fill` fails, so that half a block is never
    /// taken for a whole one.
    ///
    /// # Errors
    /// What `fill` returns.
    pub fn write<E>(&mut self, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        self.samples.zeroize();
        let filled = fill(self.samples.as_mut());
        if filled.is_err() {
            self.samples.zeroize();
        }
        filled
    }

    /// The samples, for the parts of this crate that test and absorb them.
    pub(crate) fn samples(&self) -> &[u8] {
        self.samples.as_ref()
    }

    /// Forgets the samples.
    pub(crate) fn wipe(&mut self) {
        self.samples.zeroize();
    }
}

impl<B: Zeroize + ?Sized> Drop for Raw<B> {
    fn drop(&mut self) {
        self.samples.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceError;

    #[test]
    fn a_failed_write_leaves_nothing_behind() {
        let mut block = Raw::<[u8; 4]>::new();
        let failed = block.write(|slots| {
            slots.fill(0xa5);
            Err(SourceError::Timeout)
        });
        assert_eq!(failed, Err(SourceError::Timeout));
        assert_eq!(block.samples(), [0; 4]);
    }

    #[test]
    fn old_samples_do_not_show() {
        let mut block = Raw::<[u8; 4]>::new();
        block
            .write(|slots| {
                slots.fill(7);
                Ok::<(), ()>(())
            })
            .unwrap();
        block
            .write(|slots| {
                assert_eq!(slots, [0; 4]);
                Ok::<(), ()>(())
            })
            .unwrap();
    }
}
