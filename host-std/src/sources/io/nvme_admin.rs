//! The time of an administrative command of an NVMe controller.
//!
//! The physical effect: the controller's own processor answers from its tables between its other work, on a clock of its own. What is read: ticks of Get
//! Log Page 02h (SMART), 512 bytes. The values are not used: the temperature in them is a whole number of kelvins that seldom moves. Everybody who uses
//! the disk influences it; under a hypervisor the controller may be a model.
//!
//! What can go wrong: no right (CAP_SYS_ADMIN); a status other than success (protocol error); no answer within a second, when the kernel resets the
//! controller (timeout); the controller goes away.
//!
//! Reference: NVM Express Base Specification 2.0, §5.16; Linux, include/uapi/linux/nvme_ioctl.h.

use super::disks::{Disk, disks};
use super::own_file::error_of;
use super::raw_block::node;
use crate::sources::timed::{Timed, Work};
use crate::sys::linux::disk_command::nvme_smart_log;
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Mode, OFlags, open};
use std::os::fd::OwnedFd;
use std::path::Path;

static INFO: SourceInfo = SourceInfo {
    name: "nvme_admin",
    description: "ticks of reading an NVMe controller's SMART log",
    physics: "the controller's processor answers between its other work, on its own clock",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<NvmeAdmin>::KIND;

struct NvmeAdmin {
    controller: OwnedFd,
    log: Box<[u8; 512]>,
}

impl Work for NvmeAdmin {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    const ALIASES: &'static [&'static str] =
        &["nvme_passthrough_linux", "nvme_iokit_sensors", "nvme_smart_thermal"];
    /// It sends commands to a raw device.
    const OPT_IN: bool = true;

    fn find() -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        for disk in disks() {
            let Some(controller) = controller(&disk.name) else { continue };
            if found.iter().all(|other| other.instance != disk.instance) {
                found.push(candidate(controller, &disk));
            }
        }
        if found.is_empty() {
            found.push(Candidate::missing(Access::Absent, "no NVMe disk is shown in /sys/block"));
        }
        found
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let controller = open(path, flags, Mode::empty()).map_err(error_of)?;
        let mut this = Self { controller, log: Box::new([0; 512]) };
        this.run()?;
        Ok(this)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        nvme_smart_log(&self.controller, &mut self.log)
    }
}

fn candidate(controller: &str, disk: &Disk) -> Candidate {
    let candidate = node(Path::new("/dev").join(controller), disk.instance, disk.virtualised);
    if candidate.access != Access::Ready || may_administrate() {
        return candidate;
    }
    let reason = "NVMe admin commands need root or CAP_SYS_ADMIN";
    Candidate { access: Access::Denied, reason: reason.to_owned(), ..candidate }
}

/// Whether the kernel lets this thread send any command to a device.
fn may_administrate() -> bool {
    use rustix::thread::{CapabilitySet, capabilities};
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_ADMIN))
}

/// The controller of a disk: `nvme0` of `nvme0n1`.
fn controller(disk: &str) -> Option<&str> {
    let (controller, namespace) = disk.rsplit_once('n')?;
    let number = controller.strip_prefix("nvme")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(number) && digits(namespace)).then_some(controller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_names_its_controller() {
        assert_eq!(controller("nvme0n1"), Some("nvme0"));
        assert_eq!(controller("nvme12n3"), Some("nvme12"));
        for other in ["sda", "nvme", "nvmen1", "nvme0c0n1", "vdn1", ""] {
            assert_eq!(controller(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_controller_is_refused() {
        let candidate = Candidate { path: Some("/dev/null".into()), ..Candidate::ready() };
        assert_eq!(NvmeAdmin::open(&candidate).err(), Some(SourceError::Absent));
    }
}
