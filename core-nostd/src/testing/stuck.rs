//! A dead device as a source.

use crate::{EntropySource, Raw, SourceError, SourceInfo, Width, testing::info};

/// Delivers one value for ever, as a device does whose noise has failed without its noticing.
///
/// ```
/// use openentropy_core::{EntropySource, Raw, hazmat, testing::Stuck};
/// let mut block = Raw::<[u8; 3]>::new();
/// assert_eq!(Stuck::at(0xff).sample(&mut block), Ok(()));
/// assert_eq!(hazmat::show(block), [0xff; 3]);
/// ```
pub struct Stuck {
    value: u8,
    info: SourceInfo,
}

impl Stuck {
    /// Delivers `value`, of eight bits.
    #[must_use]
    pub const fn at(value: u8) -> Self {
        Self { value, info: info("stuck", "one value, for ever", Width::BYTE) }
    }
}

impl EntropySource for Stuck {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Delivers the value.
    ///
    /// # Errors
    /// None.
    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            slots.fill(self.value);
            Ok(())
        })
    }
}
