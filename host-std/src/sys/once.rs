//! A value that is published once and read without a lock.

use core::marker::PhantomData;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

/// A cell that is empty until somebody publishes a value, and keeps it for its own lifetime.
///
/// `std::sync::OnceLock` would do, but for one thing: a thread that initialises it holds a lock, and a process forked at that
/// moment could wait for that thread for ever. Here publishing is one exchange, so a fork finds the cell empty or full.
pub(crate) struct Once<T> {
    value: AtomicPtr<T>,
    owns: PhantomData<Box<T>>,
}

impl<T: Send + Sync> Once<T> {
    /// An empty cell.
    pub(crate) const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()), owns: PhantomData }
    }

    /// What was published.
    pub(crate) fn get(&self) -> Option<&T> {
        let value = self.value.load(Ordering::Acquire);
        // SAFETY: null, or from `Box::into_raw` in `publish`, whose release made the value visible; it is never replaced, and
        // freed in `drop` only, when no reference borrowed from `self` exists.
        unsafe { value.as_ref() }
    }

    /// Publishes `value`, or gives it back beside the one that is already there.
    pub(crate) fn publish(&self, value: Box<T>) -> Result<&T, (&T, Box<T>)> {
        let new = Box::into_raw(value);
        match self.value.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: `new` comes from `Box::into_raw` and is now owned by the cell, which keeps it as long as `self` is borrowed.
            Ok(_) => Ok(unsafe { &*new }),
            Err(there) => {
                // SAFETY: `new` comes from `Box::into_raw` above and was not published, so nobody else has it.
                let lost = unsafe { Box::from_raw(new) };
                // SAFETY: as in `get`; not null, since the exchange found the cell full.
                Err((unsafe { &*there }, lost))
            }
        }
    }

    /// What was published, by now at least by this call: who loses the race drops its own value.
    pub(crate) fn get_or_publish(&self, make: impl FnOnce() -> T) -> &T {
        self.get().unwrap_or_else(|| self.publish(Box::new(make())).unwrap_or_else(|(there, _lost)| there))
    }
}

impl<T> Drop for Once<T> {
    fn drop(&mut self) {
        let value = *self.value.get_mut();
        if !value.is_null() {
            // SAFETY: not null, so from `Box::into_raw` in `publish`; `&mut self` says that no reference is left.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::thread;

    #[test]
    fn all_see_the_first_value_and_every_other_is_dropped() {
        let cell = Arc::new(Once::new());
        let alive = Arc::new(());
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let (cell, alive) = (Arc::clone(&cell), Arc::clone(&alive));
                thread::spawn(move || cell.get_or_publish(|| (number, alive)).0)
            })
            .collect();
        let seen: Vec<i32> = threads.into_iter().map(|thread| thread.join().expect("joins")).collect();
        assert!(seen.iter().all(|number| *number == seen[0]));
        assert_eq!(Arc::strong_count(&alive), 2);
        drop(cell);
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
