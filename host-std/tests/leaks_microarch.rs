//! Opens and closes every source of the category again and again: no descriptor, thread or mapping is left behind.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use openentropy_core::{Raw, SourceCategory};
use openentropy_host::{Access, Candidate, SourceKind, kinds};
use std::fs;

const ROUNDS: u32 = 200;
/// Mappings by which the allocator and the threads' stacks, which the C library keeps for reuse, may differ between two looks.
const ALLOCATOR_MAPPINGS: usize = 16;

/// Entries of a folder of this process.
fn entries(folder: &str) -> usize {
    fs::read_dir(format!("/proc/self/{folder}")).unwrap().count()
}

fn mappings() -> usize {
    fs::read_to_string("/proc/self/maps").unwrap().lines().count()
}

/// Opens, takes eight samples if there are any, and closes.
fn round(kind: &dyn SourceKind, candidate: &Candidate) {
    if let Ok(mut opened) = kind.open(candidate) {
        let _either = opened.source.sample(&mut Raw::<[u8; 8]>::new());
    }
}

#[test]
fn nothing_is_left_behind() {
    for kind in kinds().filter(|kind| kind.info().category == SourceCategory::Microarch) {
        for candidate in kind.find().iter().filter(|candidate| candidate.access == Access::Ready) {
            round(kind, candidate);
            let before = (entries("fd"), entries("task"), mappings());
            for _ in 0..ROUNDS {
                round(kind, candidate);
            }
            let after = (entries("fd"), entries("task"), mappings());
            let name = kind.info().name;
            assert_eq!((before.0, before.1), (after.0, after.1), "{name}: descriptors, threads");
            assert!(after.2 <= before.2 + ALLOCATOR_MAPPINGS, "{name}: mappings {} to {}", before.2, after.2);
        }
    }
}
