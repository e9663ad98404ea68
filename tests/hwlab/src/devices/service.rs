//! Threads that answer or act for a device, and end with it.

use anyhow::Result;
use core::time::Duration;
use rustix::event::{PollFd, PollFlags, poll};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;

/// Dropping it ends the service, which closes its file: the device is gone.
pub(super) struct Service {
    _end: OwnedFd,
}

impl Service {
    /// Calls `answer` whenever `file` has something to read, until it fails.
    ///
    /// # Errors
    /// If there are no more descriptors.
    pub(super) fn start(
        mut file: File,
        mut answer: impl FnMut(&mut File) -> io::Result<()> + Send + 'static,
    ) -> Result<Self> {
        let (stop, end) = rustix::pipe::pipe()?;
        thread::spawn(move || {
            loop {
                let mut both = [PollFd::new(&file, PollFlags::IN), PollFd::new(&stop, PollFlags::IN)];
                let polled = poll(&mut both, None);
                let [_, stopped] = both;
                if polled.is_err() || !stopped.revents().is_empty() || answer(&mut file).is_err() {
                    return;
                }
            }
        });
        Ok(Self { _end: end })
    }
}

/// Something done at regular times; dropping it ends that.
pub(super) struct Ticking {
    _end: Sender<()>,
}

impl Ticking {
    /// Calls `tick` at once and then every `period`, until it says that it failed.
    pub(super) fn start(period: Duration, mut tick: impl FnMut() -> bool + Send + 'static) -> Self {
        let (end, stop) = channel::<()>();
        thread::spawn(move || while tick() && stop.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {});
        Self { _end: end }
    }
}
