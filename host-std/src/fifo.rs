//! A named pipe that serves bytes to the readers of this machine.

use crate::sys::os::pipe::make_fifo;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::Path;

/// Makes a named pipe with mode 0600, or takes over one of this user's that an earlier run left.
///
/// # Errors
/// What the system says; [`io::ErrorKind::AlreadyExists`] when something else has that name, or another user's pipe.
pub fn create_fifo(path: &Path) -> io::Result<()> {
    match make_fifo(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(path)?;
            if !found.file_type().is_fifo() || found.uid() != rustix::process::geteuid().as_raw() {
                return Err(error);
            }
            fs::set_permissions(path, Permissions::from_mode(0o600))
        }
        made => made,
    }
}
