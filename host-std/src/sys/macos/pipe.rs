//! Pipes: named ones, and how much one holds.

use std::ffi::CString;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes that a pipe takes whole or not at all (pathconf(2), `_PC_PIPE_BUF`).
pub const ATOMIC_WRITE: usize = 512;

/// Makes a named pipe that only this user may open.
pub(crate) fn make_fifo(path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: `path` is a string that ends with a zero byte and lives during the call.
    match unsafe { libc::mkfifo(path.as_ptr(), 0o600) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Does nothing: the system sizes its pipes itself.
pub const fn widen_pipe(_: BorrowedFd<'_>) -> bool {
    false
}
