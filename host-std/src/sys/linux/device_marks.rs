//! What tells a device from another that stands in its place.
//!
//! Reference: Linux, Documentation/ABI/stable/sysfs-block, Documentation/ABI/testing/sysfs-dev, sysfs-bus-usb, sysfs-bus-pci.

use super::identity::line;
use rustix::fs::{FileType, major, minor};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files in the entry of a device, or of what it hangs on, that name its kind or the very piece, and that any user may read.
const MARKS: [&str; 16] = [
    "cid",
    "clock_name",
    "device",
    "dm/uuid",
    "id",
    "idProduct",
    "idVendor",
    "md/uuid",
    "model",
    "name",
    "rng_current",
    "serial",
    "subsystem_device",
    "uniq",
    "vendor",
    "wwid",
];

/// The marks of the device at `path`: a node, an entry in sysfs, or a directory on a disk. Empty where it has none, `None` where nothing is there.
///
/// No place goes into them, so that a device keeps its marks when others are plugged in before it.
pub(crate) fn device_marks(path: &Path) -> Option<String> {
    marks_in(Path::new("/sys"), path)
}

fn marks_in(sys: &Path, path: &Path) -> Option<String> {
    let entry = entry(sys, path)?;
    let Ok(devices) = fs::canonicalize(sys.join("devices")) else { return Some(String::new()) };
    let levels = entry.ancestors().take_while(|level| level.starts_with(&devices) && *level != devices);
    let marks = levels.flat_map(|level| MARKS.map(|mark| (mark, line(level.join(mark)))));
    let told = marks.filter_map(|(mark, value)| Some(format!("{mark}={}\n", value?)));
    Some(told.collect())
}

/// The device's own entry, or a path that is no device's where the kernel does not say.
fn entry(sys: &Path, path: &Path) -> Option<PathBuf> {
    if path.starts_with(sys) {
        return fs::canonicalize(path).ok();
    }
    let found = fs::metadata(path).ok()?;
    let (kind, number) = match FileType::from_raw_mode(found.mode()) {
        FileType::CharacterDevice => ("char", found.rdev()),
        FileType::BlockDevice => ("block", found.rdev()),
        _ => ("block", found.dev()),
    };
    let link = sys.join(format!("dev/{kind}/{}:{}", major(number), minor(number)));
    Some(fs::canonicalize(link).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::linux::tree::Tree;

    #[test]
    fn a_device_is_told_by_its_own_marks_and_those_of_what_it_hangs_on() {
        let tree = Tree::new("marks");
        let disk = "devices/pci0/0000:01/nvme/nvme0";
        tree.file("devices/pci0/0000:01/vendor", b"0x144d\n");
        tree.file(&format!("{disk}/serial"), b"S1  \n");
        tree.file(&format!("{disk}/state"), b"live\n");
        tree.file(&format!("{disk}/nvme0n1/wwid"), b"eui.01\n");
        let entry = tree.root().join(disk).join("nvme0n1");
        let marks = || marks_in(tree.root(), &entry);
        assert_eq!(marks().as_deref(), Some("wwid=eui.01\nserial=S1\nvendor=0x144d\n"));
        // Another controller in its place.
        tree.file(&format!("{disk}/serial"), b"S2\n");
        assert_eq!(marks().as_deref(), Some("wwid=eui.01\nserial=S2\nvendor=0x144d\n"));
    }

    #[test]
    fn what_is_gone_has_no_marks_and_what_is_unknown_empty_ones() {
        let tree = Tree::new("no-marks");
        assert_eq!(marks_in(tree.root(), &tree.root().join("devices/gone")), None);
        assert_eq!(marks_in(tree.root(), Path::new("/dev/no such device")), None);
        assert_eq!(marks_in(tree.root(), Path::new("/dev/null")).as_deref(), Some(""));
        tree.file("devices/virtual/size", b"8\n");
        assert_eq!(marks_in(tree.root(), &tree.root().join("devices/virtual")).as_deref(), Some(""));
    }
}
