//! Runs: whether bits stay the same, or change, too often.

use super::Test;

pub mod longest_run;
pub mod number_of_runs;

pub(super) const TESTS: &[Test] = &[
    Test { info: &number_of_runs::INFO, run: number_of_runs::test },
    Test { info: &longest_run::INFO, run: longest_run::test },
];
