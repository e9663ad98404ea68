//! Reading nodes with a bound, and reading them in vain.

use anyhow::{Context as _, Result, bail, ensure};
use core::time::Duration;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

/// What bytes that are under way may take.
const PATIENCE: Timespec = Timespec { tv_sec: 15, tv_nsec: 0 };
/// What a blocked read may take to see the end of its device.
const END: Duration = Duration::from_secs(15);
/// How long a read must have waited to count as blocked.
const BLOCKED: Duration = Duration::from_millis(200);

/// Reads `length` bytes, in as many pieces as it takes.
///
/// # Errors
/// If they do not come in time, or reading fails.
pub(crate) fn read_exactly(mut file: &File, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        if poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&PATIENCE))? == 0 {
            bail!("{filled} of {length} bytes came");
        }
        let read = file.read(&mut bytes[filled..]).with_context(|| format!("after {filled} bytes"))?;
        ensure!(read > 0, "the end after {filled} of {length} bytes");
        filled += read;
    }
    Ok(bytes)
}

/// One read in a thread of its own, which is left behind if it never ends.
pub(crate) struct Blocked(Receiver<io::Result<Vec<u8>>>);

/// Reads from a device that has nothing, and returns once the read waits.
///
/// # Errors
/// If the read ends at once.
pub(crate) fn block_in_read(file: &File, length: usize) -> Result<Blocked> {
    let begun = begin_read(file, length)?;
    match begun.0.recv_timeout(BLOCKED) {
        Err(RecvTimeoutError::Timeout) => Ok(begun),
        early => bail!("the read did not wait: {early:?}"),
    }
}

/// Begins to read.
///
/// # Errors
/// If there are no more descriptors.
pub(crate) fn begin_read(file: &File, length: usize) -> Result<Blocked> {
    let mut file = file.try_clone()?;
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = vec![0; length];
        let read = file.read(&mut bytes).map(|read| {
            bytes.truncate(read);
            bytes
        });
        drop(file); // an open node keeps its name from the next device
        let _nobody_waits_any_more = sender.send(read);
    });
    Ok(Blocked(receiver))
}

impl Blocked {
    /// What the read came to, once something has ended it.
    ///
    /// # Errors
    /// If it goes on waiting.
    pub(crate) fn outcome(self) -> Result<io::Result<Vec<u8>>> {
        self.0.recv_timeout(END).context("the read still waits")
    }

    /// Checks that the read failed with this error.
    ///
    /// # Errors
    /// If it did not.
    pub(crate) fn fails_with(self, expected: rustix::io::Errno) -> Result<()> {
        let outcome = self.outcome()?;
        let errno = outcome.as_ref().err().and_then(rustix::io::Errno::from_io_error);
        ensure!(errno == Some(expected), "{outcome:?} instead of {expected:?}");
        Ok(())
    }
}
