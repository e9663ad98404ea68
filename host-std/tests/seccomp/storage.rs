//! Disks that are full, folders that may not be written, and folders that are not there: no file is left, and it is said why.

use crate::child::{self, RIGHT, UNAVAILABLE, say};
use crate::filter;
use crate::limits::become_nobody;
use crate::peers::Peers;
use openentropy_core::{Raw, SourceCategory, SourceError};
use openentropy_host::{Access, Candidate, EntropyPool, Opened, SourceKind, find_by_name, kinds};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The sources that keep a file of their own, and the calls by which they fill it.
const OWN_FILES: [(&str, &str); 4] = [
    ("commit_latency", "pwrite64"),
    ("direct_read", "pwrite64"),
    ("fs_metadata", "openat"),
    ("page_cache_map", "pwrite64"),
];

/// A folder for temporary files, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("openentropy-{name}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        Self(path)
    }

    fn is_empty(&self) -> bool {
        fs::read_dir(&self.0).unwrap().next().is_none()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// The kind's instance in the folder for temporary files, if there is a disk behind that.
fn here(name: &str) -> Option<(&'static dyn SourceKind, Candidate)> {
    let kind = find_by_name(name).unwrap()[0];
    let folder = std::env::temp_dir();
    let found = kind.find().into_iter().find(|found| found.path.as_deref() == Some(&*folder))?;
    kind.open(&found).ok()?; // whether the file system goes past the cache shows only now
    Some((kind, found))
}

pub(crate) fn child_full(words: &[String]) {
    let [name, call, errno, way] = words else { panic!("{words:?}") };
    let Some((kind, found)) = here(name) else { return say(UNAVAILABLE) };
    if way == "named" {
        filter::know_no_nameless_files();
    }
    filter::fail(&[call], errno);
    assert_eq!(kind.open(&found).err(), Some(SourceError::Io), "{name}");
    say(RIGHT);
}

/// Ends in the middle of sampling, by a signal that nobody handles.
pub(crate) fn child_killed(words: &[String]) {
    let [name, way] = words else { panic!("{words:?}") };
    let Some((kind, found)) = here(name) else { return say(UNAVAILABLE) };
    if way == "named" {
        filter::know_no_nameless_files();
    }
    let Ok(mut opened) = kind.open(&found) else { return say(UNAVAILABLE) };
    opened.source.sample(&mut Raw::<[u8; 1]>::new()).unwrap();
    say(RIGHT);
    std::process::exit(0); // nothing is dropped
}

pub(crate) fn child_refused(words: &[String]) {
    let [access] = words else { panic!("{words:?}") };
    become_nobody();
    let folder = std::env::temp_dir();
    let expected = if access == "denied" { SourceError::Denied } else { SourceError::Absent };
    for kind in kinds().filter(|kind| OWN_FILES.iter().any(|(name, _)| kind.info().name == *name)) {
        assert_eq!(kind.info().category, SourceCategory::Io);
        for found in kind.find() {
            assert_ne!(found.path.as_deref(), Some(&*folder));
            assert!(
                found.access == Access::Ready || found.reason.contains(&*folder.to_string_lossy()),
                "{found:?}"
            );
        }
        let candidate = Candidate { path: Some(folder.clone()), ..Candidate::ready() };
        assert_eq!(kind.open(&candidate).err(), Some(expected), "{}", kind.info().name);
    }
    say(RIGHT);
}

/// A folder of its own that is closed after the source was opened.
pub(crate) fn child_locked() {
    become_nobody();
    let folder = std::env::temp_dir().join("locked");
    fs::create_dir(&folder).unwrap();
    let kind = find_by_name("fs_metadata").unwrap()[0];
    let opened = kind.open(&Candidate { path: Some(folder.clone()), ..Candidate::ready() });
    let sample = |opened: &mut Opened| opened.source.sample(&mut Raw::<[u8; 1]>::new());
    let said = opened.map(|mut opened| {
        assert_eq!(sample(&mut opened), Ok(()));
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
        assert_eq!(sample(&mut opened), Err(SourceError::Denied));
    });
    fs::remove_dir(&folder).unwrap();
    say(if said.is_ok() { RIGHT } else { UNAVAILABLE });
}

/// Nothing that could write to a file may be opened any more: sources and pools do not miss it.
pub(crate) fn child_unwritten() {
    let peers = Peers::new();
    let ready = |kind: &dyn SourceKind| {
        peers.candidates(kind).into_iter().find(|found| found.access == Access::Ready)
    };
    let others = kinds().filter(|kind| OWN_FILES.iter().all(|(name, _)| kind.info().name != *name));
    let found: Vec<_> = others.filter_map(|kind| Some((kind, ready(kind)?))).collect();
    let at_first: Vec<_> = found.iter().map(|(kind, candidate)| kind.open(candidate).is_ok()).collect();
    filter::write_no_files();
    assert!(fs::File::create(std::env::temp_dir().join("written")).is_err());
    for ((kind, candidate), was_open) in found.iter().zip(at_first) {
        let opened = kind.open(candidate);
        assert!(opened.is_ok() || !was_open, "{}: {:?}", kind.info().name, opened.err());
    }
    let pool = EntropyPool::auto();
    assert!(pool.get_random_bytes(32).is_ok());
    say(RIGHT);
}

fn ends_well(cases: &[String], folder: &Path) {
    for (case, said) in cases.iter().zip(child::run(cases, Some(folder))) {
        assert!(said == [RIGHT] || said == [UNAVAILABLE], "{case}: {said:?}");
    }
}

#[test]
fn a_full_disk_is_said_and_no_file_is_left() {
    let folder = Folder::new("full");
    let errnos = ["ENOSPC", "EIO"];
    let cases = OWN_FILES.iter().flat_map(|(name, call)| {
        let ways = ["nameless", "named"].into_iter().filter(|way| *way == "nameless" || *call != "openat");
        ways.flat_map(move |way| errnos.map(|errno| format!("full {name} {call} {errno} {way}")))
    });
    ends_well(&cases.collect::<Vec<_>>(), &folder.0);
    assert!(folder.is_empty());
}

#[test]
fn a_program_that_ends_in_the_middle_leaves_no_file() {
    let folder = Folder::new("killed");
    let cases = OWN_FILES
        .iter()
        .flat_map(|(name, _)| ["nameless", "named"].map(|way| format!("killed {name} {way}")));
    ends_well(&cases.collect::<Vec<_>>(), &folder.0);
    assert!(folder.is_empty());
}

#[test]
fn a_folder_that_may_not_be_written_or_is_not_there_is_refused() {
    let folder = Folder::new("refused");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o555)).unwrap();
    ends_well(&[String::from("refused denied")], &folder.0);
    ends_well(&[String::from("refused absent")], &folder.0.join("nothing"));
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(folder.is_empty());
}

#[test]
fn a_folder_that_is_closed_after_opening_is_denied() {
    let folder = Folder::new("locked");
    ends_well(&[String::from("locked")], &folder.0);
    assert!(folder.is_empty());
}

#[test]
fn nothing_is_stored_unasked() {
    let folder = Folder::new("unwritten");
    ends_well(&[String::from("unwritten")], &folder.0);
    assert!(folder.is_empty());
}
