//! How far a long computation is.

/// Hears how far a long computation is; `()` does not listen.
///
/// ```
/// use core::sync::atomic::{AtomicU64, Ordering};
/// use openentropy_tests::Progress;
///
/// #[derive(Default)]
/// struct Counter(AtomicU64, AtomicU64);
///
/// impl Progress for Counter {
///     fn expect(&self, units: u64) {
///         self.0.fetch_add(units, Ordering::Relaxed);
///     }
///     fn advance(&self, units: u64) {
///         self.1.fetch_add(units, Ordering::Relaxed);
///     }
/// }
///
/// let counter = Counter::default();
/// openentropy_tests::sp800_90b::assess_with(&[0, 1, 1, 0, 1, 1, 0, 1], 1, &counter)?;
/// assert_eq!(counter.0.into_inner(), counter.1.into_inner(), "what was expected was done");
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub trait Progress: Sync {
    /// That many more units of work lie ahead.
    fn expect(&self, units: u64);

    /// That many units of work are done.
    fn advance(&self, units: u64);
}

impl Progress for () {
    fn expect(&self, _units: u64) {}
    fn advance(&self, _units: u64) {}
}
