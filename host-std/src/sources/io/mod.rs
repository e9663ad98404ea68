//! Storage and buses.
//!
//! A disk's controller has a processor, caches and a medium of its own: how long it takes is not the host processor's noise alone. All of
//! these must be named: they write a little to a disk, hold space on it or send commands to a device.

mod ata_passthrough;
mod commit_latency;
mod direct_read;
mod disks;
mod fs_metadata;
mod nvme_admin;
mod own_file;
mod page_cache_map;
mod places;
mod raw_block;
mod usb_control_rtt;

use crate::SourceKind;

pub(super) static KINDS: &[&dyn SourceKind] = &[
    ata_passthrough::KIND,
    commit_latency::KIND,
    direct_read::KIND,
    fs_metadata::KIND,
    nvme_admin::KIND,
    page_cache_map::KIND,
    raw_block::KIND,
    usb_control_rtt::KIND,
];
