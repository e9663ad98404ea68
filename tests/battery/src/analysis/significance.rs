//! A statistic with its p-value, and how answers are written where there is none.

use crate::{Outcome, Reason};

/// A statistic and how likely one at least as far out is if nothing is wrong. Both are finite.
///
/// ```
/// use openentropy_tests::analysis::bit_bias;
///
/// let test = bit_bias(&[0b0101_0101; 500])?.chi_square;
/// assert_eq!((test.statistic, test.p_value < 1e-12), (4000.0, true));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Significance {
    /// The statistic.
    pub statistic: f64,
    /// Its p-value, 0 to 1.
    pub p_value: f64,
}

impl Significance {
    /// A p-value brought into 0 to 1, which rounding may have left.
    ///
    /// # Panics
    /// If either is not a number.
    pub(crate) fn new(statistic: f64, p_value: f64) -> Self {
        assert!(statistic.is_finite() && !p_value.is_nan(), "statistic {statistic}, p-value {p_value}");
        Self { statistic, p_value: p_value.clamp(0.0, 1.0) }
    }
}

impl From<Significance> for Outcome {
    fn from(test: Significance) -> Self {
        Self::p_value(test.statistic, test.p_value)
    }
}

/// Says that there is too little of what is counted.
pub(crate) fn at_least(what: &'static str, have: usize, need: usize) -> Result<(), Reason> {
    match have < need {
        true => Err(Reason::TooFew { what, have: have as u64, need: need as u64 }),
        false => Ok(()),
    }
}

/// Writes a report, or `{"not_applicable": reason}` where there is none.
#[cfg(feature = "serde")]
pub(crate) fn answer<T: serde::Serialize, S: serde::Serializer>(
    answer: &Result<T, Reason>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap as _;
    match answer {
        Ok(report) => report.serialize(serializer),
        Err(reason) => {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry("not_applicable", &reason.to_string())?;
            map.end()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Significance, at_least};
    use crate::{Outcome, Reason};

    #[test]
    fn a_significance_is_an_outcome() {
        let outcome = Outcome::from(Significance::new(2.0, 1.0 + 1e-16));
        assert_eq!((outcome.statistic(), outcome.p()), (Some(2.0), Some(1.0)));
    }

    #[test]
    fn too_little_is_said_with_both_counts() {
        assert_eq!(at_least("bytes", 5, 5), Ok(()));
        assert_eq!(at_least("bytes", 4, 5), Err(Reason::TooFew { what: "bytes", have: 4, need: 5 }));
    }
}
