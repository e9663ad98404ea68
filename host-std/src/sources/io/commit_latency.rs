//! The time until a disk has made a write durable.
//!
//! The physical effect: a flush makes the controller empty its write cache, and cells take their time to be programmed, a platter to come round. What
//! is read: ticks of overwriting one block of an own file past the page cache, with fdatasync(2). Everybody who uses the disk influences it; behind
//! a virtual disk the hypervisor decides what a flush is.
//!
//! It wears the disk: hundred writes of 4 KiB a second at most, and it must be named. What can go wrong: tmpfs and others (absent: no write to storage
//! is counted); no space or no right; the disk fails (EIO). A call waits as long as the kernel waits for the device.
//!
//! Reference: fdatasync(2).

use super::own_file::{Block, OwnFile, Traffic, error_of, reaches_device};
use super::places::places;
use crate::sources::pace::Pace;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::time::Duration;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::fdatasync;

static INFO: SourceInfo = SourceInfo {
    name: "commit_latency",
    description: "ticks of overwriting a block of an own file and waiting until it is durable",
    physics: "write caches, garbage collection and the programming of cells vary a flush",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Consent,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

/// From one write to the next.
const PAUSE: Duration = Duration::from_millis(10);

pub(super) static KIND: &dyn SourceKind = &Timed::<CommitLatency>::KIND;

struct CommitLatency {
    file: OwnFile,
    block: Box<Block>,
    writes: u64,
    pace: Pace,
}

impl CommitLatency {
    fn commit(&self) -> Result<(), SourceError> {
        self.file.write(0, &self.block)?;
        fdatasync(&self.file).map_err(error_of)
    }
}

impl Work for CommitLatency {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] = &["fsync_journal"];
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        places()
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let file = OwnFile::new(candidate.path.as_deref())?;
        let this = Self { file, block: Block::new(), writes: 0, pace: Pace::new(PAUSE) };
        match reaches_device(Traffic::Written, || this.commit())? {
            true => Ok(this),
            false => Err(SourceError::Absent),
        }
    }

    /// Waits for its turn, and counts, so that no layer finds the block unchanged.
    fn prepare(&mut self) -> Result<(), SourceError> {
        self.pace.wait()?;
        self.writes += 1;
        self.block.0[..8].copy_from_slice(&self.writes.to_le_bytes());
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.commit()
    }
}
