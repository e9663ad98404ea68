//! Opening and closing the sources of the kernel's counters leaves no descriptor and no thread behind.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use openentropy_core::Raw;
use openentropy_host::find_by_name;
use std::fs;

/// The sources that read counters of the kernel.
const COUNTERS: [&str; 7] = [
    "disk_counters",
    "irq_counters",
    "net_counters",
    "pressure",
    "process_table",
    "run_delay",
    "vm_counters",
];
const ROUNDS: usize = 200;

/// How many entries this process's folders of descriptors and threads have; none where there is no such folder.
fn held() -> Option<[usize; 2]> {
    let count = |folder: &str| Some(fs::read_dir(folder).ok()?.count());
    Some([count("/proc/self/fd")?, count("/proc/self/task")?])
}

/// One test, so that no other opens files at the same time.
#[test]
fn nothing_is_left_behind() {
    let before = held();
    for name in COUNTERS {
        let kind = find_by_name(name).unwrap()[0];
        for round in 0..ROUNDS {
            let candidate = kind.find().remove(0);
            let Ok(mut opened) = kind.open(&candidate) else { continue };
            if round % 50 == 0 {
                let _either = opened.source.sample(&mut Raw::<[u8; 1]>::new());
            }
        }
        assert_eq!(held(), before, "{name}");
    }
}
