//! The time of a page fault that a disk has to answer.
//!
//! The physical effect: that of `direct_read`, reached through the memory management: a page that was dropped from the cache comes back from the
//! disk. What is read: ticks of faulting in one page of a mapped own file by MADV_POPULATE_READ, which answers with an error where a touch would end
//! the program. Before each round the page is dropped, and the kernel asked whether it is gone; one that stays is no reading. Everybody who
//! uses the disk influences it; behind a virtual disk the hypervisor answers.
//!
//! What can go wrong: Linux before 5.14 (absent); tmpfs and others (absent); no space or no right for 128 KiB; the disk fails (EIO).
//!
//! Reference: madvise(2), posix_fadvise(2), mincore(2).

use super::own_file::{OwnFile, SPAN, Traffic, error_of, reaches_device};
use super::places::places;
use crate::sources::timed::{Timed, Work};
use crate::sys::linux::file_map::FileMap;
use crate::{Candidate, Class, SourceKind};
use core::num::NonZero;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Advice, fadvise};

static INFO: SourceInfo = SourceInfo {
    name: "page_cache_map",
    description: "ticks of a page fault on a mapped own file that was dropped from the page cache",
    physics: "a disk's controller, its queues and its medium vary the time to an answer",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

/// Bytes dropped from the cache: only whole pages are, and pages have up to 64 KiB.
const DROPPED: NonZero<u64> = NonZero::new(65_536).unwrap();

pub(super) static KIND: &dyn SourceKind = &Timed::<PageCacheMap>::KIND;

struct PageCacheMap {
    file: OwnFile,
    map: FileMap,
    offset: u64,
}

impl PageCacheMap {
    /// Drops the page from the mapping and from the cache.
    fn forget(&self) -> Result<(), SourceError> {
        self.map.drop_page(self.offset)?;
        fadvise(&self.file, self.offset, Some(DROPPED), Advice::DontNeed).map_err(error_of)
    }
}

impl Work for PageCacheMap {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    /// It writes a little when it is opened.
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        places()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let file = OwnFile::new(candidate.path.as_deref())?;
        let map = FileMap::new(&file, SPAN)?;
        let mut this = Self { file, map, offset: 0 };
        this.prepare()?;
        match reaches_device(Traffic::Read, || this.run())? {
            true => Ok(this),
            false => Err(SourceError::Absent),
        }
    }

    /// Drops the page of the round before, while this processor still has it in its own list, and makes sure that the next is out.
    fn prepare(&mut self) -> Result<(), SourceError> {
        self.forget()?;
        self.offset = self.file.next();
        match self.map.is_cached(self.offset)? {
            true => Err(SourceError::NotReady),
            false => Ok(()),
        }
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.map.fault_in(self.offset)
    }
}
