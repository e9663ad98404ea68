//! What this process holds, told without any call that a filter of these tests forbids.

use core::time::Duration;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::thread::sleep;
use std::time::Instant;

/// Descriptors with higher numbers are not looked for.
const HIGHEST: u32 = 256;
/// What the kernel may take to forget a thread that was joined.
const SETTLING: Duration = Duration::from_secs(5);

/// Descriptors and threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    descriptors: usize,
    threads: u64,
}

impl Held {
    /// By statx(2) alone: a folder has two links more than it has folders, here one for each thread.
    pub(crate) fn now() -> Self {
        let descriptors = (0..HIGHEST).filter(is_open).count();
        Self { descriptors, threads: fs::metadata("/proc/self/task").unwrap().nlink() - 2 }
    }

    /// The number that the next descriptor gets.
    pub(crate) fn next_descriptor() -> u64 {
        u64::from((0..HIGHEST).find(|number| !is_open(number)).unwrap_or(HIGHEST))
    }

    /// Whether no more is held than before, or soon is not.
    pub(crate) fn is_back(self) -> bool {
        let began = Instant::now();
        while began.elapsed() < SETTLING {
            let now = Self::now();
            if now.descriptors <= self.descriptors && now.threads <= self.threads {
                return true;
            }
            sleep(Duration::from_millis(1));
        }
        false
    }
}

fn is_open(number: &u32) -> bool {
    fs::symlink_metadata(format!("/proc/self/fd/{number}")).is_ok()
}
