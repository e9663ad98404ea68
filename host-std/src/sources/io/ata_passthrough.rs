//! The time of a command that an ATA disk's own processor answers.
//!
//! The physical effect: the disk's processor answers between its other work, on a clock of its own, over the link and, for a disk behind USB, the
//! bridge. What is read: ticks of CHECK POWER MODE, which moves no data and wakes no disk, sent by ATA PASS-THROUGH. (TEST UNIT READY would not do: for an
//! ATA disk the kernel answers that itself.) Everybody who uses the disk influences it.
//!
//! What can go wrong: no right (CAP_SYS_RAWIO); a bridge that does not know the command (protocol error at opening); no answer within two seconds
//! (timeout); the disk goes away.
//!
//! Reference: ACS-3 §7.3; SAT-3 §12.2.2; Linux, include/scsi/sg.h.

use super::disks::{Disk, disks};
use super::own_file::error_of;
use super::raw_block::nodes;
use crate::sources::nodes::word;
use crate::sources::timed::{Timed, Work};
use crate::sys::linux::disk_command::ata_check_power_mode;
use crate::{Access, Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};
use rustix::fs::{Mode, OFlags, open};
use std::os::fd::OwnedFd;

static INFO: SourceInfo = SourceInfo {
    name: "ata_passthrough",
    description: "ticks of CHECK POWER MODE, which an ATA disk's processor answers",
    physics: "the disk's processor answers between its other work, on its own clock",
    category: SourceCategory::Io,
    platform: Platform::Linux,
    requirement: Requirement::Privilege,
    width: Width::WORD,
    independence: Independence::of(Group::Storage),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<AtaPassthrough>::KIND;

struct AtaPassthrough {
    disk: OwnedFd,
}

impl Work for AtaPassthrough {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Controller;
    /// It sends commands to a raw device.
    const OPT_IN: bool = true;

    fn find() -> Vec<Candidate> {
        let mut found = nodes("no ATA disk is shown in /sys/block", disks().into_iter().filter(is_ata));
        for candidate in found.iter_mut().filter(|candidate| candidate.access == Access::Ready) {
            if !may_pass_through() {
                candidate.access = Access::Denied;
                candidate.reason = String::from("ATA commands need root or CAP_SYS_RAWIO");
            }
        }
        found
    }

    fn open(candidate: &Candidate) -> Result<Self, SourceError> {
        let path = candidate.path.as_deref().ok_or(SourceError::Absent)?;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mut this = Self { disk: open(path, flags, Mode::empty()).map_err(error_of)? };
        this.run()?;
        Ok(this)
    }

    fn run(&mut self) -> Result<(), SourceError> {
        ata_check_power_mode(&self.disk)
    }
}

/// Whether ATA is spoken at the disk's end: the kernel's own translation says so, a bridge by its page of ATA information (SAT-3 §12.4.2).
fn is_ata(disk: &Disk) -> bool {
    let vendor = word(&disk.device.join("vendor"));
    vendor.as_deref() == Some("ATA") || disk.device.join("vpd_pg89").exists()
}

/// Whether the kernel lets this thread send commands that it does not know.
fn may_pass_through() -> bool {
    use rustix::thread::{CapabilitySet, capabilities};
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_RAWIO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_disk_is_refused() {
        let candidate = Candidate { path: Some("/dev/null".into()), ..Candidate::ready() };
        assert_eq!(AtaPassthrough::open(&candidate).err(), Some(SourceError::Absent));
    }
}
