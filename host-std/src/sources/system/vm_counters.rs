//! What the kernel's memory management counts: page faults, allocations, free pages.
//!
//! The physical effect: none of its own; which pages tasks need, and when, depends on everything that runs. What is read: all numbers of
//! `/proc/vmstat`, `/proc/zoneinfo` and `/proc/buddyinfo`; many are levels, which also fall (a difference modulo 2^48). What an attacker could
//! influence: every program that uses memory moves them, and every program can read most. The reading itself takes pages, too.
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
    ["vmstat", "zoneinfo", "buddyinfo"].map(|name| Table::new(name, format!("/proc/{name}"))).into()
}
