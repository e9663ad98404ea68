//! Sources that do as the test says, and numbers that look random.

use core::cell::RefCell;
use openentropy_core::health::{CollectError, LagTest, State};
use openentropy_core::{
    Claim, EntropySource, Group, Independence, MinEntropy, Platform, Raw, Requirement, SourceCategory,
    SourceError, SourceId, SourceInfo, Tested, Width,
};
use std::collections::VecDeque;

pub(crate) static BYTES: SourceInfo = SourceInfo {
    name: "script",
    description: "what the test says",
    physics: "none",
    category: SourceCategory::Signal,
    platform: Platform::Any,
    requirement: Requirement::None,
    width: Width::BYTE,
    independence: Independence::of(Group::Test),
};
pub(crate) static BITS: SourceInfo = SourceInfo { width: Width::BIT, ..BYTES };

pub(crate) const ID: SourceId = SourceId::new(1);
/// Samples in most blocks.
pub(crate) const BLOCK: usize = 64;

/// A source that calls `next` for every sample; an error ends the block.
pub(crate) struct Script<F> {
    pub(crate) info: &'static SourceInfo,
    pub(crate) next: F,
}

impl<F: FnMut() -> Result<u8, SourceError>> EntropySource for Script<F> {
    fn info(&self) -> &SourceInfo {
        self.info
    }

    fn sample(&mut self, out: &mut Raw) -> Result<(), SourceError> {
        out.write(|slots| {
            for slot in slots {
                *slot = (self.next)()?;
            }
            Ok(())
        })
    }
}

/// The samples of `next`, from a source of bytes.
pub(crate) fn bytes<F: FnMut() -> Result<u8, SourceError>>(next: F) -> Script<F> {
    Script { info: &BYTES, next }
}

pub(crate) fn millibits(amount: u16) -> MinEntropy {
    MinEntropy::from_millibits(amount).unwrap()
}

pub(crate) fn claim(amount: u16) -> Claim {
    Claim::OperatorDeclared(millibits(amount))
}

/// What `blocks` blocks of `N` samples came to.
pub(crate) fn outcomes<const N: usize, S: EntropySource, L: LagTest>(
    source: &mut Tested<S, L>,
    blocks: usize,
) -> Vec<Result<(), CollectError>> {
    let mut scratch = Raw::<[u8; N]>::new();
    (0..blocks).map(|_| source.collect(&mut scratch).map(drop)).collect()
}

/// Good samples of a byte each, for a claim of one bit.
pub(crate) fn good() -> impl FnMut() -> Result<u8, SourceError> {
    let mut random = Random(1);
    move || Ok(random.byte())
}

pub(crate) fn started<F: FnMut() -> Result<u8, SourceError>>(next: F) -> Tested<Script<F>> {
    let mut source = Tested::new(bytes(next), ID, claim(1000));
    assert_eq!(outcomes::<1024, _, _>(&mut source, 1), [Err(CollectError::Starting { remaining: 0 })]);
    assert_eq!(source.state(), State::Running);
    source
}

/// Good samples, and in between those that a test plans.
pub(crate) struct Feed {
    random: Random,
    pub(crate) planned: RefCell<VecDeque<u8>>,
}

impl Feed {
    pub(crate) fn new() -> Self {
        Self { random: Random(2), planned: RefCell::default() }
    }

    pub(crate) fn plan(&self, samples: impl IntoIterator<Item = u8>) {
        self.planned.borrow_mut().extend(samples);
    }

    fn next(&self, random: &mut Random) -> Result<u8, SourceError> {
        Ok(self.planned.borrow_mut().pop_front().unwrap_or_else(|| random.byte()))
    }

    pub(crate) fn source(&self) -> impl FnMut() -> Result<u8, SourceError> {
        let mut random = self.random.clone();
        move || self.next(&mut random)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): plain, fast and seeded, for tests only.
#[derive(Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.word() as u8
    }

    /// 0 with a probability of `likely` / 2^32, else one of 1 to `others`.
    pub(crate) fn biased(&mut self, likely: u64, others: u64) -> u8 {
        let word = self.word();
        if word >> 32 < likely { 0 } else { (1 + (word & 0xffff_ffff) * others / (1 << 32)) as u8 }
    }
}
