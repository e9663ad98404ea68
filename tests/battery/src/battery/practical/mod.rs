//! Practical: what a first look at a source's words, points and moments would show.

use super::Test;

pub mod bit_avalanche;
pub mod mean_variance;
pub mod monte_carlo_pi;

pub(super) const TESTS: &[Test] = &[
    Test { info: &bit_avalanche::INFO, run: bit_avalanche::test },
    Test { info: &monte_carlo_pi::INFO, run: monte_carlo_pi::test },
    Test { info: &mean_variance::INFO, run: mean_variance::test },
];
