//! What the sources of the kernel's counters say of the counters behind them.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use core::time::Duration;
use openentropy_host::{Access, find_by_name, kinds};

/// In the order of the registry.
const COUNTERS: [&str; 8] = [
    "disk_counters",
    "irq_counters",
    "net_counters",
    "pressure",
    "process_table",
    "rapl_energy",
    "run_delay",
    "vm_counters",
];

#[test]
fn the_sources_of_counters_and_no_others_list_what_moves() {
    let wait = Duration::from_millis(200);
    let mut listed = Vec::new();
    for kind in kinds() {
        let Some(keys) = kind.moving_keys(Duration::ZERO) else { continue };
        listed.push(kind.info().name);
        assert_eq!(kind.find()[0].access == Access::Ready, keys.is_ok(), "{}", kind.info().name);
    }
    assert_eq!(listed, COUNTERS);
    let kind = find_by_name("irq_counters").unwrap()[0];
    let Some(Ok(keys)) = kind.moving_keys(wait) else { return };
    assert!(
        keys.moving.iter().any(|key| key.category == "stat" && key.name == "ctxt"),
        "tasks were switched"
    );
    assert!(keys.moving.len() <= keys.all && keys.moving.iter().all(|key| key.difference != 0));
    assert!(
        keys.moving.is_sorted_by_key(|key| key.number) && keys.moving.iter().all(|key| key.number < keys.all)
    );
}
