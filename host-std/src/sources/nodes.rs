//! The devices that the kernel lists by class, and the nodes in `/dev` by which programs reach them.
//!
//! Finding asks for rights and opens nothing: opening would wake one device, lock another and make this program the display's master.

use super::errno::error_of;
use crate::{Access, Candidate, Machine, Virtualised};
use openentropy_core::SourceError;
use rustix::fs::{Access as May, access};
use rustix::io::Errno;
use std::fs::{self, read_to_string};
use std::path::{Path, PathBuf};

/// The kernel's view of devices.
pub(crate) const SYS: &str = "/sys";

/// Parts of paths in sysfs that name drivers which only imitate a device, for tests.
const IMITATIONS: [&str; 9] =
    ["dummy_hcd", "netdevsim", "rtc-test", "snd_aloop", "snd_dummy", "vhci_hcd", "vimc", "vivid", "vkms"];
/// Devices that imitate one where they hang at no other: a bus without a controller (i2c-stub), a sensor without a bus (iio_dummy).
const ROOTLESS: [&str; 2] = ["i2c-", "iio:device"];
/// Classes of real devices that have no parent in sysfs.
const ORPHANS: [&str; 2] = ["powercap", "thermal"];

/// A class of devices, each with a node.
pub(crate) struct Nodes {
    /// Its folder below [`SYS`].
    pub(crate) class: &'static str,
    /// What stands before the number in a device's name.
    pub(crate) prefix: &'static str,
    /// Where the nodes are.
    pub(crate) folder: &'static str,
    /// What a program must be able to do with a node.
    pub(crate) may: May,
    /// Who usually is.
    pub(crate) who: &'static str,
    /// Why there is none.
    pub(crate) none: &'static str,
}

impl Nodes {
    /// The devices of this machine, or the reason why there is none.
    pub(crate) fn find(&self) -> Vec<Candidate> {
        self.find_in(Path::new(SYS), |_| true)
    }

    /// The devices below `sys` that `fits`, asked for their entry there, keeps.
    pub(crate) fn find_in(&self, sys: &Path, fits: impl Fn(&Path) -> bool) -> Vec<Candidate> {
        let entries = numbered(&sys.join(self.class), self.prefix).into_iter();
        let found = entries.filter(|entry| fits(&entry.path)).map(|entry| {
            let node = Path::new(self.folder).join(format!("{}{}", self.prefix, entry.number));
            Candidate { instance: entry.instance(), ..judged(node, self.may, self.who, whose(&entry.path)) }
        });
        or_none(found.collect(), self.none)
    }
}

/// A device's entry in sysfs, and the number in its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    pub(crate) number: u32,
}

impl Entry {
    /// The number as an instance; what has a number of its own beyond 255 shares the last.
    pub(crate) fn instance(&self) -> u8 {
        u8::try_from(self.number).unwrap_or(u8::MAX)
    }
}

/// The entries of `folder` whose names are `prefix` and a number, by number.
pub(crate) fn numbered(folder: &Path, prefix: &str) -> Vec<Entry> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Entry> = entries
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some(Entry { path: entry.path(), number })
        })
        .collect();
    found.sort_unstable_by_key(|entry| entry.number);
    found
}

/// The candidate for a node, by the rights of this user.
pub(crate) fn judged(node: PathBuf, may: May, who: &str, virtualised: Virtualised) -> Candidate {
    let shown = node.display();
    let (state, reason) = match access(&node, may) {
        Ok(()) => (Access::Ready, String::new()),
        Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => {
            (Access::Denied, format!("opening {shown} needs {who}"))
        }
        Err(error @ (Errno::NOENT | Errno::NOTDIR)) => (Access::Absent, format!("{shown}: {error}")),
        Err(error) => (Access::Broken, format!("{shown}: {error}")),
    };
    Candidate { path: Some(node), access: state, reason, virtualised, ..Candidate::ready() }
}

/// What was found, or that there is none.
pub(crate) fn or_none(mut found: Vec<Candidate>, none: &str) -> Vec<Candidate> {
    if found.is_empty() {
        found.push(Candidate::missing(Access::Absent, none));
    }
    found
}

/// Whose hardware stands behind an entry in sysfs: a program's where its driver imitates one or nothing is behind it.
pub(crate) fn whose(entry: &Path) -> Virtualised {
    match fs::canonicalize(entry) {
        Ok(path) if is_imitation(&path) => Virtualised::Emulated,
        _ => board(),
    }
}

fn is_imitation(device: &Path) -> bool {
    let mut parts = device.components().filter_map(|part| part.as_os_str().to_str()).peekable();
    while let Some(part) = parts.next() {
        let next = parts.peek().copied().unwrap_or_default();
        let is_orphan = part == "virtual" && !ORPHANS.contains(&next);
        let is_rootless = part == "devices" && ROOTLESS.iter().any(|kind| next.starts_with(kind));
        if is_orphan || is_rootless || IMITATIONS.iter().any(|driver| part.starts_with(driver)) {
            return true;
        }
    }
    false
}

/// Whose hardware a device of the board is: in a virtual machine the hypervisor or the emulator models it, or nobody here can tell.
pub(crate) fn board() -> Virtualised {
    match Machine::this().processor() {
        Virtualised::No => Virtualised::No,
        _ => Virtualised::Emulated,
    }
}

/// The text of a small file, without the end of its line.
pub(crate) fn word(path: &Path) -> Option<String> {
    Some(read_to_string(path).ok()?.trim().to_owned())
}

/// What a failed call on an open device means: one that is no longer there has gone.
pub(crate) fn while_open(errno: Errno) -> SourceError {
    match error_of(errno) {
        SourceError::Absent => SourceError::Disconnected,
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::os::tree::Tree;

    const CLOCKS: Nodes = Nodes {
        class: "class/clock",
        prefix: "null",
        folder: "/dev",
        may: May::READ_OK,
        who: "nobody in particular",
        none: "no clock",
    };

    #[test]
    fn devices_are_found_by_number_and_judged_by_their_nodes() {
        let tree = Tree::new("nodes");
        let none = CLOCKS.find_in(tree.root(), |_| true);
        assert_eq!((none[0].access, none[0].reason.as_str()), (Access::Absent, "no clock"));
        for entry in ["null10", "null9", "null9-port", "nil3"] {
            tree.entry(&format!("class/clock/{entry}"), &format!("devices/pci0000:00/clock/{entry}"));
        }
        let found = CLOCKS.find_in(tree.root(), |_| true);
        let seen: Vec<_> = found.iter().map(|found| (found.instance, found.access)).collect();
        assert_eq!(seen, [(9, Access::Absent), (10, Access::Absent)], "there are no such nodes");
        let kept = CLOCKS.find_in(tree.root(), |entry| entry.ends_with("null10"));
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].virtualised, board());
    }

    #[test]
    fn rights_are_those_of_the_node() {
        let node = |path: &str, may| judged(path.into(), may, "a group", Virtualised::No);
        assert_eq!(node("/dev/null", May::READ_OK | May::WRITE_OK).access, Access::Ready);
        assert_eq!(node("/dev/null/x", May::READ_OK).access, Access::Absent);
        let refused = node("/dev/null", May::EXEC_OK);
        assert_eq!(refused.access, Access::Denied);
        assert_eq!(refused.reason, "opening /dev/null needs a group");
    }

    #[test]
    fn what_only_imitates_a_device_is_emulated() {
        for path in [
            "/sys/devices/virtual/pps/pps0",
            "/sys/devices/platform/vkms/drm/card1",
            "/sys/devices/platform/rtc-test.0/rtc/rtc1",
            "/sys/devices/i2c-0/0-0048/hwmon/hwmon0",
            "/sys/devices/iio:device4",
        ] {
            assert!(is_imitation(Path::new(path)), "{path}");
        }
        for path in [
            "/sys/devices/virtual/thermal/thermal_zone0",
            "/sys/devices/pci0000:00/0000:00:1f.3",
            "/sys/devices/pci0000:00/0000:00:1f.4/i2c-0/0-0048/hwmon/hwmon0",
        ] {
            assert!(!is_imitation(Path::new(path)), "{path}");
        }
    }
}
