//! Where sources keep files of their own: directories for temporary files that lie on a disk.

use super::disks::behind;
use super::own_file::{WRITTEN, may_span};
use crate::{Access, Candidate};
use rustix::fs::{Access as May, access, statfs, statvfs};
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// Magic numbers of file systems that are no disk of this machine (statfs(2)), and what they are.
const NO_DISK: [(u32, &str); 10] = [
    (0x0102_1994, "tmpfs, which is memory"),
    (0x8584_58f6, "ramfs, which is memory"),
    (0x9584_58f6, "hugetlbfs, which is memory"),
    (0x7371_7368, "squashfs, which is read-only"),
    (0x6969, "NFS, another machine's disk"),
    (0xff53_4d42, "CIFS, another machine's disk"),
    (0xfe53_4d42, "SMB, another machine's disk"),
    (0x0102_1997, "9p, another machine's disk"),
    (0x6573_5546, "FUSE, which a program answers"),
    (0x00c3_6400, "Ceph, other machines' disks"),
];

/// File systems whose files lie on another (statfs(2)), and what a source there samples.
const LAYERS: [(u32, &str); 2] = [
    (0x794c_7630, "the upper layer of an overlay, on a disk that is not shown here"),
    (0xf15f, "the directory below an encrypting file system, on a disk that is not shown here"),
];

/// The directories for own files of a gibibyte: one for each disk, or the reason why there is none.
pub(super) fn places() -> Vec<Candidate> {
    match may_span() {
        true => directories().into_iter().map(with_room).collect(),
        false => {
            let reason = "the limit on the length of files is below 1 GiB (ulimit -f)";
            vec![Candidate::missing(Access::Denied, reason)]
        }
    }
}

/// The directories for temporary files: one for each disk, or the reason why there is none.
pub(super) fn directories() -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut refused: Option<Candidate> = None;
    for directory in [std::env::temp_dir(), PathBuf::from("/var/tmp")] {
        let candidate = place(directory);
        let known = found.iter().any(|other| other.instance == candidate.instance);
        match candidate.access {
            Access::Ready if known => {}
            Access::Ready => found.push(candidate),
            _ => {
                refused.get_or_insert(candidate);
            }
        }
    }
    if found.is_empty() {
        found.extend(refused);
    }
    found
}

/// The candidate, unless its disk is too full for an own file.
fn with_room(candidate: Candidate) -> Candidate {
    let free = candidate.path.as_deref().and_then(|directory| statvfs(directory).ok());
    match free.map(|system| system.f_bavail.saturating_mul(system.f_frsize)) {
        Some(free) if free < WRITTEN => full(&candidate),
        _ => candidate,
    }
}

fn full(candidate: &Candidate) -> Candidate {
    let shown = candidate.path.as_deref().unwrap_or(Path::new("")).display();
    let reason = format!("{shown} has no room for {} KiB: {}", WRITTEN / 1024, Errno::NOSPC);
    Candidate::missing(Access::Broken, reason)
}

fn place(directory: PathBuf) -> Candidate {
    let shown = directory.display();
    let sampled = match on_disk(&directory) {
        Ok(sampled) => sampled,
        Err(reason) => {
            return Candidate::missing(Access::Absent, format!("no disk for own files: {shown} is {reason}"));
        }
    };
    if access(&directory, May::WRITE_OK | May::EXEC_OK).is_err() {
        return Candidate::missing(Access::Denied, format!("no right to make files in {shown}"));
    }
    if !may_span() {
        return Candidate::missing(
            Access::Denied,
            "the limit on the length of files is below 1 GiB (ulimit -f)",
        );
    }
    let (instance, virtualised) = behind(&directory);
    Candidate { instance, path: Some(directory), virtualised, sampled, ..Candidate::ready() }
}

/// Whether a disk of this machine may be behind `directory`, and what lies between; the kernel's own account decides when it is opened.
fn on_disk(directory: &Path) -> Result<Option<&'static str>, String> {
    let system = statfs(directory).map_err(|error| format!("not there ({error})"))?;
    let magic = system.f_type as u32; // 32 bits in every file system; the field's width and sign differ by architecture
    of_magic(magic).map_err(str::to_owned)
}

fn of_magic(magic: u32) -> Result<Option<&'static str>, &'static str> {
    let among = |table: &[(u32, &'static str)]| {
        table.iter().find(|(known, _)| *known == magic).map(|(_, what)| *what)
    };
    match among(&NO_DISK) {
        Some(what) => Err(what),
        None => Ok(among(&LAYERS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_no_disk_and_says_so() {
        let candidate = place(PathBuf::from("/dev/shm"));
        assert_eq!(candidate.access, Access::Absent);
        assert!(
            candidate.reason.contains("tmpfs") || candidate.reason.contains("not there"),
            "{candidate:?}"
        );
        let candidate = place(PathBuf::from("/proc/self/nothing"));
        assert_eq!(candidate.access, Access::Absent);
    }

    #[test]
    fn memory_other_machines_and_layers_are_told_from_disks() {
        // Linux, include/uapi/linux/magic.h: tmpfs, NFS, overlayfs, ext4, XFS.
        assert!(of_magic(0x0102_1994).unwrap_err().contains("memory"));
        assert!(of_magic(0x6969).unwrap_err().contains("another machine"));
        assert!(of_magic(0x794c_7630).unwrap().unwrap().contains("overlay"));
        assert_eq!((of_magic(0xef53), of_magic(0x5846_5342)), (Ok(None), Ok(None)));
    }

    #[test]
    fn a_full_disk_is_said() {
        // Its blocks are none, and none of them is free.
        let nothing = Candidate { path: Some(PathBuf::from("/proc")), ..Candidate::ready() };
        let candidate = with_room(nothing);
        assert_eq!(candidate.access, Access::Broken);
        assert_eq!(candidate.reason, "/proc has no room for 128 KiB: No space left on device (os error 28)");
        let roomy = Candidate { path: Some(std::env::temp_dir()), ..Candidate::ready() };
        let system = statvfs(std::env::temp_dir()).unwrap();
        assert_eq!(with_room(roomy).access == Access::Ready, system.f_bavail * system.f_frsize >= WRITTEN);
    }

    #[test]
    fn there_is_an_answer_and_no_disk_twice() {
        let found = places();
        assert!(!found.is_empty() && found.len() <= 2);
        assert!(found.len() == 1 || found[0].instance != found[1].instance);
    }
}
