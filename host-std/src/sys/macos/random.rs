//! The kernel's generator.

use openentropy_core::SourceError;

/// The most bytes of one call (getentropy(2)).
const MAX_BYTES: usize = 256;

/// Fills `out` from the kernel's generator, which never waits.
///
/// # Errors
/// [`SourceError::Io`] when the call fails.
pub(crate) fn fill_random(out: &mut [u8]) -> Result<(), SourceError> {
    for piece in out.chunks_mut(MAX_BYTES) {
        // SAFETY: the pointer and the length are those of one live slice.
        let status = unsafe { libc::getentropy(piece.as_mut_ptr().cast(), piece.len()) };
        if status != 0 {
            return Err(SourceError::Io);
        }
    }
    Ok(())
}
