//! Advanced: rank, linear complexity, walks and spacings.

use super::Test;

pub mod birthday_spacings;
pub mod cumulative_sums;
pub mod linear_complexity;
pub mod matrix_rank;
pub mod random_excursions;
pub(super) mod spacings;
mod walk;

pub(super) const TESTS: &[Test] = &[
    Test { info: &matrix_rank::INFO, run: matrix_rank::test },
    Test { info: &linear_complexity::INFO, run: linear_complexity::test },
    Test { info: &cumulative_sums::INFO, run: cumulative_sums::test },
    Test { info: &random_excursions::INFO, run: random_excursions::test },
    Test { info: &birthday_spacings::INFO, run: birthday_spacings::test },
];
