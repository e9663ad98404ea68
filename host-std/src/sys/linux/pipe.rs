//! Pipes: named ones, and how much one holds.

use rustix::fs::{CWD, FileType, Mode, mknodat};
use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

/// What a pipe may hold without privilege (`/proc/sys/fs/pipe-max-size`).
const WIDEST: usize = 1 << 20;

/// Bytes that a pipe takes whole or not at all (pipe(7)).
pub const ATOMIC_WRITE: usize = 4096;

/// Makes a named pipe that only this user may open.
pub(crate) fn make_fifo(path: &Path) -> io::Result<()> {
    Ok(mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?)
}

/// Lets the pipe behind `fd` hold a mebibyte: fewer wake-ups between writer and reader.
///
/// Whether it is a pipe, and the user's limits allow it, decides the kernel; without it, output is right but slower.
pub fn widen_pipe(fd: BorrowedFd<'_>) -> bool {
    rustix::pipe::fcntl_setpipe_size(fd, WIDEST).is_ok()
}
