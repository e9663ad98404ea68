//! A source's own file: without a name, read and written past the page cache, and shown by the kernel's account to be on a device.
//!
//! The file spans a gibibyte and holds 32 blocks of 4 KiB, one every 32 MiB: 128 KiB are written when it is made, and the rest is no space on the
//! disk. Blocks are taken in one fixed order that jumps over the span.
//!
//! Reference: open(2) O_TMPFILE and O_DIRECT; proc_pid_io(5).

use crate::sources::errno;
use openentropy_core::SourceError;
use rustix::fs::{CWD, Mode, OFlags, open, unlinkat};
use rustix::io::{Errno, pread, pwrite};
use rustix::process::{Resource, getrlimit};
use std::fs::read_to_string;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use zeroize::Zeroize;

/// Bytes of a block, which is no less than any disk's own.
pub(super) const BLOCK: usize = 4096;
/// Blocks in a file.
const BLOCKS: u64 = 32;
/// Bytes from one block to the next.
const STRIDE: u64 = 32 << 20;
/// Bytes that the file spans.
pub(super) const SPAN: u64 = BLOCKS * STRIDE;
/// Bytes that are written when a file is made.
pub(super) const WRITTEN: u64 = BLOCKS * BLOCK as u64;
/// From each block to the one that follows it in time: odd, so that all have their turn, and 0.6 of the span.
const JUMP: u64 = 19;

/// A block in memory at an address that direct reading and writing takes; wiped when it is dropped.
#[repr(C, align(4096))]
pub(super) struct Block(pub(super) [u8; BLOCK]);

impl Block {
    pub(super) fn new() -> Box<Self> {
        Box::new(Self([0; BLOCK]))
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// What the kernel counts of a thread's traffic with storage.
#[derive(Clone, Copy)]
pub(super) enum Traffic {
    Read,
    Written,
}

/// The file and the place at which its next block is.
pub(super) struct OwnFile {
    file: OwnedFd,
    turn: u64,
}

impl OwnFile {
    /// Makes the file in `directory` and writes its blocks.
    ///
    /// # Errors
    /// [`SourceError::Absent`] where the file system does not go past the page cache, or where no device was read by the kernel's account;
    /// [`SourceError::Denied`] where a file may not be that long; otherwise what a call met: no space, no right, a device that failed.
    pub(super) fn new(directory: Option<&Path>) -> Result<Self, SourceError> {
        if !may_span() {
            return Err(SourceError::Denied);
        }
        let file = nameless(directory.ok_or(SourceError::Absent)?, OFlags::DIRECT)?;
        let own = Self { file, turn: 0 };
        let mut block = Block::new();
        for number in 0..BLOCKS {
            block.0[..8].copy_from_slice(&number.to_le_bytes());
            own.write(number * STRIDE, &block)?;
        }
        match reaches_device(Traffic::Read, || own.read(0, &mut block))? {
            true => Ok(own),
            false => Err(SourceError::Absent),
        }
    }

    /// The offset of the block whose turn it is.
    pub(super) fn next(&mut self) -> u64 {
        self.turn = (self.turn + JUMP) % BLOCKS;
        self.turn * STRIDE
    }

    /// Reads one block past the page cache.
    pub(super) fn read(&self, offset: u64, block: &mut Block) -> Result<(), SourceError> {
        read_block(&self.file, offset, block)
    }

    /// Writes one block past the page cache.
    pub(super) fn write(&self, offset: u64, block: &Block) -> Result<(), SourceError> {
        match pwrite(&self.file, &block.0, offset) {
            Ok(BLOCK) => Ok(()),
            Ok(_) => Err(SourceError::Io),
            Err(error) => Err(error_of(error)),
        }
    }
}

impl AsFd for OwnFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// Reads one whole block.
pub(super) fn read_block(file: impl AsFd, offset: u64, block: &mut Block) -> Result<(), SourceError> {
    match pread(file, &mut block.0, offset) {
        Ok(BLOCK) => Ok(()),
        Ok(_) => Err(SourceError::Io),
        Err(error) => Err(error_of(error)),
    }
}

/// Whether this process may make a file of that length; a write beyond the limit would end it by a signal (RLIMIT_FSIZE, setrlimit(2)).
pub(super) fn may_span() -> bool {
    getrlimit(Resource::Fsize).current.is_none_or(|limit| limit >= SPAN)
}

/// An open file in `directory` that has no name, or has lost it when this returns.
pub(super) fn nameless(directory: &Path, flags: OFlags) -> Result<OwnedFd, SourceError> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | flags;
    let mode = Mode::RUSR | Mode::WUSR;
    match open(directory, flags | OFlags::TMPFILE | OFlags::EXCL, mode) {
        Err(Errno::OPNOTSUPP | Errno::ISDIR) => {} // a file system, or a kernel, that has no such files
        answer => return answer.map_err(error_of),
    }
    let mut random = [0; 8];
    crate::sys::os::fill_random(&mut random)?;
    let path = directory.join(format!(".openentropy-{:016x}", u64::from_le_bytes(random)));
    let file = open(&path, flags | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW, mode);
    // Some file systems refuse the flags after they have made the file: the name goes in either case.
    let unlinked = unlinkat(CWD, &path, rustix::fs::AtFlags::empty());
    let file = file.map_err(error_of)?;
    unlinked.map_err(error_of)?;
    Ok(file)
}

/// Whether `work` made this thread move at least a block between memory and storage; yes where the kernel keeps no account.
///
/// # Errors
/// That of `work`.
pub(super) fn reaches_device(
    traffic: Traffic,
    work: impl FnOnce() -> Result<(), SourceError>,
) -> Result<bool, SourceError> {
    let before = account(traffic);
    work()?;
    Ok(match (before, account(traffic)) {
        (Some(before), Some(after)) => after.saturating_sub(before) >= BLOCK as u64,
        _ => true,
    })
}

/// Bytes that this thread has moved so far.
fn account(traffic: Traffic) -> Option<u64> {
    let key = match traffic {
        Traffic::Read => "read_bytes: ",
        Traffic::Written => "write_bytes: ",
    };
    let text = read_to_string("/proc/thread-self/io").ok()?;
    text.lines().find_map(|line| line.strip_prefix(key))?.parse().ok()
}

/// What an error of a call on a file or a device means: one that such a thing does not know is as good as not there.
pub(super) fn error_of(error: Errno) -> SourceError {
    match error {
        Errno::INVAL => SourceError::Absent,
        other => errno::error_of(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::fs;

    #[test]
    fn memory_has_no_way_past_the_cache_and_no_traffic() {
        let memory = Path::new("/dev/shm");
        if !memory.is_dir() {
            return; // nothing of that kind is mounted
        }
        assert_eq!(OwnFile::new(Some(memory)).err(), Some(SourceError::Absent));
        let file = nameless(memory, OFlags::empty()).unwrap();
        let written = reaches_device(Traffic::Written, || match pwrite(&file, &[1; BLOCK], 0) {
            Ok(BLOCK) => Ok(()),
            _ => Err(SourceError::Io),
        });
        assert_eq!(written, Ok(account(Traffic::Written).is_none()));
    }

    #[test]
    fn a_file_leaves_no_name_behind() {
        let directory = std::env::temp_dir().join(format!("openentropy-own-{}", std::process::id()));
        fs::create_dir(&directory).unwrap();
        let file = nameless(&directory, OFlags::empty()).unwrap();
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
        drop(file);
        fs::remove_dir(&directory).unwrap();
        assert_eq!(nameless(&directory, OFlags::empty()).err(), Some(SourceError::Absent));
    }

    #[test]
    fn every_block_has_its_turn() {
        let file = nameless(&std::env::temp_dir(), OFlags::empty()).unwrap();
        let mut own = OwnFile { file, turn: 0 };
        let seen: HashSet<u64> = (0..BLOCKS).map(|_| own.next()).collect();
        assert_eq!(seen.len() as u64, BLOCKS);
        assert!(seen.iter().all(|offset| offset + BLOCK as u64 <= SPAN));
    }
}
