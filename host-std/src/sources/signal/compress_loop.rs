//! The source's own past, compressed.
//!
//! The physical effect: how long a dictionary coder takes depends on its data, by the branches it takes, and on caches and interrupts. The data are
//! the times of the last 512 rounds, a byte each; no generator feeds it. What is read: ticks of one pass of LZ78 over them. Each reading changes
//! one byte of 512, so neighbouring readings depend on each other, and who sees all readings knows the data. Everybody who loads the machine
//! influences it: a view of the same noise as `jitter_loop`.
//!
//! What can go wrong: nothing but the counter, which the process may not be allowed to read (denied); a past that repeats itself gives readings that
//! do, which the health tests see.
//!
//! Reference: J. Ziv and A. Lempel, "Compression of Individual Sequences via Variable-Rate Coding", IEEE Trans. Inf. Theory 24 (1978).

use crate::sources::past::Past;
use crate::sources::timed::{Timed, Work};
use crate::{Candidate, Class, SourceKind};
use core::hint::black_box;
use openentropy_core::{
    Group, Independence, Platform, Requirement, SourceCategory, SourceError, SourceInfo, Width,
};

static INFO: SourceInfo = SourceInfo {
    name: "compress_loop",
    description: "ticks of compressing the times of the last 512 rounds",
    physics: "data-dependent branches, cache state and interrupts vary the time of a fixed computation",
    category: SourceCategory::Signal,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::WORD,
    independence: Independence::of(Group::CpuTiming),
};

pub(super) static KIND: &dyn SourceKind = &Timed::<CompressLoop>::KIND;

/// Bytes that are compressed.
const LENGTH: usize = 512;

struct CompressLoop {
    past: Past<LENGTH>,
    coder: Box<Lz78>,
}

impl Work for CompressLoop {
    const INFO: &'static SourceInfo = &INFO;
    const CLASS: Class = Class::Processor;
    const ALIASES: &'static [&'static str] = &["compression_timing"];

    fn open(_: &Candidate) -> Result<Self, SourceError> {
        Ok(Self { past: Past::new(), coder: Box::new(Lz78::new()) })
    }

    fn prepare(&mut self) -> Result<(), SourceError> {
        self.past.remember();
        Ok(())
    }

    fn run(&mut self) -> Result<(), SourceError> {
        black_box(self.coder.phrases(self.past.bytes()));
        Ok(())
    }
}

/// A dictionary of phrases, each a former one and a byte, as chains of children.
struct Lz78 {
    phrases: [Phrase; LENGTH + 1],
}

/// Numbers of phrases; zero, the empty one, also says that there is none.
#[derive(Clone, Copy, Default)]
struct Phrase {
    byte: u8,
    child: u16,
    sibling: u16,
}

impl Lz78 {
    const fn new() -> Self {
        Self { phrases: [Phrase { byte: 0, child: 0, sibling: 0 }; LENGTH + 1] }
    }

    /// The number of phrases into which LZ78 parses `data`, the last perhaps not complete.
    fn phrases(&mut self, data: &[u8; LENGTH]) -> u16 {
        self.phrases[0] = Phrase::default();
        let (mut known, mut at) = (0, 0);
        for &byte in data {
            match self.child(at, byte) {
                0 => {
                    known += 1;
                    let first = &mut self.phrases[usize::from(at)].child;
                    let sibling = core::mem::replace(first, known);
                    self.phrases[usize::from(known)] = Phrase { byte, child: 0, sibling };
                    at = 0;
                }
                child => at = child,
            }
        }
        known + u16::from(at != 0)
    }

    /// The phrase that is `parent` and `byte`.
    fn child(&self, parent: u16, byte: u8) -> u16 {
        let mut at = self.phrases[usize::from(parent)].child;
        while at != 0 && self.phrases[usize::from(at)].byte != byte {
            at = self.phrases[usize::from(at)].sibling;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// LZ78 with a set of whole phrases.
    fn parsed(data: &[u8]) -> usize {
        let (mut known, mut from) = (HashSet::new(), 0);
        for to in 1..=data.len() {
            if known.insert(&data[from..to]) {
                from = to;
            }
        }
        known.len() + usize::from(from < data.len())
    }

    #[test]
    fn phrases_are_those_of_the_definition() {
        let mut coder = Lz78::new();
        let equal = [7; LENGTH];
        let texts: [[u8; LENGTH]; 3] = [
            equal,
            core::array::from_fn(|at| (at * at / 7) as u8),
            core::array::from_fn(|at| (at % 3) as u8),
        ];
        for text in texts {
            assert_eq!(usize::from(coder.phrases(&text)), parsed(&text));
        }
        assert_eq!(coder.phrases(&equal), 32); // 1 + 2 + … + 31 = 496, and 16 bytes are left
    }
}
