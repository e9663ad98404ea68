//! Threads choose no processor here: the scheduler places them, by their quality of service.

use openentropy_core::SourceError;

/// A thread, as other threads name it.
#[derive(Clone, Copy)]
pub(crate) struct ThreadNumber;

/// This thread.
pub(crate) const fn this_thread() -> ThreadNumber {
    ThreadNumber
}

/// Unknown.
pub(crate) const fn this_processor() -> Option<usize> {
    None
}

/// As many numbers as there are processors.
pub(crate) fn processors() -> Vec<usize> {
    (0..std::thread::available_parallelism().map_or(1, usize::from)).collect()
}

/// As [`processors`]: nobody is placed.
#[cfg(test)]
pub(crate) fn places_of(_: ThreadNumber) -> Vec<usize> {
    processors()
}

/// Leaves the thread where the scheduler puts it.
///
/// # Errors
/// None.
pub(crate) const fn pin(_: ThreadNumber, _: usize) -> Result<(), SourceError> {
    Ok(())
}
