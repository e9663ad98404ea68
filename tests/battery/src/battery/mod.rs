//! The battery: thirty-one named tests in ten groups, and further families beside them.
//!
//! Each test answers with one p-value for the whole sequence. For independent unbiased bits that
//! value is uniform between 0 and 1 (a discrete statistic's value is at most that small as often), so a test fails
//! such data at its nominal rate and no more; [`Verdict`](crate::Verdict) judges all of them together.
//!
//! ```
//! use openentropy_tests::{Bits, Verdict, battery};
//!
//! let counter: Vec<u8> = (0u32..20_000).map(|i| i as u8).collect();
//! let findings = battery::run(&Bits::new(&counter));
//! let verdict = Verdict::over(&findings, 0.01);
//! let names: Vec<_> = verdict.rejected.iter().map(|&index| findings[index].info.name).collect();
//! assert!(names.contains(&"serial_correlation"));
//! ```

use crate::{Bits, Finding, Info, Outcome, threads};

pub mod advanced;
pub mod correlation;
mod cumulants;
pub mod distribution;
pub mod entropy;
pub mod frequency;
pub mod further;
pub mod pattern;
pub mod practical;
pub mod runs;
pub mod serial;
pub mod spectral;

/// A test of the battery.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// What it computes and what may be concluded.
    pub info: &'static Info,
    /// Runs it over a sequence; fewer bits than the test's minimum are not applicable.
    pub run: fn(&Bits<'_>) -> Outcome,
}

/// The ten groups of named tests, in their usual order.
pub const GROUPS: [&[Test]; 10] = [
    frequency::TESTS,
    runs::TESTS,
    serial::TESTS,
    spectral::TESTS,
    entropy::TESTS,
    correlation::TESTS,
    distribution::TESTS,
    pattern::TESTS,
    advanced::TESTS,
    practical::TESTS,
];

/// All tests: the ten groups, then the further families.
pub fn tests() -> impl Iterator<Item = &'static Test> {
    GROUPS.into_iter().chain([further::TESTS]).flatten()
}

/// Runs every test over `bits`, in order.
pub fn run(bits: &Bits<'_>) -> Vec<Finding> {
    threads::map(tests().collect(), |test| Finding::single(test.info, test.apply(bits)))
}

impl Test {
    /// Runs the test, or says that there are too few bits for it.
    pub fn apply(&self, bits: &Bits<'_>) -> Outcome {
        match self.info.minimum_bits {
            need if (bits.len() as u64) < need => Outcome::too_short(need),
            _ => (self.run)(bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, tests};
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_groups_are_whole() {
        for group in GROUPS.iter().filter(|group| !group.is_empty()) {
            assert!(group.iter().all(|test| test.info.group == group[0].info.group));
        }
        let names: HashSet<_> = tests().map(|test| test.info.name).collect();
        assert_eq!(names.len(), tests().count(), "names are unique");
    }
}
