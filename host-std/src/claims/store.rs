//! Where claims files lie, who is believed, and how one is written.
//!
//! A file is believed when nobody but its owner could have written it: it is a regular file in a folder, both belong to that owner, and neither
//! group nor others may write to either. It is opened without following a link and looked at by its descriptor, so that nobody can change it between
//! the look and the reading.

use super::error::{ClaimsError, ClaimsFault};
use super::file::ClaimsFile;
use rustix::fs::{AtFlags, Mode, OFlags, RawMode, fchmod, fsync, open, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::process::{getegid, geteuid, getgid, getuid};
use std::ffi::OsStr;
use std::fs::{DirBuilder, File, Metadata};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The system's claims file, which root writes and all read.
pub const SYSTEM_FILE: &str = "/etc/openentropy/claims.json";

/// The user who writes it.
pub(super) const ROOT: u32 = 0;

/// A user's, below the folder for configurations.
const BELOW_CONFIG: &str = "openentropy/claims.json";

/// The most that a claims file may have, in bytes: about a thousand sources.
const LARGEST: u64 = 1 << 20;

/// The claims file that belongs to the user who runs this program: root's is the system's, others' lie below `$XDG_CONFIG_HOME` or `~/.config`.
///
/// None for users without a home, and none for programs that run with more rights than their user has, whose environment is that user's.
///
/// ```
/// if let Some(path) = openentropy_host::claims::own_file() {
///     println!("calibrate writes {}", path.display());
/// }
/// ```
#[must_use]
pub fn own_file() -> Option<PathBuf> {
    if geteuid().is_root() {
        return Some(PathBuf::from(SYSTEM_FILE));
    }
    if geteuid() != getuid() || getegid() != getgid() {
        return None;
    }
    below_config(std::env::var_os("XDG_CONFIG_HOME").as_deref(), std::env::var_os("HOME").as_deref())
}

/// A relative path in either variable counts for nothing (XDG Base Directory Specification, "Environment variables").
fn below_config(config: Option<&OsStr>, home: Option<&OsStr>) -> Option<PathBuf> {
    let absolute = |folder: Option<&OsStr>| folder.map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute(config).or_else(|| absolute(home).map(|home| home.join(".config")));
    config.map(|config| config.join(BELOW_CONFIG))
}

/// The user whose files this program may write.
pub(super) fn own_uid() -> u32 {
    geteuid().as_raw()
}

/// The file at `path` if there is one, provided that `owner` alone could have written it.
pub(super) fn read(path: &Path, owner: u32) -> Result<Option<ClaimsFile>, ClaimsError> {
    let read = || {
        let (folder, name) = parts(path)?;
        let Some(folder) = open_folder(folder, owner)? else { return Ok(None) };
        let Some(file) = open_file(&folder, name, owner)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(ClaimsFault::TooLarge); // it has grown since it was looked at
        }
        ClaimsFile::from_json(&bytes).map(Some)
    };
    read().map_err(|fault| ClaimsError { path: path.to_owned(), fault })
}

/// Writes `bytes` at `path`: to a file beside it that then takes its name.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), ClaimsError> {
    let write = || {
        let (folder, name) = parts(path)?;
        let for_all = geteuid().is_root();
        let is_new = !folder.exists();
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let Some(folder) = open_folder(folder, own_uid())? else {
            return Err(ClaimsFault::FolderNotPlain);
        };
        if is_new && for_all {
            fchmod(&folder, Mode::from_raw_mode(0o755))?; // whatever the umask is
        }
        let nanos =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let beside = format!(".claims.{}.{nanos}", std::process::id());
        let written = fill(&folder, &beside, bytes, if for_all { 0o644 } else { 0o600 })
            .and_then(|()| Ok(renameat(&folder, &*beside, &folder, name)?));
        if written.is_err() {
            // Whether or not it is there: what is reported is why the writing failed.
            let _ = unlinkat(&folder, &*beside, AtFlags::empty());
        }
        written?;
        Ok(fsync(&folder)?)
    };
    write().map_err(|fault| ClaimsError { path: path.to_owned(), fault })
}

/// A new file in `folder` with `bytes` in it, on the disk.
fn fill(folder: &File, name: &str, bytes: &[u8], mode: RawMode) -> Result<(), ClaimsFault> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?;
    fchmod(&file, Mode::from_raw_mode(mode))?; // whatever the umask is
    let mut file = File::from(file);
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

fn parts(path: &Path) -> Result<(&Path, &OsStr), ClaimsFault> {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if !folder.as_os_str().is_empty() => Ok((folder, name)),
        _ => Err(ClaimsFault::NoFolder),
    }
}

/// The folder, if it is there, provided that only `owner` may change what is in it.
fn open_folder(folder: &Path, owner: u32) -> Result<Option<File>, ClaimsFault> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = match open(folder, flags, Mode::empty()) {
        Ok(folder) => folder,
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::LOOP | Errno::NOTDIR) => return Err(ClaimsFault::FolderNotPlain),
        Err(errno) => return Err(errno.into()),
    };
    let folder = File::from(folder);
    let found = folder.metadata()?;
    if found.uid() != owner {
        return Err(ClaimsFault::FolderOwner { uid: found.uid(), wanted: owner });
    }
    match others_write(&found) {
        Some(mode) => Err(ClaimsFault::FolderWritable { mode }),
        None => Ok(Some(folder)),
    }
}

/// The file, if it is there, provided that only `owner` may write to it. Opening never waits, not for a pipe either.
fn open_file(folder: &File, name: &OsStr, owner: u32) -> Result<Option<File>, ClaimsFault> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match openat(folder, name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::LOOP | Errno::NXIO) => return Err(ClaimsFault::NotRegular), // a link; a socket
        Err(errno) => return Err(errno.into()),
    };
    let file = File::from(file);
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(ClaimsFault::NotRegular);
    }
    if found.uid() != owner {
        return Err(ClaimsFault::Owner { uid: found.uid(), wanted: owner });
    }
    if let Some(mode) = others_write(&found) {
        return Err(ClaimsFault::Writable { mode });
    }
    if found.len() > LARGEST { Err(ClaimsFault::TooLarge) } else { Ok(Some(file)) }
}

/// The permissions, where they let group or others write; an access list that does shows as the group's (acl(5)).
fn others_write(found: &Metadata) -> Option<u32> {
    let mode = found.mode() & 0o7777;
    (mode & 0o022 != 0).then_some(mode)
}

#[cfg(test)]
mod tests;
