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
use crate::sources::patience::PATIENCE_SPEC;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::user_fault::UserFaults;
use crate::sys::{Mapping, os, page_size};
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// Faults in a row that may be told of and then be gone.
const MOST_FRUITLESS: u32 = 1000;

pub(super) static KIND: &dyn SourceKind = &Timed::<UserFault>::KIND;

/// What both threads see.
#[derive(Default)]
struct Shared {
    /// Faults that were answered.
    answered: AtomicU64,
    /// Whether the partner is to end, should it not hear of that through the pipe.
    is_over: AtomicBool,
}

struct UserFault {
    page: Mapping,
    shared: Arc<Shared>,
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
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let partner = Partner::start(INFO.name, move || {
            // Whatever ended it, its descriptor closes now, and a round that waits for it goes on and fails.
            let _ended = serve(&faults, &ending, &theirs);
        })?;
        Ok(Self { page, shared, before: 0, end, partner })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.partner.here()?;
        self.before = self.shared.answered.load(Ordering::Acquire);
        os::memory::discard(&mut self.page)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.page.look();
        match self.shared.answered.load(Ordering::Acquire) == self.before.wrapping_add(1) {
            true => Ok(()),
            false => Err(SourceError::Disconnected),
        }
    }
}

impl Drop for UserFault {
    fn drop(&mut self) {
        let Self { shared, end, partner, .. } = self;
        partner.end(|| hang_up(shared, end));
    }
}

/// Ends the partner by a byte: the pipe's end may live on in a forked child.
fn hang_up(shared: &Shared, mut end: &PipeWriter) {
    shared.is_over.store(true, Ordering::Release);
    // Where the pipe takes no byte, the partner looks up by itself.
    let _written = end.write_all(&[0]);
}

/// Answers faults until something comes through the pipe.
fn serve(faults: &UserFaults, ending: &PipeReader, shared: &Shared) -> Result<(), SourceError> {
    let page_size = page_size();
    let mut fruitless = 0;
    while !shared.is_over.load(Ordering::Acquire) {
        let mut waits = [PollFd::new(faults, PollFlags::IN), PollFd::new(ending, PollFlags::IN)];
        match poll(&mut waits, Some(&PATIENCE_SPEC)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(SourceError::Io),
        }
        if !waits[1].revents().is_empty() {
            return Ok(());
        }
        let is_told = !waits[0].revents().is_empty();
        let is_answered = faults.serve(page_size, || {
            shared.answered.fetch_add(1, Ordering::Release);
        })?;
        // A fault that is told of and cannot be taken would keep its thread, and this one, for ever.
        fruitless = if is_told && !is_answered { fruitless + 1 } else { 0 };
        if fruitless > MOST_FRUITLESS {
            return Err(SourceError::Protocol);
        }
    }
    Ok(())
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
            assert_eq!(work.shared.answered.load(Ordering::Acquire), round);
        }
        let told = in_child(|| vec![u8::from(work.prepare() == Err(SourceError::Disconnected))]);
        assert_eq!(told, [1]);
        let UserFault { shared, end, partner, .. } = &mut work;
        partner.end(|| hang_up(shared, end));
        work.prepare().unwrap();
        assert_eq!(work.run(), Err(SourceError::Disconnected));
    }
}
