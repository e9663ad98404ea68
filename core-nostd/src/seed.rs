//! What a pool pays out.

use zeroize::Zeroize;

/// `N` full-entropy bytes for a generator: drawn once, used once, wiped when dropped.
///
/// Only [`Pool::condense`](crate::Pool::condense) makes one, and [`hazmat`](crate::hazmat) for known answers. It cannot be cloned, printed or read; a generator consumes it.
pub struct Seed<const N: usize>([u8; N]);

impl<const N: usize> Seed<N> {
    pub(crate) const fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    pub(crate) const fn bytes(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> Drop for Seed<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
