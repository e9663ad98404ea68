//! Opening and closing the sources of the scheduler leaves no descriptor, thread, mapping or child behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use core::time::Duration;
use openentropy_core::{Raw, SourceCategory, SourceError};
use openentropy_host::{Access, SourceKind, kinds};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use std::fs;
use std::thread::sleep;

const ROUNDS: u32 = 200;
/// `__WALL`: also children that send no signal at their end.
const WITHOUT_SIGNAL: WaitIdOptions = WaitIdOptions::from_bits_retain(0x4000_0000);

/// Open descriptors and threads of this process, and its mappings of rings.
fn held() -> [usize; 3] {
    let count = |path: &str| fs::read_dir(path).unwrap().count();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let rings = maps.lines().filter(|line| line.contains("io_uring")).count();
    [count("/proc/self/fd"), count("/proc/self/task"), rings]
}

#[test]
fn nothing_is_left_behind() {
    for kind in kinds().filter(|kind| kind.info().category == SourceCategory::Scheduling) {
        let name = kind.info().name;
        let candidate = &kind.find()[0];
        if candidate.access != Access::Ready {
            assert!(!candidate.reason.is_empty(), "{name}");
            continue;
        }
        open_and_close(kind);
        let before = held();
        for _ in 0..ROUNDS {
            kind.find();
            open_and_close(kind);
        }
        // A thread that was joined is listed for a moment longer.
        let settled = (0..200).any(|_| {
            let now = held();
            let settled = now.iter().zip(&before).all(|(now, before)| now <= before);
            if !settled {
                sleep(Duration::from_millis(10));
            }
            settled
        });
        assert!(settled, "{name}: {before:?} became {:?}", held());
    }
    let any = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WITHOUT_SIGNAL;
    assert_eq!(waitid(WaitId::All, any).err(), Some(Errno::CHILD), "children nobody waited for");
}

/// Opens the kind, takes one sample, which need not come, and closes it.
fn open_and_close(kind: &dyn SourceKind) {
    let mut opened = kind.open(&kind.find()[0]).unwrap();
    match opened.source.sample(&mut Raw::<[u8; 1]>::new()) {
        Ok(()) | Err(SourceError::NotReady) => {}
        Err(error) => panic!("{}: {error}", kind.info().name),
    }
}
