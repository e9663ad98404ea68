//! The difference of successive samples.

use super::transform::{Transform, sealed::Sealed};
use crate::Width;
use zeroize::Zeroize;

/// The difference of each sample to the one before it, modulo two to the power of the samples' width.
///
/// It hides a slow drift from the eye, and loses nothing: with the first sample the differences give all samples back.
///
/// ```
/// use openentropy_core::{condition::{Delta, Transform}, Width};
/// let mut bytes = Vec::new();
/// let mut delta = Delta::new(Width::BYTE);
/// for sample in [250, 255, 4, 3] { delta.push(sample, &mut |byte| bytes.push(byte)); }
/// assert_eq!(bytes, [5, 5, 255]);
/// ```
pub struct Delta {
    mask: u8,
    last: Option<u8>,
}

impl Delta {
    /// No sample yet, of samples of `width`, at most eight bits.
    #[must_use]
    pub const fn new(width: Width) -> Self {
        let mask = u8::MAX >> 8_u8.saturating_sub(width.bits());
        Self { mask, last: None }
    }
}

impl Sealed for Delta {}

impl Transform for Delta {
    const NAME: &'static str = "delta";

    fn push(&mut self, sample: u8, emit: &mut impl FnMut(u8)) {
        if let Some(last) = self.last.replace(sample) {
            emit(sample.wrapping_sub(last) & self.mask);
        }
    }
}

impl Drop for Delta {
    fn drop(&mut self) {
        self.last.zeroize();
    }
}
