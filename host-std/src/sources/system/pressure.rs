//! How long tasks have stood still for want of a processor, of memory, of a disk.
//!
//! The physical effect: the kernel adds up the microseconds in which some, or all, tasks wait for a resource; when they wait depends on interrupts,
//! devices and what else runs. What is read: the totals in `/proc/pressure/{cpu,memory,io,irq}`. What an attacker could influence: whoever loads
//! the machine makes the pressure, and every program can read it.
//!
//! What can go wrong: kernels built with `CONFIG_PSI_DEFAULT_DISABLED` have it only when booted with `psi=1`; a machine without load has no pressure,
//! so that nothing moves.
//!
//! Reference: Linux, Documentation/accounting/psi.rst.

use super::counters::{Counters, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "pressure",
    description: "microseconds that tasks stood still for processor, memory and disk in 10 ms",
    physics: "interrupts, devices and other tasks decide how long a task waits",
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
    open: || {
        Tables::open(
            tables(),
            "needs Linux 4.20 with CONFIG_PSI, booted with psi=1 where that is off by default",
        )
    },
};

fn tables() -> Vec<Table> {
    let table = |resource: &str| Table::new(resource, format!("/proc/pressure/{resource}"));
    ["cpu", "memory", "io", "irq"].map(table).into()
}
