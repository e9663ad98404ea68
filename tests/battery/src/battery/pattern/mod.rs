//! Pattern: how often certain words of bits occur, and how soon words come again.

use super::Test;

pub mod maurer_universal;
pub mod non_overlapping_template;
pub mod overlapping_template;

pub(super) const TESTS: &[Test] = &[
    Test { info: &overlapping_template::INFO, run: overlapping_template::test },
    Test { info: &non_overlapping_template::INFO, run: non_overlapping_template::test },
    Test { info: &maurer_universal::INFO, run: maurer_universal::test },
];
