//! Which processors a thread runs on (sched_setaffinity(2)).

use openentropy_core::SourceError;
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_getcpu, sched_setaffinity};

/// A thread, as other threads name it.
#[derive(Clone, Copy)]
pub(crate) struct ThreadNumber(Pid);

impl ThreadNumber {
    /// For calls that rustix does not wrap.
    pub(super) const fn raw(self) -> i32 {
        self.0.as_raw_pid()
    }
}

/// This thread.
pub(crate) fn this_thread() -> ThreadNumber {
    ThreadNumber(rustix::thread::gettid())
}

/// The processor that this thread runs on at the moment.
pub(crate) fn this_processor() -> Option<usize> {
    Some(sched_getcpu())
}

/// The processors that this thread may run on; none where a filter forbids to ask.
pub(crate) fn processors() -> Vec<usize> {
    allowed(None)
}

/// The processors that `thread` may run on.
#[cfg(test)]
pub(crate) fn places_of(thread: ThreadNumber) -> Vec<usize> {
    allowed(Some(thread.0))
}

fn allowed(thread: Option<Pid>) -> Vec<usize> {
    let allowed = sched_getaffinity(thread).unwrap_or_default();
    (0..CpuSet::MAX_CPU).filter(|number| allowed.is_set(*number)).collect()
}

/// Keeps `thread`, one of this process, on one processor.
///
/// # Errors
/// [`SourceError::Denied`] where a filter forbids it, [`SourceError::Io`] when the processor or the thread is gone.
pub(crate) fn pin(thread: ThreadNumber, processor: usize) -> Result<(), SourceError> {
    if processor >= CpuSet::MAX_CPU {
        return Err(SourceError::Io);
    }
    let mut only = CpuSet::new();
    only.set(processor);
    sched_setaffinity(Some(thread.0), &only).map_err(|error| match error {
        rustix::io::Errno::PERM | rustix::io::Errno::NOSYS => SourceError::Denied,
        _ => SourceError::Io,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_thread_runs_where_it_was_put() {
        std::thread::spawn(|| {
            let last = *processors().last().unwrap();
            pin(this_thread(), last).unwrap();
            assert_eq!((this_processor(), processors()), (Some(last), vec![last]));
            assert_eq!(pin(this_thread(), usize::MAX), Err(SourceError::Io));
        })
        .join()
        .unwrap();
    }
}
