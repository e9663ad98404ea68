//! Recorded samples as a source.

use crate::{EntropySource, Raw, SourceError, SourceInfo, Width, testing::info};

/// Delivers recorded samples once, in order, and is then disconnected.
///
/// Health tests, estimators and pools meet a recording through it exactly as they met the live source.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, SourceError, Width, testing::Replay};
/// let recording = [3, 1, 2, 0, 1];
/// let mut source = Replay::new(&recording, Width::new(2).unwrap());
/// let mut block = Raw::<[u8; 4]>::new();
/// assert_eq!(source.sample(&mut block), Ok(()));
/// assert_eq!(source.remaining(), 1);
/// assert_eq!(source.sample(&mut block), Err(SourceError::Disconnected)); // one is no block of four
/// ```
pub struct Replay<'r> {
    rest: &'r [u8],
    info: SourceInfo,
}

impl<'r> Replay<'r> {
    /// The source that once took `samples`, of `width` bits each.
    #[must_use]
    pub const fn new(samples: &'r [u8], width: Width) -> Self {
        Self { rest: samples, info: info("replay", "recorded samples, once", width) }
    }

    /// How many samples are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }
}

impl EntropySource for Replay<'_> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Delivers the next samples.
    ///
    /// # Errors
    /// [`SourceError::Disconnected`] when fewer are left than the block holds; they stay, for a shorter block.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            let (now, later) = self.rest.split_at_checked(slots.len()).ok_or(SourceError::Disconnected)?;
            slots.copy_from_slice(now);
            self.rest = later;
            Ok(())
        })
    }
}
