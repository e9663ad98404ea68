//! How many packets, bytes and protocol events the network has had.
//!
//! The physical effect: packets arrive when others send them. What is read: `/proc/net/dev`, `snmp`, `netstat` and `softnet_stat` of this network
//! namespace. One packet moves several of these counters, so their readings depend on each other. What an attacker could influence: whoever
//! sends to this machine, or watches its packets, knows and shapes them. Nothing is sent.
//!
//! What can go wrong: without traffic nothing moves; a container shows its own namespace only.
//!
//! Reference: proc_pid_net(5); Linux, Documentation/networking/snmp_counter.rst.

use super::counters::{Counters, Notation, PERIOD, Table, Tables};
use crate::SourceKind;
use openentropy_core::{Group, Independence, Platform, Requirement, SourceCategory, SourceInfo, Width};

static INFO: SourceInfo = SourceInfo {
    name: "net_counters",
    description: "packets, bytes and protocol events of this network namespace in 10 ms",
    physics: "packets arrive at moments that others decide",
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
    open: || Tables::open(tables(), "needs Linux with CONFIG_NET and /proc"),
};

/// Columns of a device's line in `/proc/net/dev`, whose own titles name received and sent alike.
const DEVICE: &[&str] = &[
    "rx bytes",
    "rx packets",
    "rx errs",
    "rx drop",
    "rx fifo",
    "rx frame",
    "rx compressed",
    "rx multicast",
    "tx bytes",
    "tx packets",
    "tx errs",
    "tx drop",
    "tx fifo",
    "tx colls",
    "tx carrier",
    "tx compressed",
];

fn tables() -> Vec<Table> {
    vec![
        Table {
            notation: Notation { titles: DEVICE, ..Notation::PLAIN },
            ..Table::new("dev", "/proc/net/dev")
        },
        Table::new("snmp", "/proc/net/snmp"),
        Table::new("netstat", "/proc/net/netstat"),
        Table {
            notation: Notation { radix: 16, ..Notation::PLAIN },
            ..Table::new("softnet_stat", "/proc/net/softnet_stat")
        },
    ]
}
