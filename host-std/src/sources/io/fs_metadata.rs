//! The time of making a file and letting it go.
//!
//! The physical effect: little of its own. A file system finds a free inode, writes to its journal in memory, takes locks that others hold, and
//! sometimes waits while the journal goes to the disk. What is read: ticks of making a file without a name in a directory for temporary files,
//! changing its mode, asking for its state and closing it. Everybody who uses the same file system influences it: a view of the same noise as
//! `jitter_loop`, without claim.
//!
//! No name ever appears, so nothing can be left behind; the journal is written now and then, so it must be named. What can go wrong: a file
//! system or a kernel without such files (absent); no right, no inode left, no descriptor left.
//!
//! Reference: open(2), O_TMPFILE.

use super::own_file::error_of;
use super::places::directories;
use crate::sources::timed::{Timed, Work, here};
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Mode, OFlags, fchmod, fstat, open, openat};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "fs_metadata",
    description: "ticks of making, changing and dropping a file without a name",
    physics: "locks, the inode tables and the journal of a file system vary its calls",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<FsMetadata>::KIND;

struct FsMetadata {
    directory: OwnedFd,
}

impl Work for FsMetadata {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["spotlight_timing"];
    const OPT_IN: bool = true;

    /// One: what is timed is the kernel, whichever disk is behind it.
    fn find() -> Vec<Candidate> {
        let mut found = directories();
        found.truncate(1);
        for candidate in found.iter_mut().filter(|candidate| candidate.access == Access::Ready) {
            let path = candidate.path.take();
            *candidate = Candidate { path, ..here() };
        }
        found
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut this = Self { directory: open(path, flags, Mode::empty()).map_err(error_of)? };
        this.run()?;
        Ok(this)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = openat(&self.directory, ".", flags, Mode::RUSR | Mode::WUSR).map_err(error_of)?;
        fchmod(&file, Mode::RUSR).map_err(error_of)?;
        core::hint::black_box(fstat(&file).map_err(error_of)?);
        Ok(())
    }
}
