//! Why a claims file is not used or not written.

use std::io;
use std::path::PathBuf;

/// A claims file that is not used, or was not written, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub fault: ClaimsFault,
}

impl core::fmt::Display for ClaimsError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.fault)
    }
}

impl core::error::Error for ClaimsError {}

/// What is wrong with a claims file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimsFault {
    /// The operating system refused a call.
    Io(io::ErrorKind),
    /// It is a link, a pipe, a device or a folder.
    NotRegular,
    /// It belongs to somebody who has no say here.
    Owner {
        /// Whose it is.
        uid: u32,
        /// Whose it should be.
        wanted: u32,
    },
    /// Others than its owner may write to it.
    Writable {
        /// Its permissions.
        mode: u32,
    },
    /// Its folder is a link, or no folder.
    FolderNotPlain,
    /// Its folder belongs to somebody who has no say here.
    FolderOwner {
        /// Whose it is.
        uid: u32,
        /// Whose it should be.
        wanted: u32,
    },
    /// Others than its owner may write to its folder.
    FolderWritable {
        /// Its permissions.
        mode: u32,
    },
    /// It is larger than a claims file can be, a mebibyte.
    TooLarge,
    /// It was written by another version of this program.
    Format(u32),
    /// It is cut off, or was changed by hand, or is something else.
    Syntax {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// Its content is not what was written.
    Checksum,
    /// It names a device whose path is no text.
    NotText,
    /// It has no folder: the path is empty or the root.
    NoFolder,
}

impl core::fmt::Display for ClaimsFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Io(kind) => kind.fmt(f),
            Self::NotRegular => f.write_str("it is no regular file: remove it and calibrate again"),
            Self::Owner { uid, wanted } => {
                write!(f, "it belongs to user {uid}, not to user {wanted}: chown it once you have read it")
            }
            Self::Writable { mode } => {
                write!(f, "others may write to it (mode {mode:04o}): chmod go-w it once you have read it")
            }
            Self::FolderNotPlain => {
                f.write_str("its folder is a link or no folder: put a folder in its place")
            }
            Self::FolderOwner { uid, wanted } => {
                write!(
                    f,
                    "its folder belongs to user {uid}, not to user {wanted}: chown it once you have looked"
                )
            }
            Self::FolderWritable { mode } => {
                write!(
                    f,
                    "others may write to its folder (mode {mode:04o}): chmod go-w it once you have looked"
                )
            }
            Self::TooLarge => f.write_str("it is larger than a mebibyte: calibrate again"),
            Self::Format(format) => {
                write!(f, "it has format {format}, which this version does not know: calibrate again")
            }
            Self::Syntax { line, column } => {
                write!(f, "it is no claims file from line {line}, column {column} on: calibrate again")
            }
            Self::Checksum => {
                f.write_str("its checksum does not fit, so somebody or something changed it: calibrate again")
            }
            Self::NotText => f.write_str("the path of a device is no text"),
            Self::NoFolder => f.write_str("the path names no file in a folder"),
        }
    }
}

impl core::error::Error for ClaimsFault {}

impl From<rustix::io::Errno> for ClaimsFault {
    fn from(errno: rustix::io::Errno) -> Self {
        Self::from(io::Error::from(errno))
    }
}

impl From<io::Error> for ClaimsFault {
    fn from(error: io::Error) -> Self {
        Self::Io(error.kind())
    }
}
