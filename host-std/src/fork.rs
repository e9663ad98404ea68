//! Which process this is.

use crate::sys::{ForkPage, Once};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::process;

/// A number that differs between a process and each of its forked children, and between those and theirs.
///
/// Asked for at every request: a child that noticed only when its buffer ran dry would repeat its parent's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation(u64);

/// The mark of a process that has been seen: the count of marks in the upper half, the process number in the lower.
///
/// It lies in a page that the kernel wipes in a child, so a child finds 0, which is no mark (process numbers start at 1). Where
/// there is no such page, the process number alone tells parent from child.
static PAGE: Once<Option<ForkPage>> = Once::new();
static WITHOUT_PAGE: AtomicU64 = AtomicU64::new(0);
/// Copied by a fork, so that a child counts on from where its parent was and never meets a mark again.
static MARKS: AtomicU32 = AtomicU32::new(0);

impl Generation {
    /// This process's.
    pub(crate) fn current() -> Self {
        let page = PAGE.get_or_publish(ForkPage::new);
        let word = page.as_ref().map_or(&WITHOUT_PAGE, ForkPage::word);
        let process = process::id();
        loop {
            let seen = word.load(Ordering::Acquire);
            if seen as u32 == process {
                return Self(seen);
            }
            let count = MARKS.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            let mark = u64::from(count) << 32 | u64::from(process);
            // Another thread of the same process may be faster; its mark is then the process's.
            if word.compare_exchange(seen, mark, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return Self(mark);
            }
        }
    }

    /// The number, for a slot that remembers which process its thread runs in; never 0.
    pub(crate) const fn mark(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
