//! Serial: whether all short patterns of bits are equally likely.

use super::Test;

pub mod approximate_entropy;
pub mod overlapping_patterns;

pub(super) const TESTS: &[Test] = &[
    Test { info: &overlapping_patterns::INFO, run: overlapping_patterns::test },
    Test { info: &approximate_entropy::INFO, run: approximate_entropy::test },
];
