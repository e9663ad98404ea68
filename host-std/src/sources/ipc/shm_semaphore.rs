//! The time of a word through shared memory to another thread and back.
//!
//! The physical effect: a write to an event counter wakes a thread that reads a word of shared memory, and its answer comes the same way. How long
//! a sleeping processor or a busy one takes for that depends on idle states, on the run queues and on interrupts, and the word moves
//! between caches. What is read: ticks of one round trip with a thread on another processor, where there is one, over two mappings of one memory. Everybody who
//! loads the machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: the thread may not answer within a second: a timeout, and the late answer is known by its number. In a forked child
//! there is no such thread (disconnected). A limit on locked or
//! mapped memory or on descriptors makes opening fail. The memory has no name and ends with the process.
//!
//! Reference: memfd_create(2), eventfd(2).

use super::answers::expect;
use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::partner::{Partner, Seat};
use crate::sources::patience::wait_for;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::shared_page::SharedPage;
use crate::{Candidate, Class, SourceKind};
use core::sync::atomic::Ordering;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::{EventfdFlags, PollFlags, eventfd};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, read, write};
use std::os::fd::OwnedFd;
use std::sync::Arc;

static INFO: SourceInfo = SourceInfo {
    name: "shm_semaphore",
    description: "ticks of a word to a thread and back through shared memory and event counters",
    physics: "idle states, the run queue, caches and interrupts vary the time from an event to the thread that waits for it",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<ShmSemaphore>::KIND;

/// The word that the source writes.
const QUESTION: usize = 0;
/// The word that the thread writes, in another cache line.
const ANSWER: usize = 16;
/// The question that ends the thread.
const STOP: u64 = u64::MAX;

/// The event counters by which the two wake each other.
struct Bells {
    there: OwnedFd,
    back: OwnedFd,
}

struct ShmSemaphore {
    page: SharedPage,
    bells: Arc<Bells>,
    turn: u64,
    partner: Partner,
}

impl Work for ShmSemaphore {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let answer = memfd_create(INFO.name, MemfdFlags::CLOEXEC);
        asked(answer, here(), "memfd_create(2)", "a seccomp filter forbids memfd_create(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let [page, other] = SharedPage::pair().map_err(error_of)?;
        let there = eventfd(0, EventfdFlags::CLOEXEC).map_err(error_of)?;
        let back = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(error_of)?;
        let bells = Arc::new(Bells { there, back });
        let theirs = Arc::clone(&bells);
        let partner = Partner::start(INFO.name, move || echo(&other, &theirs))?;
        Ok(Self { page, bells, turn: 0, partner })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.partner.sit(Seat::Other)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.turn = (self.turn + 1) % STOP;
        self.page.word(QUESTION).store(self.turn, Ordering::Release);
        ring(&self.bells.there).map_err(error_of)?;
        expect(self.turn, || {
            wait_for(&self.bells.back, PollFlags::IN)?;
            read(&self.bells.back, &mut [0; 8]).map_err(error_of)?;
            Ok(self.page.word(ANSWER).load(Ordering::Acquire))
        })
    }
}

impl Drop for ShmSemaphore {
    fn drop(&mut self) {
        let Self { page, bells, partner, .. } = self;
        partner.end(|| {
            page.word(QUESTION).store(STOP, Ordering::Release);
            // Where the bell does not ring, the thread looks up by itself.
            let _counted = ring(&bells.there);
        });
    }
}

fn ring(bell: &OwnedFd) -> Result<usize, Errno> {
    write(bell, &1_u64.to_ne_bytes())
}

/// Writes every question as the answer, until it is [`STOP`] or a call fails.
fn echo(page: &SharedPage, bells: &Bells) {
    loop {
        // Bounded, since the bell that tells of the end may fail to ring.
        let waited = wait_for(&bells.there, PollFlags::IN);
        let question = page.word(QUESTION).load(Ordering::Acquire);
        if question == STOP {
            return;
        }
        match waited {
            Ok(()) => {}
            Err(SourceError::Timeout | SourceError::NotReady) => continue,
            Err(_) => return,
        }
        if read(&bells.there, &mut [0; 8]).is_err() {
            return;
        }
        page.word(ANSWER).store(question, Ordering::Release);
        if ring(&bells.back).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_that_is_gone_is_waited_for_and_no_longer() {
        let mut semaphore = ShmSemaphore::open(&Candidate::ready()).unwrap();
        assert_eq!(semaphore.run(), Ok(()));
        let ShmSemaphore { page, bells, partner, .. } = &mut semaphore;
        partner.end(|| {
            page.word(QUESTION).store(STOP, Ordering::Release);
            ring(&bells.there).unwrap();
        });
        assert_eq!(semaphore.run(), Err(SourceError::Timeout));
        ring(&semaphore.bells.back).unwrap(); // a bell without an answer
        assert_eq!(semaphore.run(), Err(SourceError::Timeout));
    }
}
