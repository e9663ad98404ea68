//! How long the kernel takes to tell that a file has changed.
//!
//! The physical effect: none of its own. A change takes the file's locks, an event is allocated and queued, and read; caches, the allocator's state
//! and interrupts vary the time. What is read: ticks from before an ftruncate(2) to after reading its event. Everybody who loads the machine influences
//! it: a view of the same noise as `jitter_loop`, without claim.
//!
//! The file is one in memory without a name, and its length stays as it is: being set is the event.
//!
//! What can go wrong: /proc is not mounted, by which the nameless file is reached; a filter forbids a call; the user's inotify instances or
//! watches are used up (`fs.inotify.max_user_instances`); the event does not come within a second, or another comes: errors, no
//! readings.
//!
//! Reference: inotify(7), memfd_create(2).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::patience::wait_for;
use crate::sources::timed::{Timed, Work, here};
use crate::{Candidate, Class, SourceKind};
use core::mem::MaybeUninit;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::event::PollFlags;
use rustix::fs::{Access, MemfdFlags, access, ftruncate, inotify, memfd_create};
use rustix::io::Errno;
use std::os::fd::{AsRawFd, OwnedFd};

static INFO: SourceInfo = SourceInfo {
    name: "fs_notify",
    description: "ticks from changing a file in memory to reading the event about it",
    physics: "locks, the kernel's allocator, caches and interrupts vary the way of a file event",
    category: SourceCategory::Scheduling,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

/// Room for one event, which has no name: exactly, so that two never come at once.
const EVENT: usize = 16;

pub(super) static KIND: &dyn SourceKind = &Timed::<FsNotify>::KIND;

struct FsNotify {
    file: OwnedFd,
    events: OwnedFd,
}

impl FsNotify {
    fn new() -> Result<Self, Errno> {
        let file = memfd_create(INFO.name, MemfdFlags::CLOEXEC)?;
        let events = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)?;
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        inotify::add_watch(&events, path, inotify::WatchFlags::MODIFY)?;
        Ok(Self { file, events })
    }

    /// Takes one event, which must be the right one.
    fn take(&self) -> Result<(), SourceError> {
        let mut room = [MaybeUninit::uninit(); EVENT + align_of::<u32>()];
        let mut reader = inotify::Reader::new(&self.events, &mut room);
        match reader.next() {
            Ok(event) if event.events() == inotify::ReadFlags::MODIFY => Ok(()),
            Ok(event) if event.events().contains(inotify::ReadFlags::QUEUE_OVERFLOW) => {
                Err(SourceError::Overrun)
            }
            Ok(_) => Err(SourceError::Protocol),
            Err(Errno::AGAIN) => Err(SourceError::NotReady),
            Err(errno) => Err(error_of(errno)),
        }
    }
}

impl Work for FsNotify {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    /// Sets no watch up, since the kernel takes milliseconds to take one down.
    fn find() -> Vec<Candidate> {
        let events = inotify::init(inotify::CreateFlags::CLOEXEC);
        let found = events.and_then(|_| access("/proc/self/fd", Access::EXISTS));
        let facility = "inotify_init1(2) within fs.inotify.max_user_instances, and /proc";
        asked(found, here(), facility, "a seccomp filter forbids inotify_init1(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Self::new().map_err(error_of)
    }

    /// Takes away what a failed round left.
    fn prepare(&mut self) -> Result<(), SourceError> {
        match self.take() {
            Ok(()) | Err(SourceError::NotReady) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn run(&mut self) -> Result<(), SourceError> {
        ftruncate(&self.file, 0).map_err(error_of)?;
        wait_for(&self.events, PollFlags::IN)?;
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_has_its_event_and_a_lost_watch_is_told() {
        let mut source = FsNotify::new().unwrap();
        for round in 0..100 {
            if round % 3 == 0 {
                ftruncate(&source.file, 0).unwrap(); // a round that ended before its event
            }
            source.prepare().unwrap();
            assert_eq!(source.run(), Ok(()));
            assert_eq!(source.take(), Err(SourceError::NotReady));
        }
        inotify::remove_watch(&source.events, 1).unwrap();
        assert_eq!(source.prepare(), Err(SourceError::Protocol), "the watch's end is an event of its own");
        assert_eq!(source.run(), Err(SourceError::Timeout));
    }
}
