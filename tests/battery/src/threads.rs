//! Work on several cores; the results are the same with any number.

/// Applies `work` to every item, side by side where the feature `threads` is on and there are several cores.
///
/// Results come in the order of the items. The number of threads is that of the `rayon` pool in which this is called.
#[cfg(feature = "threads")]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};
    items.into_par_iter().with_max_len(1).map(work).collect()
}

/// Applies `work` to every item, one after the other.
#[cfg(not(feature = "threads"))]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_iter().map(work).collect()
}
