//! The time of a read of a PCI device's configuration space.
//!
//! The physical effect: the read is not posted: the processor waits until the device has answered over a link whose clock comes from the board's
//! reference, spread over some tenths of a per cent, and is not the processor's. What is read: ticks of a pread(2) of the first four bytes of the
//! device's `config` in sysfs, vendor and device, which the kernel fetches from the device at every read (pci_read_config), as it does not for the
//! files `vendor` and `device`. The first device behind a bridge is taken, so that there is a link; where there is none, the first device, which
//! may be a part of the processor. What an attacker could influence: whoever keeps the link or the processor busy. Under a hypervisor the read
//! ends in it, and the source is shown as emulated.
//!
//! What can go wrong: a device that sleeps would be woken, so it is passed over when it is looked for; one that was pulled out answers with ones
//! (disconnected), one that was exchanged with another name (protocol error).
//!
//! Reference: PCI Local Bus Specification 3.0, §6.2.1; Linux, drivers/pci/pci-sysfs.c, Documentation/PCI/sysfs-pci.rst.

use crate::sources::errno::error_of;
use crate::sources::nodes::{SYS, board, judged, or_none, while_open, word};
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use rustix::io::pread;
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "pci_config_rtt",
    description: "ticks of reading four bytes of a PCI device's configuration space",
    physics: "the answer comes over a link with a spread-spectrum clock of its own",
    category: SourceCategory::Thermal,
    platform: Platform::Linux,
    requirement: Requirement::Device,
    width: Width::WORD,
    independence: Independence::of(Group::PcieClock),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<PciConfigRtt>::KIND;

/// Vendor and device: the register at offset 0.
type Identity = [u8; 4];

/// What a read gives that no device answers.
const NOBODY: Identity = [0xff; 4];

struct PciConfigRtt {
    config: OwnedFd,
    identity: Identity,
}

impl Work for PciConfigRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] = &["pcie_pll"];

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let config = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        let identity = identity(&config)?;
        Ok(Self { config, identity })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        match identity(&self.config)? {
            same if same == self.identity => Ok(()),
            _ => Err(SourceError::Protocol),
        }
    }
}

fn identity(config: &OwnedFd) -> Result<Identity, SourceError> {
    let mut identity = Identity::default();
    match pread(config, &mut identity, 0).map_err(while_open)? {
        4 if identity != NOBODY => Ok(identity),
        4 => Err(SourceError::Disconnected),
        _ => Err(SourceError::Protocol),
    }
}

fn find_in(sys: &Path) -> Vec<Candidate> {
    let found = device(&sys.join("bus/pci/devices"))
        .map(|device| judged(device.join("config"), May::READ_OK, "the right to read sysfs", board()));
    or_none(found.into_iter().collect(), "no PCI device is awake, or none is shown in /sys/bus/pci/devices")
}

/// The first device that is awake behind a bridge, or else the first that is awake.
fn device(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut devices: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    devices.sort_unstable();
    let mut awake = devices.into_iter().filter(|device| is_awake(device)).peekable();
    let first = awake.peek().cloned();
    awake.find(|device| is_behind_a_bridge(device)).or(first)
}

/// Whether reading it wakes nothing.
fn is_awake(device: &Path) -> bool {
    word(&device.join("power/runtime_status")).is_none_or(|state| state == "active" || state == "unsupported")
}

/// Whether the way to it in sysfs leads through another device: `../../../devices/pci0000:00/0000:00:1c.0/0000:01:00.0`.
fn is_behind_a_bridge(device: &Path) -> bool {
    let Ok(target) = fs::read_link(device) else { return false };
    let way = target.components().filter_map(|part| part.as_os_str().to_str());
    way.filter(|part| part.as_bytes().iter().filter(|byte| **byte == b':').count() == 2).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Access;
    use crate::sys::os::tree::Tree;

    fn tree(name: &str) -> Tree {
        let tree = Tree::new(name);
        for (device, way) in [
            ("0000:00:00.0", "pci0000:00/0000:00:00.0"),
            ("0000:00:1c.0", "pci0000:00/0000:00:1c.0"),
            ("0000:01:00.0", "pci0000:00/0000:00:1c.0/0000:01:00.0"),
            ("0000:02:00.0", "pci0000:00/0000:00:1d.0/0000:02:00.0"),
        ] {
            tree.entry(&format!("bus/pci/devices/{device}"), &format!("devices/{way}"));
            tree.line(&format!("bus/pci/devices/{device}/config"), "\u{6}\u{1}\u{2}\u{3}");
            tree.line(&format!("bus/pci/devices/{device}/power/runtime_status"), "active");
        }
        tree
    }

    #[test]
    fn the_first_device_awake_behind_a_bridge_is_taken() {
        let tree = tree("pci");
        let path = |tree: &Tree| find_in(tree.root()).remove(0).path.unwrap();
        let device = |name: &str| tree.root().join("bus/pci/devices").join(name).join("config");
        assert_eq!(path(&tree), device("0000:01:00.0"));
        tree.line("bus/pci/devices/0000:01:00.0/power/runtime_status", "suspended");
        assert_eq!(path(&tree), device("0000:02:00.0"));
        tree.line("bus/pci/devices/0000:02:00.0/power/runtime_status", "suspended");
        assert_eq!(path(&tree), device("0000:00:00.0"), "no link is awake");
        let none = find_in(Path::new("/proc/self/nothing"));
        assert_eq!(none[0].access, Access::Absent);
    }

    #[test]
    fn another_device_and_none_are_no_round() {
        let tree = tree("pci-gone");
        let config = tree.root().join("bus/pci/devices/0000:01:00.0/config");
        let mut source = PciConfigRtt::open(&find_in(tree.root())[0]).unwrap();
        assert_eq!(source.run(), Ok(()));
        fs::write(&config, [9; 64]).unwrap();
        assert_eq!(source.run(), Err(SourceError::Protocol));
        fs::write(&config, [0xff; 64]).unwrap();
        assert_eq!(source.run(), Err(SourceError::Disconnected));
        assert_eq!(PciConfigRtt::open(&find_in(tree.root())[0]).err(), Some(SourceError::Disconnected));
    }
}
