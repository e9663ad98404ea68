//! What the kernel's memory management counts: page faults, allocations, free pages.
//!
//! The physical effect: none of its own; which pages tasks need, and when, depends on everything that runs. What is read: the numbers of
//! `/proc/vmstat`, without those that it has twice or that follow from others; of `/proc/zoneinfo` each processor's lists of free pages, since vmstat
//! has the sums of the rest; and `/proc/buddyinfo`. Many are levels, which also fall (a difference modulo 2^48), and an allocation moves several of
//! them. What an attacker could influence: every program that uses memory moves them, and every program can read most. The reading itself takes
//! pages, too.
//!
//! What can go wrong: some kernels let only root read `/proc/zoneinfo`, which leaves the rest; many levels are brought up to date once a second
//! only (`vm.stat_interval`).
//!
//! Reference: proc(5); Linux, Documentation/filesystems/proc.rst, section 1.2.

use super::counters::{Counters, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "vm_counters",
    description: "page faults, allocations and free pages in 10 ms",
    physics: "tasks need pages at moments that everything running decides",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Counters {
    info: &INFO,
    aliases: &["vmstat_deltas", "vmstat"],
    period: PERIOD,
    open: || Tables::open(tables(), "needs Linux with CONFIG_VM_EVENT_COUNTERS and /proc"),
};

fn tables() -> Vec<Table> {
    let table = |name: &str| Table::new(name, format!("/proc/{name}"));
    vec![
        Table { keeps: |name, _| !is_repeated(name), ..table("vmstat") },
        Table { keeps: |name, _| name == b"count:", ..table("zoneinfo") },
        table("buddyinfo"),
    ]
}

/// Whether a line of `/proc/vmstat` says again what another says: sums over zones beside those over nodes, where allocations went beside
/// their number, and thresholds that follow from the free pages.
fn is_repeated(name: &[u8]) -> bool {
    name.starts_with(b"nr_zone_") || name.starts_with(b"numa_") || name.ends_with(b"_threshold")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_vmstat_says_twice_is_read_once() {
        let names =
            ["nr_free_pages", "nr_zone_active_anon", "nr_active_anon", "numa_hit", "nr_dirty_threshold"];
        let read: Vec<_> = names.into_iter().filter(|name| !is_repeated(name.as_bytes())).collect();
        assert_eq!(read, ["nr_free_pages", "nr_active_anon"]);
    }
}
