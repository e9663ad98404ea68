//! The time of a question to a USB device.
//!
//! The physical effect: the host's controller sends a control transfer in its next frame, of 125 µs or 1 ms, which it counts by its own clock, and the
//! device answers by another. What is read: ticks of GET_STATUS, two bytes that are thrown away. What an attacker could influence: whoever made
//! the device, or keeps the bus busy. Hubs of the host's own answer without a transfer and are left out. A device that a program imitates (dummy_hcd, vhci_hcd) or a
//! hypervisor gives is shown as emulated.
//!
//! It must be named: opening a device wakes it, and some firmware answers badly to what it is seldom asked.
//!
//! What can go wrong: no right to write to the node; no answer within a second (timeout), a refusal (protocol error), an unplugged device (disconnected).
//!
//! Reference: USB 2.0, §5.5 and §9.4.5; Linux, Documentation/driver-api/usb/usb.rst.

use crate::sources::errno::error_of;
use crate::sources::nodes::{SYS, judged, or_none, whose, word};
use crate::sources::timed::{Timed, Work};
use crate::sys::linux::usb::status;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Access as May, Mode, OFlags, open};
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "usb_control_rtt",
    description: "ticks of asking a USB device for its status",
    physics: "the host's frames and the device's answer follow clocks of their own",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Group,
    width: Width::WORD,
    independence: Independence::of(Group::UsbClock),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<UsbControlRtt>::KIND;

/// The class of hubs.
const HUB: &str = "09";

struct UsbControlRtt {
    device: OwnedFd,
}

impl Work for UsbControlRtt {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] = &["usb_enumeration", "usb_timing"];
    const OPT_IN: bool = true;
    const FAST: bool = false;

    fn find() -> Vec<Candidate> {
        find_in(Path::new(SYS))
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let device = open(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).map_err(error_of)?;
        status(&device)?;
        Ok(Self { device })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        status(&self.device).map(drop)
    }
}

fn find_in(sys: &Path) -> Vec<Candidate> {
    let entries = fs::read_dir(sys.join("bus/usb/devices")).into_iter().flatten().flatten();
    let mut devices: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    devices.sort_unstable();
    let nodes = devices.into_iter().filter_map(|device| Some((node(&device)?, whose(&device))));
    let found = (0..=u8::MAX).zip(nodes).map(|(instance, (node, virtualised))| {
        let candidate = judged(node, May::READ_OK | May::WRITE_OK, "root or a udev rule", virtualised);
        Candidate { instance, ..candidate }
    });
    or_none(found.collect(), "no USB device is shown in /sys/bus/usb/devices, or none but hubs")
}

/// The node of an entry that is a device and no hub; interfaces have no numbers.
fn node(device: &Path) -> Option<PathBuf> {
    let number = |file: &str| word(&device.join(file))?.parse::<u16>().ok();
    let (bus, address) = (number("busnum")?, number("devnum")?);
    let is_hub = word(&device.join("bDeviceClass")).is_some_and(|class| class == HUB);
    (!is_hub).then(|| PathBuf::from(format!("/dev/bus/usb/{bus:03}/{address:03}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::nodes::board;
    use crate::sys::os::tree::Tree;
    use crate::{Access, Virtualised};

    #[test]
    fn devices_are_found_by_their_numbers_and_hubs_left_out() {
        let tree = Tree::new("usb");
        for (name, host, class) in [
            ("usb1", "pci0000:00/0000:00:14.0/usb1", "09"),
            ("1-2", "pci0000:00/0000:00:14.0/usb1/1-2", "00"),
            ("1-2:1.0", "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0", ""),
            ("3-1", "platform/vhci_hcd.0/usb3/3-1", "00"),
        ] {
            tree.entry(&format!("bus/usb/devices/{name}"), &format!("devices/{host}"));
            if !class.is_empty() {
                let file =
                    |file: &str, text: &str| tree.line(&format!("bus/usb/devices/{name}/{file}"), text);
                file("bDeviceClass", class);
                file("busnum", &name.replace("usb", "")[..1]);
                file("devnum", "7");
            }
        }
        let found = find_in(tree.root());
        let seen: Vec<_> =
            found.iter().map(|found| (found.instance, found.path.clone(), found.virtualised)).collect();
        let node = |path: &str| Some(PathBuf::from(path));
        assert_eq!(
            seen,
            [
                (0, node("/dev/bus/usb/001/007"), board()),
                (1, node("/dev/bus/usb/003/007"), Virtualised::Emulated)
            ]
        );
        assert_eq!(find_in(Path::new("/proc/self/nothing"))[0].access, Access::Absent);
    }

    #[test]
    fn what_is_no_usb_device_is_refused() {
        let candidate = Candidate { path: Some("/dev/null".into()), ..Candidate::ready() };
        assert_eq!(UsbControlRtt::open(&candidate).err(), Some(SourceError::Absent));
    }
}
