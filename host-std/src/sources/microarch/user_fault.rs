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

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::partner::Partner;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::user_fault::UserFaults;
use crate::sys::{Mapping, os, page_size};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicU64, Ordering};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{PollFd, PollFlags, poll};
use std::io::{PipeReader, PipeWriter, Write, pipe};
use std::sync::Arc;

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
    page: Mapping,
    /// Faults that were answered.
    answered: Arc<AtomicU64>,
    /// What it was before the round.
    before: u64,
    end: PipeWriter,
    partner: Partner,
}

impl Work for UserFault {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let facility = "userfaultfd(2) for user mode (CONFIG_USERFAULTFD, Linux 5.11)";
        asked(
            UserFaults::open(),
            here(),
            facility,
            "a seccomp filter or a security module forbids userfaultfd(2)",
        )
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let faults = UserFaults::open().map_err(error_of)?;
        let page = Mapping::new(page_size())?;
        faults.register(&page)?;
        let (ending, end) = pipe().map_err(|_| SourceError::Io)?;
        let answered = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&answered);
        let partner = Partner::start(INFO.name, move || {
            // Whatever ended it, its descriptor closes now, and a round that waits for it goes on and fails.
            let _ended = serve(&faults, &ending, &theirs);
        })?;
        Ok(Self { page, answered, before: 0, end, partner })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.partner.here()?;
        self.before = self.answered.load(Ordering::Acquire);
        os::memory::discard(&mut self.page)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.look();
        match self.answered.load(Ordering::Acquire) == self.before.wrapping_add(1) {
            true => Ok(()),
            false => Err(SourceError::Disconnected),
        }
    }
}

impl Drop for UserFault {
    fn drop(&mut self) {
        let Self { end, partner, .. } = self;
        partner.end(|| hang_up(end));
    }
}

/// Ends the partner by a byte: the pipe's end may live on in a forked child.
fn hang_up(mut end: &PipeWriter) {
    // A pipe that is open and empty takes a byte; nothing else could be done.
    let _written = end.write_all(&[0]);
}

/// Answers faults until something comes through the pipe.
fn serve(faults: &UserFaults, ending: &PipeReader, answered: &AtomicU64) -> Result<(), SourceError> {
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
            answered.fetch_add(1, Ordering::Release);
        })?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Access;
    use crate::sys::in_child;

    #[test]
    fn faults_are_answered_until_the_partner_is_gone_and_then_the_round_fails() {
        if UserFault::find()[0].access != Access::Ready {
            return; // this kernel or its policy has none
        }
        let mut work = UserFault::open(&Candidate::ready()).unwrap();
        for round in 1..=3 {
            work.prepare().unwrap();
            work.run().unwrap();
            assert_eq!(work.answered.load(Ordering::Acquire), round);
        }
        let told = in_child(|| vec![u8::from(work.prepare() == Err(SourceError::Disconnected))]);
        assert_eq!(told, [1]);
        let UserFault { end, partner, .. } = &mut work;
        partner.end(|| hang_up(end));
        work.prepare().unwrap();
        assert_eq!(work.run(), Err(SourceError::Disconnected));
    }
}
