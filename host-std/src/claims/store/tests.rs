//! A file is used only if nobody else could have written it. What needs root is tried where the tests run as root.

use super::*;
use crate::Machine;
use rustix::fs::{chownat, symlinkat};
use rustix::process::{Gid, Uid};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// A folder of one test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("openentropy-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path); // of an earlier process of this number
        fs::create_dir_all(&path).unwrap();
        set_mode(&path, 0o700);
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("claims.json")
    }

    /// With a whole claims file in it.
    fn filled(name: &str) -> Self {
        let folder = Self::new(name);
        some().write(&folder.file()).unwrap();
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn some() -> ClaimsFile {
    ClaimsFile::new(Machine::this(), "none")
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn read_own(path: &Path) -> Result<Option<ClaimsFile>, ClaimsFault> {
    read(path, own_uid()).map_err(|error| {
        assert_eq!(error.path, path);
        assert!(error.to_string().starts_with(&*path.to_string_lossy()), "{error}");
        error.fault
    })
}

#[test]
fn what_was_written_is_read_and_what_is_missing_is_none() {
    let folder = Folder::new("claims-written");
    assert_eq!(read_own(&folder.file()), Ok(None));
    assert_eq!(read_own(&folder.0.join("no/such/folder/claims.json")), Ok(None));
    some().write(&folder.file()).unwrap();
    assert_eq!(read_own(&folder.file()), Ok(Some(some())));
    assert_eq!(ClaimsFile::read(&folder.file()), Ok(Some(some())));
}

#[test]
fn a_file_is_replaced_whole_and_nothing_else_stays() {
    let folder = Folder::filled("claims-replaced");
    let mut file = some();
    file.method = "another".to_owned();
    file.write(&folder.file()).unwrap();
    assert_eq!(read_own(&folder.file()), Ok(Some(file)));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn root_writes_for_all_and_others_for_themselves() {
    let folder = Folder::new("claims-modes");
    let path = folder.0.join("made/claims.json");
    some().write(&path).unwrap();
    let is_root = geteuid().is_root();
    assert_eq!(mode(&path), if is_root { 0o644 } else { 0o600 });
    assert_eq!(mode(&folder.0.join("made")) & 0o022, 0);
}

#[test]
fn what_others_may_write_is_refused() {
    let folder = Folder::filled("claims-writable");
    for bits in [0o664, 0o646, 0o602, 0o620] {
        set_mode(&folder.file(), bits);
        assert_eq!(read_own(&folder.file()), Err(ClaimsFault::Writable { mode: bits }));
    }
    set_mode(&folder.file(), 0o600);
    for bits in [0o770, 0o707, 0o1777] {
        set_mode(&folder.0, bits);
        assert_eq!(read_own(&folder.file()), Err(ClaimsFault::FolderWritable { mode: bits }));
        let error = some().write(&folder.file()).unwrap_err();
        assert_eq!(error.fault, ClaimsFault::FolderWritable { mode: bits });
    }
    set_mode(&folder.0, 0o700);
    assert_eq!(read_own(&folder.file()), Ok(Some(some())));
}

#[test]
fn what_is_somebody_elses_is_refused() {
    let folder = Folder::filled("claims-owner");
    let (uid, wanted) = (own_uid(), own_uid() + 1);
    let refused = read(&folder.file(), wanted).unwrap_err().fault;
    assert_eq!(refused, ClaimsFault::FolderOwner { uid, wanted });
    if !geteuid().is_root() {
        return; // only root gives files away
    }
    let give = |path: &Path| {
        let (uid, gid) = (Uid::from_raw(wanted), Gid::from_raw(0));
        chownat(rustix::fs::CWD, path, Some(uid), Some(gid), AtFlags::empty()).unwrap();
    };
    give(&folder.file());
    assert_eq!(read_own(&folder.file()), Err(ClaimsFault::Owner { uid: wanted, wanted: uid }));
    give(&folder.0);
    assert_eq!(read_own(&folder.file()), Err(ClaimsFault::FolderOwner { uid: wanted, wanted: uid }));
    assert_eq!(read(&folder.file(), wanted), Ok(Some(some())));
}

#[test]
fn links_are_not_followed() {
    let folder = Folder::filled("claims-links");
    symlinkat(folder.file(), rustix::fs::CWD, folder.0.join("link")).unwrap();
    assert_eq!(read_own(&folder.0.join("link")), Err(ClaimsFault::NotRegular));
    let other = Folder::new("claims-links-other");
    symlinkat(&folder.0, rustix::fs::CWD, other.0.join("folder")).unwrap();
    let through = other.0.join("folder/claims.json");
    assert_eq!(read_own(&through), Err(ClaimsFault::FolderNotPlain));
    assert_eq!(some().write(&through).unwrap_err().fault, ClaimsFault::FolderNotPlain);
    // Where a link stands, a file takes its place, and what the link led to is untouched.
    let elsewhere = other.0.join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    fs::remove_file(folder.0.join("link")).unwrap();
    symlinkat(&elsewhere, rustix::fs::CWD, folder.0.join("link")).unwrap();
    some().write(&folder.0.join("link")).unwrap();
    assert_eq!(read_own(&folder.0.join("link")), Ok(Some(some())));
    assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let folder = Folder::new("claims-kinds");
    crate::create_fifo(&folder.file()).unwrap();
    assert_eq!(read_own(&folder.file()), Err(ClaimsFault::NotRegular));
    fs::remove_file(folder.file()).unwrap();
    fs::create_dir(folder.file()).unwrap();
    assert_eq!(read_own(&folder.file()), Err(ClaimsFault::NotRegular));
    assert!(some().write(&folder.file()).is_err());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "nothing is left beside it");
    let _listener = std::os::unix::net::UnixListener::bind(folder.0.join("socket")).unwrap();
    assert_eq!(read_own(&folder.0.join("socket")), Err(ClaimsFault::NotRegular));
    fs::write(folder.0.join("plain"), "").unwrap();
    assert_eq!(read_own(&folder.0.join("plain/claims.json")), Err(ClaimsFault::FolderNotPlain));
    // A device that never ends is not read at all.
    let zero = read(Path::new("/dev/zero"), ROOT).unwrap_err().fault;
    assert!(!matches!(zero, ClaimsFault::TooLarge | ClaimsFault::Syntax { .. }), "{zero}");
}

#[test]
fn a_file_without_end_is_refused() {
    let folder = Folder::filled("claims-large");
    let mut text = fs::read(folder.file()).unwrap();
    text.resize(LARGEST as usize, b' ');
    fs::write(folder.file(), &text).unwrap();
    assert_eq!(read_own(&folder.file()), Ok(Some(some())), "the largest is read");
    text.push(b' ');
    fs::write(folder.file(), &text).unwrap();
    assert_eq!(read_own(&folder.file()), Err(ClaimsFault::TooLarge));
}

#[test]
fn a_path_without_a_folder_is_refused() {
    for path in ["", "/", "claims.json", ".."] {
        assert_eq!(read_own(Path::new(path)), Err(ClaimsFault::NoFolder), "{path}");
        assert_eq!(some().write(Path::new(path)).unwrap_err().fault, ClaimsFault::NoFolder, "{path}");
    }
}

#[test]
fn a_users_file_lies_below_the_configuration() {
    let path = |config: Option<&str>, home: Option<&str>| {
        below_config(config.map(OsStr::new), home.map(OsStr::new))
            .map(|path| path.to_string_lossy().into_owned())
    };
    let at = |text: &str| Some(text.to_owned());
    assert_eq!(path(Some("/c"), Some("/h")), at("/c/openentropy/claims.json"));
    assert_eq!(path(None, Some("/h")), at("/h/.config/openentropy/claims.json"));
    assert_eq!(path(Some("relative"), Some("/h")), at("/h/.config/openentropy/claims.json"));
    assert_eq!(path(Some(""), Some("")), None);
    assert_eq!(path(None, None), None);
}
