//! Which disks this machine has, and which of them is behind a file.
//!
//! Reference: Linux, Documentation/ABI/stable/sysfs-block, Documentation/filesystems/proc.rst (mountinfo).

use crate::sources::nodes::{SYS, word};
use crate::{Machine, Virtualised};
use rustix::fs::{major, minor};
use std::fs::{self, read_to_string};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Bytes in the unit of `size` in sysfs, whatever the disk's own.
const SECTOR: u64 = 512;
/// Block devices looked at between a file and its disks.
const MAX_LAYERS: usize = 64;

/// A disk with a device behind it: no loop device, no memory, no array of other disks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disk {
    /// The kernel's name: `sda`, `nvme0n1`.
    pub(super) name: String,
    /// Which device it is; names of one device (two namespaces of a controller) share the number.
    pub(super) instance: u8,
    /// Whose hardware it is.
    pub(super) virtualised: Virtualised,
    /// Bytes on it.
    pub(super) bytes: u64,
    /// Its device in sysfs.
    pub(super) device: PathBuf,
}

/// This machine's disks, by name.
pub(super) fn disks() -> Vec<Disk> {
    disks_in(Path::new(SYS))
}

fn disks_in(sys: &Path) -> Vec<Disk> {
    let entries = fs::read_dir(sys.join("block")).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().to_str().map(str::to_owned)).collect();
    names.sort_unstable();
    let mut devices: Vec<PathBuf> = Vec::new();
    names.into_iter().filter_map(|name| disk(&sys.join("block").join(&name), name, &mut devices)).collect()
}

/// The disk behind an entry of `/sys/block`, numbered by its device's place in `devices`.
fn disk(entry: &Path, name: String, devices: &mut Vec<PathBuf>) -> Option<Disk> {
    let device = fs::canonicalize(entry.join("device")).ok()?;
    // A second path to the same disk, or a part of one that has an entry of its own (the boot areas of an eMMC).
    let hidden = word(&entry.join("hidden")).is_some_and(|value| value != "0");
    if hidden || device.components().any(|part| part.as_os_str() == "block") {
        return None;
    }
    let sectors: u64 = word(&entry.join("size"))?.parse().ok()?;
    if sectors == 0 {
        return None; // a drive without a medium
    }
    let place = devices.iter().position(|known| *known == device).unwrap_or_else(|| {
        devices.push(device.clone());
        devices.len() - 1
    });
    Some(Disk {
        name,
        instance: u8::try_from(place).unwrap_or(u8::MAX),
        virtualised: virtualised(&device),
        bytes: sectors.saturating_mul(SECTOR),
        device,
    })
}

/// Whose hardware `device` is: a model in the hypervisor by its bus or by its own account; of any other, a guest cannot know.
fn virtualised(device: &Path) -> Virtualised {
    const BUSES: [&str; 4] = ["virtio", "vbd-", "VMBUS", "vmbus"];
    const MODELS: [&str; 4] = ["QEMU", "VBOX", "VMware", "Virtual"];
    let on_bus = device.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        BUSES.iter().any(|bus| name.starts_with(bus))
    });
    let named = ["model", "vendor"].into_iter().any(|file| {
        let text = word(&device.join(file)).unwrap_or_default();
        MODELS.iter().any(|model| text.contains(model))
    });
    match on_bus || named {
        true => Virtualised::Emulated,
        false => Machine::this().processor(),
    }
}

/// Instance and kind of the disks behind `directory`: the first of several; where the kernel does not say, the first of the machine.
///
/// It is as little the machine's own as the least of the disks that it may be.
pub(super) fn behind(directory: &Path) -> (u8, Virtualised) {
    let all = disks();
    let names = names_behind(directory);
    let mut known: Vec<&Disk> = all.iter().filter(|disk| names.contains(&disk.name)).collect();
    if known.is_empty() {
        known = all.iter().collect();
    }
    let instance = known.iter().map(|disk| disk.instance).min().unwrap_or(0);
    let least = known.iter().map(|disk| disk.virtualised).max_by_key(|kind| match kind {
        Virtualised::No => 0,
        Virtualised::SharedHardware => 1,
        Virtualised::Emulated => 2,
    });
    (instance, least.unwrap_or(Machine::this().processor()))
}

/// The kernel's names of the disks on which `directory` lies, through partitions and layers (LVM, LUKS, md).
fn names_behind(directory: &Path) -> Vec<String> {
    let Ok(metadata) = fs::metadata(directory) else { return Vec::new() };
    let device = match major(metadata.dev()) {
        0 => mounted_from(directory), // Btrfs and others number their files' devices themselves
        _ => Some(metadata.dev()),
    };
    let Some(device) = device else { return Vec::new() };
    let first = format!("{SYS}/dev/block/{}:{}", major(device), minor(device));
    let mut layers: Vec<PathBuf> = fs::canonicalize(first).into_iter().collect();
    let mut names = Vec::new();
    for _ in 0..MAX_LAYERS {
        let Some(mut entry) = layers.pop() else { break };
        if entry.join("partition").exists() {
            entry.pop();
        }
        let below = fs::read_dir(entry.join("slaves")).into_iter().flatten().flatten();
        let below: Vec<PathBuf> = below.filter_map(|link| fs::canonicalize(link.path()).ok()).collect();
        if below.is_empty() {
            names.extend(entry.file_name().and_then(|name| name.to_str()).map(str::to_owned));
        }
        layers.extend(below);
    }
    names
}

/// The device that is mounted where `directory` lies, by the kernel's table of mounts.
fn mounted_from(directory: &Path) -> Option<u64> {
    let table = read_to_string("/proc/self/mountinfo").ok()?;
    let source = source_of(&table, &fs::canonicalize(directory).ok()?)?;
    let metadata = fs::metadata(source).ok()?;
    (major(metadata.rdev()) != 0).then(|| metadata.rdev())
}

/// The source in /dev of the mount that covers `path`: the deepest, and the last of equally deep ones.
fn source_of<'table>(table: &'table str, path: &Path) -> Option<&'table str> {
    let mounts = table.lines().filter_map(|line| {
        let (place, source) = line.split_once(" - ")?;
        Some((place.split(' ').nth(4)?, source.split(' ').nth(1)?))
    });
    let covering = mounts.filter(|(point, _)| path.starts_with(point));
    let (_, source) = covering.max_by_key(|(point, _)| point.len())?;
    source.starts_with("/dev/").then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    fn add_disk(tree: &Tree, name: &str, device: Option<&str>, sectors: &str) {
        tree.file(&format!("block/{name}/size"), sectors.as_bytes());
        if let Some(device) = device {
            let device = tree.root().join("devices").join(device);
            fs::create_dir_all(&device).unwrap();
            tree.link(&format!("block/{name}/device"), device);
        }
    }

    #[test]
    fn a_disk_is_a_device_and_its_names_share_an_instance() {
        let tree = Tree::new("disks");
        add_disk(&tree, "loop0", None, "8\n");
        add_disk(&tree, "mmcblk0", Some("mmc0:0001"), "16\n");
        add_disk(&tree, "mmcblk0boot0", Some("mmc0:0001/block/mmcblk0"), "8\n");
        add_disk(&tree, "nvme0n1", Some("nvme0"), "32\n");
        add_disk(&tree, "nvme0n2", Some("nvme0"), "64\n");
        add_disk(&tree, "sr0", Some("1:0:0:0"), "0\n");
        add_disk(&tree, "vda", Some("virtio1"), "128\n");
        let found = disks_in(tree.root());
        let seen: Vec<_> = found.iter().map(|disk| (disk.name.as_str(), disk.instance, disk.bytes)).collect();
        assert_eq!(
            seen,
            [
                ("mmcblk0", 0, 16 * 512),
                ("nvme0n1", 1, 32 * 512),
                ("nvme0n2", 1, 64 * 512),
                ("vda", 2, 128 * 512)
            ]
        );
        assert_eq!(found[3].virtualised, Virtualised::Emulated, "virtio");
        assert_eq!(found[1].virtualised, Machine::this().processor());
    }

    #[test]
    fn a_machine_without_disks_has_none() {
        assert_eq!(disks_in(Path::new("/proc/self/nothing")), []);
        assert_eq!(names_behind(Path::new("/proc/self/nothing")), Vec::<String>::new());
    }

    #[test]
    fn the_deepest_mount_covers_a_path() {
        let table = "22 1 0:21 / / rw - btrfs /dev/sda2 rw,subvol=/root\n\
                     23 22 0:22 / /var rw shared:1 - btrfs /dev/sdb1 rw\n\
                     24 22 0:23 / /variable rw - tmpfs tmpfs rw\nbroken line\n";
        assert_eq!(source_of(table, Path::new("/var/tmp")), Some("/dev/sdb1"));
        assert_eq!(source_of(table, Path::new("/home")), Some("/dev/sda2"));
        assert_eq!(source_of(table, Path::new("/variable")), None);
        assert_eq!(source_of("", Path::new("/")), None);
    }
}
