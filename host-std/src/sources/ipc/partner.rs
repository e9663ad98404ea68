//! A thread that answers what a source sends.

use super::answers::PATIENCE;
use super::errno::error_of;
use openentropy_core::SourceError;
use rustix::process::{Pid, getpid};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

/// The thread, on one processor, and the process that has it.
pub(super) struct Partner {
    thread: Option<JoinHandle<()>>,
    process: Pid,
}

impl Partner {
    /// Starts `answer` in a thread that stays on the highest processor it may use.
    ///
    /// # Errors
    /// [`SourceError::Denied`] where a filter forbids that; [`SourceError::Timeout`] when the thread does not run within [`PATIENCE`];
    /// [`SourceError::Io`] when there can be no more threads.
    pub(super) fn start(name: &str, answer: impl FnOnce() + Send + 'static) -> Result<Self, SourceError> {
        let (tell, told) = sync_channel(1);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let stays = stay();
            if tell.send(stays).is_ok() && stays.is_ok() {
                answer();
            }
        });
        let thread = thread.map_err(|_| SourceError::Io)?;
        told.recv_timeout(PATIENCE).map_err(|_| SourceError::Timeout)??;
        Ok(Self { thread: Some(thread), process: getpid() })
    }

    /// Hangs up and waits for the thread, which ends upon that.
    ///
    /// A forked child has a copy of this value and no such thread, and what it shares with its parent still serves the parent: there, nothing happens.
    pub(super) fn end(&mut self, hang_up: impl FnOnce()) {
        let Some(thread) = self.thread.take() else { return };
        match getpid() == self.process {
            true => {
                hang_up();
                let _panicked = thread.join();
            }
            false => core::mem::forget(thread),
        }
    }
}

/// Keeps this thread on the highest processor that it may use.
fn stay() -> Result<(), SourceError> {
    let allowed = sched_getaffinity(None).map_err(error_of)?;
    let highest = (0..CpuSet::MAX_CPU).rev().find(|cpu| allowed.is_set(*cpu)).ok_or(SourceError::Io)?;
    let mut one = CpuSet::new();
    one.set(highest);
    sched_setaffinity(None, &one).map_err(error_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn the_partner_ends_with_its_owner_and_not_in_a_child() {
        let (hang_up, heard) = sync_channel::<()>(1);
        let mut partner = Partner::start("partner", move || assert!(heard.recv().is_err())).unwrap();
        let began = Instant::now();
        let process = partner.process;
        partner.process = Pid::INIT; // as in a child, where the thread cannot be waited for
        partner.end(|| panic!("the parent still talks"));
        assert!(began.elapsed() < PATIENCE && process != Pid::INIT);
        let mut partner = Partner::start("partner", || {}).unwrap();
        partner.end(|| drop(hang_up));
        partner.end(|| panic!("it has ended"));
    }
}
