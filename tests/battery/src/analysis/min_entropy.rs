//! The assessed min-entropy of bytes, estimator by estimator.

use super::shannon::shannon;
use crate::sp800_90b::{Assessment, Estimate, InputError, View, assess};

/// The ten estimates of SP 800-90B over 8-bit samples, all in bits per byte.
///
/// An estimate that the standard makes over the bits of the samples counts eight times; of one that
/// is made over bytes and over bits the smaller figure stands here. `None` where it is not computed.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MinEntropyReport {
    /// Number of samples.
    pub samples: usize,
    /// Whether there are fewer samples than the standard accepts: the figures are then no assessment.
    pub below_minimum: bool,
    /// The plug-in Shannon entropy, for comparison only.
    pub shannon_entropy: f64,
    /// The assessed figure: the smallest of all estimates, 0 for constant data.
    pub min_entropy: f64,
    /// The estimator that set it; `None` for constant data.
    pub limited_by: Option<&'static str>,
    /// The smallest estimate beside the most common value's.
    pub heuristic_floor: Option<f64>,
    /// Upper 99 % bound of the share of the most common byte.
    pub mcv_p_upper: Option<f64>,
    /// §6.3.1
    pub mcv_estimate: Option<f64>,
    /// §6.3.2
    pub collision_estimate: Option<f64>,
    /// §6.3.3
    pub markov_estimate: Option<f64>,
    /// §6.3.4
    pub compression_estimate: Option<f64>,
    /// §6.3.5
    pub t_tuple_estimate: Option<f64>,
    /// §6.3.6
    pub lrs_estimate: Option<f64>,
    /// §6.3.7
    pub multi_mcw_estimate: Option<f64>,
    /// §6.3.8
    pub lag_estimate: Option<f64>,
    /// §6.3.9
    pub multi_mmc_estimate: Option<f64>,
    /// §6.3.10
    pub lz78y_estimate: Option<f64>,
}

impl MinEntropyReport {
    /// Whether the figure is as low as the standard makes it: all ten estimates are there, or the data are constant.
    pub(crate) fn is_complete(&self) -> bool {
        let estimates = [
            self.mcv_estimate,
            self.collision_estimate,
            self.markov_estimate,
            self.compression_estimate,
            self.t_tuple_estimate,
            self.lrs_estimate,
            self.multi_mcw_estimate,
            self.lag_estimate,
            self.multi_mmc_estimate,
            self.lz78y_estimate,
        ];
        self.limited_by.is_none() || estimates.iter().all(Option::is_some)
    }
}

/// Runs all ten estimators over bytes (SP 800-90B §6.3, non-IID track).
///
/// The figures are lower bounds of how well ten fixed predictors do; none shows that a source is unpredictable.
/// Time and memory are those of [`assess`].
///
/// # Errors
/// [`InputError::Length`]: fewer than two bytes, or more than 2^29 - 1.
///
/// ```
/// use openentropy_tests::analysis::min_entropy_report;
///
/// let counter: Vec<u8> = (0u32..10_000).map(|i| i as u8).collect();
/// let report = min_entropy_report(&counter)?;
/// assert!(report.shannon_entropy > 7.99 && report.min_entropy < 0.1 && report.below_minimum);
/// # Ok::<(), openentropy_tests::sp800_90b::InputError>(())
/// ```
pub fn min_entropy_report(data: &[u8]) -> Result<MinEntropyReport, InputError> {
    let assessment = assess(data, 8)?;
    // Constant bytes have no entropy, whatever is estimated over the bits they are written with.
    let constant = assessment.alphabet < 2;
    let per_byte: Vec<(&'static str, f64)> = per_byte(&assessment).collect();
    let lowest = |wanted: &dyn Fn(&str) -> bool| {
        let values = per_byte.iter().filter(|(name, _)| wanted(name)).map(|&(_, value)| value);
        values.min_by(f64::total_cmp)
    };
    let of = |name: &str| lowest(&|other| other == name);
    Ok(MinEntropyReport {
        samples: assessment.samples,
        below_minimum: !assessment.meets_minimum_length(),
        shannon_entropy: shannon(data).map_or(0.0, |shannon| shannon.entropy),
        min_entropy: if constant { 0.0 } else { assessment.min_entropy() },
        limited_by: assessment.limit().map(|limit| limit.estimate.name()).filter(|_| !constant),
        heuristic_floor: lowest(&|name| name != MCV),
        mcv_p_upper: most_common_share(&assessment),
        mcv_estimate: of(MCV),
        collision_estimate: of("collision"),
        markov_estimate: of("markov"),
        compression_estimate: of("compression"),
        t_tuple_estimate: of("t-tuple"),
        lrs_estimate: of("lrs"),
        multi_mcw_estimate: of("multimcw"),
        lag_estimate: of("lag"),
        multi_mmc_estimate: of("multimmc"),
        lz78y_estimate: of("lz78y"),
    })
}

const MCV: &str = "most common value";

/// Every estimate of both forms of the data, by name, in bits per byte.
fn per_byte(assessment: &Assessment) -> impl Iterator<Item = (&'static str, f64)> + '_ {
    let forms = [(View::Literal, &assessment.literal), (View::BitString, &assessment.bit_string)];
    forms.into_iter().flat_map(|(view, estimates)| {
        let symbols = match view {
            View::Literal => 1.0,
            View::BitString => 8.0,
        };
        estimates.iter().map(move |estimate| (estimate.name(), symbols * estimate.min_entropy()))
    })
}

fn most_common_share(assessment: &Assessment) -> Option<f64> {
    assessment.literal.iter().find_map(|estimate| match estimate {
        Estimate::MostCommonValue(result) => Some(result.p_upper),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::min_entropy_report;
    use crate::sp800_90b::InputError;
    use crate::test_streams::Good;

    #[test]
    fn every_estimator_has_its_member() {
        let report = min_entropy_report(&Good::ChaCha20.bytes(1, 20_000)).unwrap();
        assert!(report.is_complete());
        let others = report.heuristic_floor.unwrap();
        assert_eq!(report.mcv_estimate.unwrap().min(others), report.min_entropy);
        assert_eq!((report.limited_by, report.compression_estimate), (Some("compression"), Some(others)));
    }

    /// §6.3.1 by hand: 3 of 4 zeros among 400 bytes: p = 3/4 + Z sqrt(3/16 / 399).
    #[test]
    fn the_most_common_value_is_bounded_as_the_standard_says() {
        let data: Vec<u8> = (0..400).map(|i| u8::from(i % 4 == 0) * 255).collect();
        let report = min_entropy_report(&data).unwrap();
        let bound = 0.75 + 2.575_829_303_548_901 * (0.1875f64 / 399.0).sqrt();
        assert!((report.mcv_p_upper.unwrap() - bound).abs() < 1e-15);
        assert!((report.mcv_estimate.unwrap() + bound.log2()).abs() < 1e-15);
    }

    #[test]
    fn no_entropy_and_no_data_are_told_apart() {
        let stuck = min_entropy_report(&[7; 100]).unwrap();
        assert_eq!((stuck.min_entropy, stuck.limited_by), (0.0, None));
        assert_eq!(min_entropy_report(&[7]), Err(InputError::Length));
    }
}
