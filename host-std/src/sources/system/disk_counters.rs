//! What the kernel counts of each disk: requests, sectors, milliseconds.
//!
//! The physical effect: programs need blocks at moments of their own, and a disk takes its own time for each. What is read: `/sys/block/*/stat` of the
//! disks that have a device behind them; partitions, loops and mapped disks would only count the same requests again. What an attacker could
//! influence: every program that reads or writes files moves them, and every program can read them. Nothing is read from a disk or written.
//!
//! What can go wrong: a disk without traffic moves nothing; one that is pulled out is left out, one that comes is seen by the next opening.
//!
//! Reference: Linux, Documentation/block/stat.rst.

use super::counters::{Counters, Notation, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};
use std::fs;
use std::path::{Path, PathBuf};

static INFO: SourceInfo = SourceInfo {
    name: "disk_counters",
    description: "requests, sectors and milliseconds of each disk in 10 ms",
    physics: "programs need blocks at moments of their own, and a disk takes its time for each",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Counters {
    info: &INFO,
    aliases: &[],
    period: PERIOD,
    open: || Tables::open(tables(Path::new("/sys/block")), "no disk with a device behind it in /sys/block"),
};

/// Disks that are read at most.
const MOST: usize = 64;

/// The columns of the file.
const COLUMNS: &[&str] = &[
    "reads",
    "reads merged",
    "sectors read",
    "read ms",
    "writes",
    "writes merged",
    "sectors written",
    "write ms",
    "in flight",
    "busy ms",
    "queue ms",
    "discards",
    "discards merged",
    "sectors discarded",
    "discard ms",
    "flushes",
    "flush ms",
];

fn tables(folder: &Path) -> Vec<Table> {
    let mut disks: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path())) // one that cannot be listed has just gone
        .filter(|disk| disk.join("device").exists())
        .collect();
    disks.sort_unstable();
    disks.truncate(MOST);
    let table = |disk: PathBuf| {
        let name = disk.file_name().unwrap_or_default().to_string_lossy();
        let notation = Notation { titles: COLUMNS, ..Notation::PLAIN };
        Table { notation, ..Table::new(&name, disk.join("stat")) }
    };
    disks.into_iter().map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_disks_with_a_device_count_and_in_order() {
        let folder = std::env::temp_dir().join(format!("openentropy-disks-{}", std::process::id()));
        for disk in ["vdb/device", "vda/device", "loop0"] {
            fs::create_dir_all(folder.join(disk)).unwrap();
        }
        let names: Vec<String> = tables(&folder).into_iter().map(|table| table.category).collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["vda", "vdb"]);
        assert!(tables(&folder).is_empty());
    }
}
