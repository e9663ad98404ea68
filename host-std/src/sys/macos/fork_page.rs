//! macOS has no memory that a forked child finds wiped (minherit(2) shares, copies or removes it): the process number decides alone.

use core::convert::Infallible;
use core::sync::atomic::AtomicU64;

/// Never made here.
pub(crate) struct ForkPage(Infallible);

impl ForkPage {
    /// `None`.
    pub(crate) const fn new() -> Option<Self> {
        None
    }

    /// The word.
    pub(crate) const fn word(&self) -> &AtomicU64 {
        match self.0 {}
    }
}
