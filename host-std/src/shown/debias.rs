//! Debiasing of shown samples.

use super::RawBlock;
use openentropy_core::condition::{Peres, Transform, VonNeumann};
use zeroize::Zeroizing;

/// Levels and block of the iterated corrector: two thirds of the entropy of independent bits.
const PERES_LEVELS: u32 = 4;
const PERES_BLOCK: usize = 64;

/// A corrector of bias, which takes the samples to be independent; the label says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Debiasing {
    /// Von Neumann's, over pairs of the same bit of successive samples.
    VonNeumann,
    /// Peres' iteration of it.
    Peres,
}

impl Debiasing {
    /// The name, as labels print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VonNeumann => VonNeumann::NAME,
            Self::Peres => <Peres<PERES_LEVELS, PERES_BLOCK>>::NAME,
        }
    }
}

/// A corrector at work on the samples of one source.
#[allow(clippy::large_enum_variant, reason = "there is one per source that is shown")]
pub(super) enum Debias {
    VonNeumann(VonNeumann),
    Peres(Peres<PERES_LEVELS, PERES_BLOCK>),
}

impl Debias {
    pub(super) const fn new(debiasing: Debiasing) -> Self {
        match debiasing {
            Debiasing::VonNeumann => Self::VonNeumann(VonNeumann::new()),
            Debiasing::Peres => Self::Peres(Peres::new()),
        }
    }

    /// What comes of a block's samples; `None` if nothing does yet.
    pub(super) fn applied(&mut self, block: RawBlock) -> Option<RawBlock> {
        let room = block.samples.len() + PERES_BLOCK; // so that growing leaves no copies behind
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        for sample in &*block.samples {
            let mut emit = |byte| bytes.push(byte);
            match self {
                Self::VonNeumann(corrector) => corrector.push(*sample, &mut emit),
                Self::Peres(corrector) => corrector.push(*sample, &mut emit),
            }
        }
        (!bytes.is_empty()).then_some(RawBlock { width: 8, samples: bytes, ..block })
    }
}
