//! Bytes with their label.

use core::ops::Deref;
use openentropy_core::{Label, SourceReport};
use zeroize::{Zeroize, Zeroizing};

/// A label whose sources are its own.
pub type PoolLabel = Label<Vec<SourceReport>>;

/// Bytes together with what they are worth: used like the bytes, wiped when dropped.
///
/// ```
/// let pool = openentropy_host::EntropyPool::auto();
/// let bytes = pool.get_random_bytes(16)?;
/// assert_eq!(bytes.len(), 16);
/// eprintln!("{}", bytes.label());
/// # Ok::<(), openentropy_host::PoolError>(())
/// ```
pub struct Labelled<T: Zeroize> {
    value: Zeroizing<T>,
    label: PoolLabel,
}

impl<T: Zeroize> Labelled<T> {
    pub(crate) fn new(value: T, label: PoolLabel) -> Self {
        Self { value: Zeroizing::new(value), label }
    }

    /// What the bytes are worth.
    #[must_use]
    pub const fn label(&self) -> &PoolLabel {
        &self.label
    }
}

impl<T: Zeroize + Default> Labelled<T> {
    /// The bytes, no longer wiped when dropped, and the label.
    #[must_use]
    pub fn into_parts(mut self) -> (T, PoolLabel) {
        (core::mem::take(&mut *self.value), self.label)
    }
}

impl<T: Zeroize> Deref for Labelled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Says the label, never the bytes.
impl<T: Zeroize> core::fmt::Debug for Labelled<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Labelled").field("label", &self.label).finish_non_exhaustive()
    }
}
