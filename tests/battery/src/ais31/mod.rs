//! Procedures A and B of AIS 31 (version 2.0 limits): tests T0 to T8.
//!
//! Procedure A (T0 to T5) judges output, procedure B (T6 to T8) digitised noise. An ideal source passes A with
//! probability 0.9987 and B with 0.9998. If exactly one test of a procedure fails, the procedure is
//! repeated once on the bits that follow, and decides then; if they do not suffice, that
//! test is reported as not decided.
//!
//! Version 3 of AIS 31 has other classes and limits: passing here says nothing about them.
//!
//! ```
//! use openentropy_tests::{Bits, Verdict, ais31};
//!
//! let biased: Vec<u8> = (0u32..1_200_000).map(|i| (i.wrapping_mul(2_654_435_769) >> 24) as u8 | 1).collect();
//! let findings = ais31::run(&Bits::new(&biased));
//! assert!(!Verdict::over(&findings, 0.01).passes());
//! ```

mod procedure_a;
mod procedure_b;

use crate::{Bits, Finding, Info, Outcome, Reason, threads};

/// One of the tests, and in how many of its rounds it failed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tested {
    /// What the test computed; of several rounds, the number of failed ones.
    statistic: f64,
    failures: usize,
}

/// A procedure run once.
struct Attempt {
    /// The tests in order; those after a fault that leaves them without meaning are missing.
    tests: Vec<Tested>,
    /// Bits it took.
    used: usize,
}

/// Runs one attempt on the given bits, or says how many bits would do for certain.
type Procedure = fn(&Bits<'_>) -> Result<Attempt, u64>;

const PROCEDURES: [(Procedure, &[&Info]); 2] =
    [(procedure_a::attempt, &procedure_a::TESTS), (procedure_b::attempt, &procedure_b::TESTS)];

/// Runs both procedures, each from the first bit on; nine findings, T0 to T8.
///
/// A needs 8,285,728 bits and B at most 8,168,480, each twice that if a repetition is due.
pub fn run(bits: &Bits<'_>) -> Vec<Finding> {
    threads::map(PROCEDURES.to_vec(), |(procedure, tests)| judge(bits, procedure, tests)).concat()
}

fn judge(bits: &Bits<'_>, procedure: Procedure, tests: &'static [&'static Info]) -> Vec<Finding> {
    let first = match procedure(bits) {
        Ok(attempt) => attempt,
        Err(need) => {
            return tests.iter().map(|info| Finding::single(info, Outcome::too_short(need))).collect();
        }
    };
    if first.tests.iter().map(|test| test.failures).sum::<usize>() != 1 {
        return findings(&first, tests, |test| test.failures == 0);
    }
    match procedure(&bits.section(first.used, bits.len() - first.used)) {
        Ok(second) => findings(&second, tests, |test| test.failures == 0),
        Err(need) => {
            let undecided = Reason::TooFew {
                what: "bits left for the repetition that one failure asks for",
                have: (bits.len() - first.used) as u64,
                need,
            };
            let mut findings = findings(&first, tests, |_| true);
            let failed = findings.iter_mut().zip(&first.tests).filter(|(_, test)| test.failures > 0);
            failed.for_each(|(finding, _)| finding.outcome = Outcome::NotApplicable(undecided));
            findings
        }
    }
}

fn findings(attempt: &Attempt, tests: &[&'static Info], pass: impl Fn(&Tested) -> bool) -> Vec<Finding> {
    let outcome = |test: &Tested| Outcome::Limits { statistic: test.statistic, pass: pass(test) };
    let not_asked =
        Outcome::NotApplicable(Reason::Parameter("an earlier test found faults too gross for this one"));
    let tested = attempt.tests.iter().map(outcome).chain(core::iter::repeat(not_asked));
    tests.iter().zip(tested).map(|(info, outcome)| Finding::single(info, outcome)).collect()
}

const fn info(
    name: &'static str,
    (group, minimum_bits): (&'static str, u64),
    statistic: &'static str,
    null: &'static str,
    sees: &'static str,
    misses: &'static str,
) -> Info {
    Info {
        name,
        group,
        minimum_bits,
        statistic,
        null,
        sees,
        misses,
        source: "AIS 20/31, a proposal for functionality classes for random number generators, version 2.0 (2011), 2.4.4",
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempt, Bits, Finding, Outcome, Tested, judge, procedure_a, run};
    use crate::test_streams::Good;
    use crate::{Reason, Verdict};

    #[test]
    fn good_streams_pass_both_procedures() {
        for good in Good::ALL {
            let findings = run(&Bits::new(&good.bytes(3, 1_100_000)));
            assert_eq!(findings.len(), 9);
            assert!(
                findings.iter().all(|f| matches!(f.outcome, Outcome::Limits { pass: true, .. })),
                "{findings:?}"
            );
        }
    }

    #[test]
    fn too_few_bits_are_said() {
        let bytes = Good::ChaCha20.bytes(3, procedure_a::BITS as usize / 8 - 1);
        let findings = run(&Bits::new(&bytes));
        assert!(findings[..6].iter().all(|f| f.outcome == Outcome::too_short(procedure_a::BITS)));
        assert!(findings[6..].iter().all(|f| f.outcome.passes(0.01) == Some(true)), "B needs fewer");
        assert!(run(&Bits::new(&[])).iter().all(|f| matches!(f.outcome, Outcome::NotApplicable(_))));
    }

    #[test]
    fn constant_bits_fail_everything_that_can_be_asked() {
        let findings = run(&Bits::new(&vec![0; 1_100_000]));
        let failed = |f: &Finding| f.outcome.passes(0.01) == Some(false);
        assert!(findings[..7].iter().all(failed), "{findings:?}");
        assert!(
            findings[7..].iter().all(|f| matches!(f.outcome, Outcome::NotApplicable(Reason::Parameter(_))))
        );
        assert!(!Verdict::over(&findings, 0.01).passes());
    }

    #[test]
    fn periods_of_eight_bits_fail() {
        for (pattern, test) in [(0x55, 6), (0x33, 6), (0x1B, 7)] {
            let findings = run(&Bits::new(&vec![pattern; 1_100_000]));
            assert_eq!(findings[test].outcome.passes(0.01), Some(false), "{pattern:x}: {findings:?}");
        }
    }

    /// A procedure that takes eight bits and fails once per one among them.
    fn toy(bits: &Bits<'_>) -> Result<Attempt, u64> {
        if bits.len() < 8 {
            return Err(8);
        }
        let failures = bits.section(0, 8).ones();
        let test = Tested { statistic: failures as f64, failures };
        Ok(Attempt { tests: vec![test], used: 8 })
    }

    #[test]
    fn one_failure_is_decided_by_the_repetition() {
        let outcome = |bytes: &[u8]| judge(&Bits::new(bytes), toy, &procedure_a::TESTS[..1])[0].outcome;
        assert_eq!(outcome(&[0]), Outcome::Limits { statistic: 0.0, pass: true });
        assert_eq!(outcome(&[3, 0]), Outcome::Limits { statistic: 2.0, pass: false });
        assert_eq!(outcome(&[1, 0]), Outcome::Limits { statistic: 0.0, pass: true });
        assert_eq!(outcome(&[1, 4]), Outcome::Limits { statistic: 1.0, pass: false });
        assert!(matches!(outcome(&[1]), Outcome::NotApplicable(Reason::TooFew { have: 0, need: 8, .. })));
    }
}
