//! Sources of the category ipc leave no descriptor, thread or mapping behind.
#![cfg(target_os = "linux")]

use core::time::Duration;
use openentropy_core::{Raw, SourceCategory};
use openentropy_host::{Access, kinds};
use std::fs;
use std::thread;
use std::time::Instant;

const ROUNDS: usize = 200;
/// Mappings that the allocator may make and keep for threads; a leak would leave one for each round.
const ALLOCATOR: usize = ROUNDS / 4;

#[test]
fn opening_and_closing_leaves_nothing() {
    for kind in kinds().filter(|kind| kind.info().category == SourceCategory::Ipc) {
        let name = kind.info().name;
        let ready = kind.find().into_iter().filter(|candidate| candidate.access == Access::Ready);
        for candidate in ready {
            let round = || {
                if let Ok(mut opened) = kind.open(&candidate) {
                    // Whether a block came in time is not the question here.
                    let _either = opened.source.sample(&mut Raw::<[u8; 2]>::new());
                }
            };
            round(); // what is made once for the process
            let (descriptors, mappings) = (entries("fd"), mappings());
            for _ in 0..ROUNDS {
                round();
            }
            assert_eq!(entries("fd"), descriptors, "{name}");
            assert!(self::mappings() <= mappings + ALLOCATOR, "{name}");
            // A joined thread is listed until the kernel has taken it apart. The test itself has two.
            let began = Instant::now();
            while entries("task") > 2 {
                assert!(began.elapsed() < Duration::from_secs(5), "{name}");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

fn entries(folder: &str) -> usize {
    fs::read_dir(format!("/proc/self/{folder}")).map_or(0, Iterator::count)
}

fn mappings() -> usize {
    fs::read_to_string("/proc/self/maps").map_or(0, |maps| maps.lines().count())
}
