//! Storage and buses.
//!
//! A disk's controller has a processor, caches and a medium of its own: how long it takes is not the host processor's noise alone. All of
//! these must be named: they write a little to a disk, hold space on it or send commands to a device.

#[cfg(target_os = "linux")]
mod ata_passthrough;
#[cfg(target_os = "linux")]
mod commit_latency;
#[cfg(target_os = "linux")]
mod direct_read;
#[cfg(target_os = "linux")]
mod disks;
#[cfg(target_os = "linux")]
mod fs_metadata;
#[cfg(target_os = "linux")]
mod nvme_admin;
#[cfg(target_os = "linux")]
mod own_file;
#[cfg(target_os = "linux")]
mod page_cache_map;
#[cfg(target_os = "linux")]
mod places;
#[cfg(target_os = "linux")]
mod raw_block;

use crate::SourceKind;

#[cfg(target_os = "linux")]
pub(super) static KINDS: &[&dyn SourceKind] = &[
    ata_passthrough::KIND,
    commit_latency::KIND,
    direct_read::KIND,
    fs_metadata::KIND,
    nvme_admin::KIND,
    page_cache_map::KIND,
    raw_block::KIND,
];

#[cfg(not(target_os = "linux"))]
pub(super) static KINDS: &[&dyn SourceKind] = &[];
