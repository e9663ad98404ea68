//! A repeated pattern as a source.

use crate::{EntropySource, Raw, SourceError, SourceInfo, Width, testing::info};

/// Delivers a pattern over and over: alternating bits, a counter, any period.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, Width, hazmat, testing::Periodic};
/// let mut alternating = Periodic::new(&[0, 1], Width::BIT);
/// let mut block = Raw::<[u8; 5]>::new();
/// assert_eq!(alternating.sample(&mut block), Ok(()));
/// assert_eq!(hazmat::show(block), [0, 1, 0, 1, 0]);
/// ```
pub struct Periodic<'p> {
    pattern: &'p [u8],
    at: usize,
    info: SourceInfo,
}

impl<'p> Periodic<'p> {
    /// Repeats `pattern`, samples of `width` bits each.
    #[must_use]
    pub const fn new(pattern: &'p [u8], width: Width) -> Self {
        Self { pattern, at: 0, info: info("periodic", "a pattern, repeated", width) }
    }
}

impl EntropySource for Periodic<'_> {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Delivers the pattern's next samples, from where the last block ended.
    ///
    /// # Errors
    /// [`SourceError::Absent`] when the pattern is empty.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                *slot = *self.pattern.get(self.at).ok_or(SourceError::Absent)?;
                self.at = (self.at + 1).checked_rem(self.pattern.len()).unwrap_or(0);
            }
            Ok(())
        })
    }
}
