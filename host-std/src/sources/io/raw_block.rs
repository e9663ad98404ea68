//! The time of reading a block of a whole disk past the page cache.
//!
//! The physical effect: that of `direct_read`, without a file system between and over the whole medium, so that the controller's own cache seldom
//! helps. What is read: ticks of one `pread` of 4 KiB with O_DIRECT at places that step over the disk by the golden section, in the same order at
//! every opening. Whoever uses the disk, the host of a virtual one above all, influences it.
//!
//! The disk is opened for reading only. What is read is the users' data: it stays in one block of memory that nobody sees and that is wiped.
//!
//! What can go wrong: no right (root or the group disk); no node in /dev (containers); the disk goes away (ENXIO, EIO) or fails. A call waits as long as
//! the kernel waits for the device, 30 s with common drivers.
//!
//! Reference: open(2), O_DIRECT; Linux, Documentation/ABI/stable/sysfs-block.

use super::disks::{Disk, disks};
use super::own_file::{BLOCK, Block, error_of, read_block};
use crate::sources::timed::{Timed, Work};
use crate::{Access, Candidate, Class, SourceKind, Virtualised};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Mode, OFlags, SeekFrom, open, seek};
use rustix::io::Errno;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "raw_block",
    description: "ticks of reading a block of a whole disk past the page cache",
    physics: "a disk's controller, its queues and its medium vary the time to an answer",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<RawBlock>::KIND;

struct RawBlock {
    disk: OwnedFd,
    walk: Walk,
    block: Box<Block>,
    offset: u64,
}

impl Work for RawBlock {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] = &["nvme_raw_device"];
    /// It reads a raw device.
    const OPT_IN: bool = true;

    fn find() -> Vec<Candidate> {
        nodes("no disk of this machine is shown in /sys/block", disks().into_iter())
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::DIRECT | OFlags::CLOEXEC;
        let disk = open(path, flags, Mode::empty()).map_err(error_of)?;
        let bytes = seek(&disk, SeekFrom::End(0)).map_err(error_of)?;
        let walk = Walk::over(bytes / BLOCK as u64).ok_or(SourceError::Absent)?;
        Ok(Self { disk, walk, block: Block::new(), offset: 0 })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.offset = self.walk.next() * BLOCK as u64;
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        read_block(&self.disk, self.offset, &mut self.block)
    }
}

/// Candidates for the nodes of `disks`, one for each device, or the reason why there is none.
pub(super) fn nodes(none: &str, disks: impl Iterator<Item = Disk>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for disk in disks {
        if found.iter().all(|other| other.instance != disk.instance) {
            let path = Path::new("/dev").join(&disk.name);
            found.push(node(path, disk.instance, disk.virtualised));
        }
    }
    if found.is_empty() {
        found.push(Candidate::missing(Access::Absent, none));
    }
    found
}

/// The candidate for a device's node, judged by opening it for reading: its rights do not tell what a container may do.
pub(super) fn node(path: PathBuf, instance: u8, virtualised: Virtualised) -> Candidate {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let shown = path.display();
    let (access, reason) = match open(&path, flags, Mode::empty()) {
        Ok(_) => (Access::Ready, String::new()),
        Err(Errno::ACCESS) => {
            (Access::Denied, format!("reading {shown} needs root or the group that owns it"))
        }
        Err(Errno::PERM) => (
            Access::Denied,
            format!("reading {shown} is refused by the container's list of devices or its like"),
        ),
        Err(error @ (Errno::NOENT | Errno::NODEV | Errno::NXIO)) => {
            (Access::Absent, format!("{shown}: {error}"))
        }
        Err(error) => (Access::Broken, format!("{shown}: {error}")),
    };
    Candidate { instance, virtualised, access, reason, path: Some(path), ..Candidate::ready() }
}

/// Blocks in an order that spreads evenly at every length: steps of the golden section.
struct Walk {
    blocks: u64,
    step: u64,
    at: u64,
}

impl Walk {
    /// A walk over `blocks`, at least one.
    fn over(blocks: u64) -> Option<Self> {
        let step = (u128::from(blocks) * 618_034 / 1_000_000) as u64 | 1;
        (blocks > 0).then_some(Self { blocks, step, at: 0 })
    }

    fn next(&mut self) -> u64 {
        self.at = (self.at + self.step) % self.blocks;
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::super::own_file::{OwnFile, SPAN};
    use super::*;
    use rustix::fs::fcntl_getfl;
    use std::collections::HashSet;
    use std::os::fd::{AsFd, AsRawFd};

    #[test]
    fn a_walk_stays_on_the_disk_and_seldom_comes_back() {
        for blocks in [1, 2, 3, 1000, 67_108_864, u64::MAX / 4096] {
            let mut walk = Walk::over(blocks).unwrap();
            let places: Vec<u64> = (0..500).map(|_| walk.next()).collect();
            assert!(places.iter().all(|place| *place < blocks));
            let different = places.into_iter().collect::<HashSet<_>>().len();
            assert!(blocks < 1000 || different >= 500 - 1, "{blocks}: {different}");
        }
        assert!(Walk::over(0).is_none());
    }

    /// A file stands for a disk: what matters is that it is read past the cache and never written.
    #[test]
    fn a_disk_is_opened_for_reading_only_and_read_in_whole_blocks() {
        let Ok(file) = OwnFile::new(Some(&std::env::temp_dir())) else { return }; // no disk is behind it
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_fd().as_raw_fd()));
        let candidate = node(path, 0, Virtualised::No);
        assert_eq!(candidate.access, Access::Ready);
        let mut raw = RawBlock::open(&candidate).unwrap();
        let flags = fcntl_getfl(&raw.disk).unwrap();
        assert!(flags.contains(OFlags::DIRECT) && !flags.intersects(OFlags::WRONLY | OFlags::RDWR));
        for _ in 0..20 {
            raw.prepare().unwrap();
            assert_eq!((raw.offset % BLOCK as u64, raw.run()), (0, Ok(())));
        }
        raw.offset = SPAN;
        assert_eq!(raw.run(), Err(SourceError::Io), "past the end");
    }

    #[test]
    fn a_node_that_is_not_there_is_absent() {
        let candidate = node(PathBuf::from("/dev/no-such-disk"), 3, Virtualised::No);
        assert_eq!((candidate.access, candidate.instance), (Access::Absent, 3));
        assert!(RawBlock::open(&candidate).is_err());
        assert_eq!(nodes("none", core::iter::empty())[0].reason, "none");
    }
}
