//! The time of one byte through a pipe.
//!
//! The physical effect: none of its own. Writing takes the pipe's lock and a page of its buffer, reading gives the page back, so the time tells of
//! caches, of the page allocator and of interrupts. What is read: ticks of a write and a read of one byte on a kept pipe. Everybody who loads the
//! machine influences it. A view of the same noise as `jitter_loop`, without claim.
//!
//! What can go wrong: the user's pipes may be used up, which opening then says. Neither end ever waits; an end that would is an error.
//!
//! Reference: pipe(7).

use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::{read, write};
use std::io::{PipeReader, PipeWriter, pipe};

static INFO: SourceInfo = SourceInfo {
    name: "pipe_transfer",
    description: "ticks of one byte written to a pipe and read back",
    physics: "cache state, the page allocator and interrupts vary the kernel's path through a pipe",
    category: SourceCategory::Ipc,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<PipeTransfer>::KIND;

struct PipeTransfer {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Work for PipeTransfer {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;
    const ALIASES: &'static [&'static str] = &["pipe_buffer"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let (reader, writer) = pipe().map_err(|_| SourceError::Io)?;
        fcntl_setfl(&reader, OFlags::NONBLOCK).map_err(error_of)?;
        fcntl_setfl(&writer, OFlags::NONBLOCK).map_err(error_of)?;
        Ok(Self { reader, writer })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        let written = write(&self.writer, &[0]).map_err(error_of)?;
        let taken = read(&self.reader, &mut [0_u8]).map_err(error_of)?;
        match (written, taken) {
            (1, 1) => Ok(()),
            _ => Err(SourceError::Io),
        }
    }
}
