//! Spectral: whether the spectrum has peaks or shape.

use super::Test;

pub mod dft;
pub mod spectral_flatness;

pub(super) const TESTS: &[Test] = &[
    Test { info: &dft::INFO, run: dft::test },
    Test { info: &spectral_flatness::INFO, run: spectral_flatness::test },
];
