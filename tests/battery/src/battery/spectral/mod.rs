//! Spectral: whether the spectrum has peaks or shape.

use super::Test;

pub mod dft;
pub mod spectral_flatness;

/// Most values, bits or bytes, that a test of this group transforms at once; longer sequences are cut into sections.
pub const LONGEST: usize = 1 << 22;

pub(super) const TESTS: &[Test] = &[
    Test { info: &dft::INFO, run: dft::test },
    Test { info: &spectral_flatness::INFO, run: spectral_flatness::test },
];
