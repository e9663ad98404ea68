//! What a test is, and what it found.

use core::error::Error;
use core::fmt;
use std::borrow::Cow;

/// What a test computes, and what may be concluded from it.
///
/// ```
/// use openentropy_tests::sp800_22;
///
/// let info = &sp800_22::frequency::INFO;
/// assert_eq!((info.name, info.minimum_bits), ("Frequency", 100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Info {
    /// The test's name, unique within its suite.
    pub name: &'static str,
    /// The suite, or the group within it, that the test belongs to.
    pub group: &'static str,
    /// Fewest bits with which the test applies.
    pub minimum_bits: u64,
    /// What is computed from the bits.
    pub statistic: &'static str,
    /// How the statistic is distributed for independent unbiased bits, and how exactly that is known.
    pub null: &'static str,
    /// Which faults it is made to find.
    pub sees: &'static str,
    /// Which faults it cannot find.
    pub misses: &'static str,
    /// Where it is described: the standard's section, or the paper.
    pub source: &'static str,
}

/// What one variant of a test found in one sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The test.
    pub info: &'static Info,
    /// Which of the test's results this is: a template, a state, a direction; empty where there is one only.
    pub variant: Cow<'static, str>,
    /// The result.
    pub outcome: Outcome,
}

impl Finding {
    /// A result of a test that has but one.
    pub const fn single(info: &'static Info, outcome: Outcome) -> Self {
        Self { info, variant: Cow::Borrowed(""), outcome }
    }

    /// One of several results of a test.
    pub fn of(info: &'static Info, variant: impl Into<Cow<'static, str>>, outcome: Outcome) -> Self {
        Self { info, variant: variant.into(), outcome }
    }
}

/// A test's result. No figure in it is ever NaN or infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The test says nothing about this sequence.
    NotApplicable(Reason),
    /// The probability, for independent unbiased bits, of a statistic at least this far out.
    PValue {
        /// The statistic.
        statistic: f64,
        /// Its p-value, 0 to 1.
        p: f64,
    },
    /// A statistic with fixed limits, as some standards have them.
    Limits {
        /// The statistic.
        statistic: f64,
        /// Whether it lies within them.
        pass: bool,
    },
    /// A figure that describes the sequence and decides nothing.
    Described {
        /// The figure.
        statistic: f64,
    },
}

impl Outcome {
    /// A p-value and its statistic; the p-value is brought into 0 to 1, which rounding may have left.
    ///
    /// # Panics
    /// If either is not a number: a test must say that it does not apply instead.
    pub fn p_value(statistic: f64, p: f64) -> Self {
        assert!(statistic.is_finite() && !p.is_nan(), "statistic {statistic}, p-value {p}");
        // Adding zero turns a negative zero into a positive one.
        Self::PValue { statistic: statistic + 0.0, p: p.clamp(0.0, 1.0) + 0.0 }
    }

    /// Says that the test needs at least `bits` bits.
    pub const fn too_short(bits: u64) -> Self {
        Self::NotApplicable(Reason::TooShort { need: bits })
    }

    /// The p-value, if there is one.
    pub const fn p(&self) -> Option<f64> {
        match self {
            Self::PValue { p, .. } => Some(*p),
            _ => None,
        }
    }

    /// The statistic, if the test applies.
    pub const fn statistic(&self) -> Option<f64> {
        match self {
            Self::PValue { statistic, .. }
            | Self::Limits { statistic, .. }
            | Self::Described { statistic } => Some(*statistic),
            Self::NotApplicable(_) => None,
        }
    }

    /// Whether the sequence passes at level `alpha` by this test alone; `None` where nothing is decided.
    pub fn passes(&self, alpha: f64) -> Option<bool> {
        match self {
            Self::PValue { p, .. } => Some(*p >= alpha),
            Self::Limits { pass, .. } => Some(*pass),
            Self::NotApplicable(_) | Self::Described { .. } => None,
        }
    }
}

/// Why a test says nothing about a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There are too few bits.
    TooShort {
        /// How many the test needs.
        need: u64,
    },
    /// There is too little of what the test counts.
    TooFew {
        /// What is counted, in the plural.
        what: &'static str,
        /// How many there are.
        have: u64,
        /// How many the test needs.
        need: u64,
    },
    /// The test's parameters do not fit the length of the sequence; the text says which.
    Parameter(&'static str),
    /// Every value is the same, so that what the test compares does not vary.
    Constant,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { need } => write!(f, "needs at least {need} bits"),
            Self::TooFew { what, have, need } => write!(f, "{have} {what}, needs at least {need}"),
            Self::Parameter(text) => f.write_str(text),
            Self::Constant => f.write_str("every value is the same"),
        }
    }
}

impl Error for Reason {}

#[cfg(test)]
mod tests {
    use super::{Outcome, Reason};

    #[test]
    fn only_a_decision_passes_or_fails() {
        assert_eq!(Outcome::p_value(1.0, 0.01).passes(0.01), Some(true));
        assert_eq!(Outcome::p_value(1.0, 0.0099).passes(0.01), Some(false));
        assert_eq!(Outcome::Limits { statistic: 0.0, pass: false }.passes(0.01), Some(false));
        assert_eq!(Outcome::Described { statistic: 7.9 }.passes(0.01), None);
        assert_eq!(Outcome::too_short(100).passes(0.01), None);
    }

    #[test]
    fn rounding_beyond_one_is_taken_back() {
        assert_eq!(Outcome::p_value(0.0, 1.0 + 1e-15).p(), Some(1.0));
        assert_eq!(Outcome::p_value(0.0, -1e-18).p(), Some(0.0));
    }

    #[test]
    #[should_panic(expected = "p-value NaN")]
    fn what_is_not_a_number_is_no_result() {
        let _ = Outcome::p_value(0.0, f64::NAN);
    }

    #[test]
    fn reasons_say_what_would_do() {
        assert_eq!(Reason::TooShort { need: 100 }.to_string(), "needs at least 100 bits");
        let cycles = Reason::TooFew { what: "cycles", have: 3, need: 500 };
        assert_eq!(cycles.to_string(), "3 cycles, needs at least 500");
    }
}
