//! The time to copy memory from one process to another by the kernel's hand.
//!
//! The physical effect: the kernel walks the page tables, pins the pages and copies them, so the time tells of caches, memory and interrupts.
//! What is read: ticks of a copy of 16 KiB. Everybody who loads the machine or its memory influences it. A view of the same noise as
//! `jitter_loop`, without claim.
//!
//! Both processes are this one: a child would hold a copy of this process's memory, the pool's included, for as long as it lives, and the
//! program that uses this library would have to expect it among its own.
//!
//! What can go wrong: kernels without the call (CONFIG_CROSS_MEMORY_ATTACH), and filters that forbid it, as older container profiles do. A
//! copy that stops short is an error.
//!
//! Reference: process_vm_readv(2).

use crate::sources::asked::asked;
use crate::sources::errno::error_of;
use crate::sources::timed::{Timed, Work, here};
use crate::sys::os::process_memory::copy_own;
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "process_copy",
    description: "ticks of a copy of process memory by the kernel",
    physics: "page tables, caches, memory and interrupts vary the time to pin and copy pages",
    category: SourceCategory::Ipc,
    platform: Platform::Linux,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<ProcessCopy>::KIND;

/// Bytes of one copy: four pages, and one more that they may touch.
const LENGTH: usize = 16 * 1024;

struct ProcessCopy {
    from: Vec<u8>,
    to: Vec<u8>,
}

impl Work for ProcessCopy {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Kernel;

    fn find() -> Vec<Candidate> {
        let answer = copy_own(&[1], &mut [0]);
        let facility = "process_vm_readv(2) (CONFIG_CROSS_MEMORY_ATTACH)";
        asked(answer, here(), facility, "a seccomp filter forbids process_vm_readv(2)")
    }

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { from: vec![0xA5; LENGTH], to: vec![0; LENGTH] })
    }

    fn run(&mut self) -> Result<(), SourceError> {
        match copy_own(&self.from, &mut self.to).map_err(error_of)? {
            LENGTH => Ok(()),
            _ => Err(SourceError::Io),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_copied() {
        let Ok(mut copy) = ProcessCopy::open(&Candidate::ready()) else { return };
        match copy.run() {
            Ok(()) => assert_eq!(copy.to, copy.from),
            Err(error) => assert!(matches!(error, SourceError::Absent | SourceError::Denied), "{error}"),
        }
    }
}
