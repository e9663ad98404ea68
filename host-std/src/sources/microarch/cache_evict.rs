//! A line that a walk has pushed out of the private caches.
//!
//! The physical effect: where the line is found again, in a shared cache or in memory, and how busy the way there is, depends on what every other core
//! does with the shared cache and on the memory controller. What is read: ticks of one load, after a walk over the lines that compete with it
//! for a place in the private caches. Other programs and other guests of the host fill the shared cache and can watch its state: the part of the
//! noise that they make is theirs.
//!
//! The walk takes the line at one offset of each page of eight mebibytes: whatever memory the pages lie in, 2,048 lines share the few sets into
//! which that offset falls, more than the second-level caches of today's cores hold there.
//!
//! What can go wrong: no room for the eight mebibytes (I/O error at opening); private caches larger than the walk keep the line, and the readings
//! hardly vary, which the health tests see.
//!
//! Reference: F. Liu and others, "Last-Level Cache Side-Channel Attacks are Practical", IEEE S&P 2015, §IV.

use super::lines::load;
use crate::sources::timed::{Timed, Work};
use crate::sys::{Mapping, page_size};
use crate::{Candidate, Class, SourceKind};
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "cache_evict",
    description: "ticks of loading a line after a walk over the lines that compete with it",
    physics: "the shared cache's contents and the traffic on the way to it change with every other core's work",
    category: SourceCategory::Microarch,
    platform: Platform::Unix,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::Memory),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CacheEvict>::KIND;

/// Distance of the lines: offsets within it are the same in virtual and in physical memory.
const STRIDE: usize = 4096;
/// Lines of the walk.
const LINES: usize = 2048;

struct CacheEvict {
    memory: Mapping,
}

impl Work for CacheEvict {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Memory;
    const ALIASES: &'static [&'static str] = &["cache_contention", "l2_cache_set_oracle"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        let mut memory = Mapping::new(((LINES + 1) * STRIDE).next_multiple_of(page_size()))?;
        memory.populate();
        Ok(Self { memory })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        let walk = self.memory.bytes().iter().step_by(STRIDE).take(LINES + 1);
        walk.for_each(load); // the first is the line itself
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        self.memory.bytes().first().into_iter().for_each(load);
        Ok(())
    }
}
