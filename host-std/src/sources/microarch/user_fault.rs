//! A page fault that another thread of the process answers.
//!
//! The physical effect: the kernel puts the thread to sleep that touches a missing page, wakes the thread that answers faults, and wakes the first one when
//! the page is there: two trips through the run queue. What is read: ticks of one load from a page whose memory was given back before,
//! untimed. Everybody who loads the machine influences it: a view of the scheduler's noise.
//!
//! What can go wrong: the kernel lacks userfaultfd or its user-mode form (absent), or a seccomp profile forbids it, as containers' default ones do
//! (denied). If the answering thread ends, for whatever reason, its descriptor closes with it: the kernel then lets the waiting thread go on
//! with an ordinary page, and the round is a disconnection. The wait is bounded by the scheduler alone, as any page fault's is.
//!
//! Reference: userfaultfd(2), ioctl_userfaultfd(2).

use crate::sources::timed::{self, Timed, Work};
use crate::sys::os::user_fault::{UserFaults, access_of};
use crate::sys::{Mapping, os, page_size};
use crate::{Access, Candidate, SourceKind};
use core::sync::atomic::{AtomicU64, Ordering};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{PollFd, PollFlags, poll};
use std::io::{PipeReader, PipeWriter, pipe};
use std::process;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

static INFO: SourceInfo = SourceInfo {
    name: "user_fault",
    description: "ticks of a page fault that another thread of the process answers",
    physics: "two wake-ups, each when the scheduler and its interrupts come to it",
    category: SourceCategory::Microarch,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<UserFault>::KIND;

struct UserFault {
    server: Server,
    page: Mapping,
    served: u64,
}

impl Work for UserFault {
    const INFO: &'static SourceInfo = &INFO;

    fn find() -> Vec<Candidate> {
        vec![match UserFaults::open() {
            Ok(_) => timed::here(),
            Err(error) => {
                let (access, reason) = access_of(error);
                Candidate::missing(access, reason)
            }
        }]
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let faults = UserFaults::open().map_err(|error| match access_of(error).0 {
            Access::Absent => SourceError::Absent,
            Access::Denied => SourceError::Denied,
            _ => SourceError::Io,
        })?;
        let page = Mapping::new(page_size())?;
        faults.register(&page)?;
        Ok(Self { server: Server::start(faults)?, page, served: 0 })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.served = self.server.served.load(Ordering::Acquire);
        os::memory::discard(&mut self.page)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.look();
        match self.server.served.load(Ordering::Acquire) == self.served.wrapping_add(1) {
            true => Ok(()),
            false => Err(SourceError::Disconnected),
        }
    }
}

/// The thread that answers; it leaves when the other end of its pipe is closed.
struct Server {
    thread: Option<JoinHandle<Result<(), SourceError>>>,
    end: Option<PipeWriter>,
    served: Arc<AtomicU64>,
    /// The process that started it: a forked child has no such thread, and joins none.
    process: u32,
}

impl Server {
    fn start(faults: UserFaults) -> Result<Self, SourceError> {
        let (ending, end) = pipe().map_err(|_| SourceError::Io)?;
        let served = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&served);
        let thread = thread::Builder::new()
            .name(String::from(INFO.name))
            .spawn(move || serve(&faults, &ending, &theirs))
            .map_err(|_| SourceError::Io)?;
        Ok(Self { thread: Some(thread), end: Some(end), served, process: process::id() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        if let (Some(thread), true) = (self.thread.take(), process::id() == self.process) {
            let _gone_either_way = thread.join();
        }
    }
}

/// Answers faults until the pipe's other end is closed.
fn serve(faults: &UserFaults, ending: &PipeReader, served: &AtomicU64) -> Result<(), SourceError> {
    let page_size = page_size();
    loop {
        let mut waits = [PollFd::new(faults, PollFlags::IN), PollFd::new(ending, PollFlags::IN)];
        match poll(&mut waits, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(SourceError::Io),
        }
        if !waits[1].revents().is_empty() {
            return Ok(());
        }
        faults.serve(page_size, || {
            served.fetch_add(1, Ordering::Release);
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_answered_until_the_server_is_gone_and_then_the_round_fails() {
        if UserFault::find()[0].access != Access::Ready {
            return; // this kernel or its policy has none
        }
        let mut work = UserFault::open(&Candidate::ready()).unwrap();
        for round in 1..=3 {
            work.prepare().unwrap();
            work.run().unwrap();
            assert_eq!(work.server.served.load(Ordering::Acquire), round);
        }
        drop(work.server.end.take());
        work.server.thread.take().unwrap().join().unwrap().unwrap();
        work.prepare().unwrap();
        assert_eq!(work.run(), Err(SourceError::Disconnected));
    }
}
