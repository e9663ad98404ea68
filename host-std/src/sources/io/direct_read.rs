//! The time of reading a block from a disk past the page cache.
//!
//! The physical effect: the device's own controller queues, looks into its tables and caches, reads cells or waits for a platter, and answers by
//! interrupt. What is read: ticks of one `pread` of 4 KiB with O_DIRECT, at 32 places of an own file in a fixed order. Everybody who uses the
//! same disk, on a virtual machine other guests and the host, influences it; behind a virtio disk a program of the hypervisor answers, perhaps from
//! memory. The part of the processor and the kernel in the time is the same noise as `jitter_loop`.
//!
//! What can go wrong: tmpfs and others refuse O_DIRECT or pretend to follow it (absent: the file system's name is looked at, and at opening the
//! kernel must have counted a read from storage); no space or no right for 128 KiB; the disk fails (EIO). A call waits as long as the kernel waits
//! for the device, 30 s with common drivers.
//!
//! Reference: open(2), O_DIRECT.

use super::own_file::{Block, OwnFile};
use super::places::places;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "direct_read",
    description: "ticks of reading a block of an own file past the page cache",
    physics: "a disk's controller, its queues and its medium vary the time to an answer",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<DirectRead>::KIND;

struct DirectRead {
    file: OwnFile,
    block: Box<Block>,
    offset: u64,
}

impl Work for DirectRead {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] = &["disk_io", "nvme_latency"];
    /// It writes a little when it is opened.
    const OPT_IN: bool = true;

    fn find() -> Vec<Candidate> {
        places()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { file: OwnFile::new(candidate.path.as_deref())?, block: Block::new(), offset: 0 })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.offset = self.file.next();
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.file.read(self.offset, &mut self.block)
    }
}
