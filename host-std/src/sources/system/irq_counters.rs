//! How many interrupts, soft interrupts and task switches each processor has had.
//!
//! The physical effect: devices raise interrupts at moments of their own, and what they wake interrupts further. What is read:
//! `/proc/interrupts`, `/proc/softirqs` and of `/proc/stat` each processor's times (in ticks of 1 to 10 ms), the switches between tasks and the tasks
//! begun; the sums in it are left out. One event may still move several: a flush of another processor's address cache is a function call, too. What
//! an attacker could influence: whoever sends packets, loads a disk or starts programs moves these counters, and every program of the machine can
//! read them.
//!
//! What can go wrong: newer container runtimes hide `/proc/interrupts`, which leaves the rest; a processor that comes or goes changes the
//! columns, which then have no difference for one period.
//!
//! Reference: proc(5); Linux, Documentation/filesystems/proc.rst, sections 1.2 and 1.7.

use super::counters::{Counters, Notation, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "irq_counters",
    description: "interrupts, soft interrupts and task switches of each processor in 10 ms",
    physics: "devices interrupt the processors at moments of their own",
    category: SourceCategory::System,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Counters {
    info: &INFO,
    aliases: &["sysctl_deltas", "sysctl", "sysctl_counters"],
    period: PERIOD,
    open: || Tables::open(tables(), "needs Linux with /proc"),
};

/// Columns of a processor's line in `/proc/stat`.
const TIMES: &[&str] =
    &["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"];

fn tables() -> Vec<Table> {
    vec![
        Table::new("interrupts", "/proc/interrupts"),
        Table::new("softirqs", "/proc/softirqs"),
        Table {
            notation: Notation { titles: TIMES, ..Notation::PLAIN },
            keeps: counts_for_itself,
            ..Table::new("stat", "/proc/stat")
        },
    ]
}

/// Whether a line of `/proc/stat` is neither a sum of others, nor a level, nor a constant.
fn counts_for_itself(first_word: &[u8], _: usize) -> bool {
    let is_one_processor = first_word.starts_with(b"cpu") && first_word != b"cpu";
    is_one_processor || matches!(first_word, b"ctxt" | b"processes")
}
