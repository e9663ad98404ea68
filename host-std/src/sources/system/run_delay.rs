//! How long tasks have run and how long they have waited for a processor.
//!
//! The physical effect: the scheduler counts, in nanoseconds, what the reading thread runs and waits, which depends on the interrupts and tasks that come
//! between. What is read: the first two numbers of `/proc/thread-self/schedstat`, and where the kernel has it of `/proc/schedstat` what all tasks of
//! each processor have run and waited. What an attacker could influence: whoever loads the processors; every program of the machine can read it.
//!
//! What can go wrong: the numbers are those of a thread, so the file is opened anew when another thread reads, and that period has no difference;
//! a kernel that does not account prints zeros, which never move.
//!
//! Reference: Linux, Documentation/scheduler/sched-stats.rst (version 15 and later: run time and wait in columns 7 and 8 of a processor's line).

use super::counters::{Counters, Notation, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "run_delay",
    description: "nanoseconds that the reading thread, and each processor's tasks, ran and waited in 10 ms",
    physics: "interrupts and other tasks come between a thread and its processor",
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
    open: || Tables::open(tables(), "needs Linux 3.17 with CONFIG_SCHED_INFO"),
};

/// Run time and wait among the columns of a processor's line.
const RUN_AND_WAIT: core::ops::RangeInclusive<usize> = 6..=7;

fn tables() -> Vec<Table> {
    let titles =
        &["yields", "-", "schedules", "idles", "wakes", "local wakes", "run ns", "wait ns", "slices"];
    vec![
        Table {
            notation: Notation { titles: &["run ns", "wait ns", "slices"], ..Notation::PLAIN },
            keeps: |_, ordinal| ordinal < 2,
            is_per_thread: true,
            ..Table::new("thread", "/proc/thread-self/schedstat")
        },
        Table {
            notation: Notation { titles, ..Notation::PLAIN },
            keeps: |first_word, ordinal| first_word.starts_with(b"cpu") && RUN_AND_WAIT.contains(&ordinal),
            ..Table::new("schedstat", "/proc/schedstat")
        },
    ]
}
