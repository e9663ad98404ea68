//! Whether a source is fit to be the baseline of an experiment with trials.

use super::bit_bias::bit_bias;
use super::significance::{Significance, at_least};
use super::trials::{TrialAnalysis, trial_analysis};
use super::{ALPHA, histogram};
use crate::special::{chi_square_upper, gamma_upper};
use crate::{Correction, Reason};

/// The result of [`calibration_check`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Calibration {
    /// The trials.
    pub analysis: TrialAnalysis,
    /// Whether none of the four checks, corrected together (Holm), rejects at level [`ALPHA`].
    pub is_suitable: bool,
    /// What each rejected check saw.
    pub warnings: Vec<&'static str>,
    /// Terminal z of the trials, two-sided.
    pub deviation: Significance,
    /// Sum of the squared z of the trials, two-sided: too much or too little spread.
    pub spread: Significance,
    /// Chi-square of the eight bits' shares of ones, 8 degrees of freedom.
    pub bits: Significance,
    /// Chi-square of the byte values, 255 degrees of freedom.
    pub bytes: Significance,
    /// The smallest of the four p-values, corrected: the chance that a perfect source does as badly, or less.
    pub p_value: f64,
    /// Shannon entropy of the histogram, which decides nothing.
    pub shannon_entropy: f64,
    /// Mean distance of the bits' shares from one half, which decides nothing.
    pub bit_bias: f64,
}

/// Checks a source by its trials, their spread, its bits and its bytes; a perfect one fails with probability at most 1 %.
///
/// The deviation is normal. `Σ z²` of N trials of b bits has mean N and variance N (2 - 2/b); it is compared with the gamma
/// law of these moments, which is chi-square for large b. The other two are chi-square. Holm's correction keeps the
/// family-wise level [`ALPHA`], whatever their dependence, and loses little: the four p-values of a perfect source
/// are uniform. At least 1280 bytes, ten trials, and trials of twenty bits.
///
/// # Errors
/// [`Reason::TooFew`] bytes or trials; [`Reason::Parameter`]: shorter trials.
///
/// ```
/// use openentropy_tests::analysis::calibration_check;
///
/// let counter: Vec<u8> = (0u32..5120).map(|i| i as u8).collect();
/// let check = calibration_check(&counter, 200)?;
/// assert!(!check.is_suitable && check.shannon_entropy == 8.0);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn calibration_check(data: &[u8], bits_per_trial: usize) -> Result<Calibration, Reason> {
    at_least("bytes", data.len(), 1280)?;
    if bits_per_trial < 20 {
        return Err(Reason::Parameter("trials of fewer than twenty bits are not normal enough"));
    }
    let analysis = trial_analysis(data, bits_per_trial)?;
    at_least("trials", analysis.num_trials, 10)?;
    let bias = bit_bias(data)?;
    let byte_statistic = histogram::chi_square_uniform(&histogram::counts(data), data.len() as u64);
    let deviation = Significance::new(analysis.terminal_z, analysis.terminal_p_value);
    let spread = spread(&analysis);
    let bytes = Significance::new(byte_statistic, chi_square_upper(byte_statistic, 255.0));
    let checks = [
        (deviation, "the share of ones is not one half"),
        (spread, "the trials do not spread as fair bits do"),
        (bias.chi_square, "some bit of the byte is biased"),
        (bytes, "byte values do not occur equally often"),
    ];
    let adjusted = Correction::Holm.adjust(&checks.map(|(test, _)| test.p_value));
    let rejected = checks.iter().zip(&adjusted).filter(|(_, p)| **p <= ALPHA);
    let warnings: Vec<&str> = rejected.map(|((_, warning), _)| *warning).collect();
    Ok(Calibration {
        is_suitable: warnings.is_empty(),
        warnings,
        deviation,
        spread,
        bits: bias.chi_square,
        bytes,
        p_value: adjusted.into_iter().fold(1.0, f64::min),
        shannon_entropy: super::shannon::quick_shannon(data).unwrap_or(0.0),
        bit_bias: bias.overall_bias,
        analysis,
    })
}

/// `Σ z²` against the gamma law with its mean N and variance N (2 - 2/b), two-sided.
fn spread(analysis: &TrialAnalysis) -> Significance {
    let sum: f64 = analysis.trials.iter().map(|trial| trial.z_score.powi(2)).sum();
    let scale = 2.0 - 2.0 / analysis.bits_per_trial as f64;
    let upper = gamma_upper(analysis.num_trials as f64 / scale, sum / scale);
    Significance::new(sum, 2.0 * upper.min(1.0 - upper))
}

#[cfg(test)]
mod tests {
    use super::calibration_check;
    use crate::analysis::BITS_PER_TRIAL;
    use crate::test_streams::Good;

    /// By hand: 2000 bytes 0x55 are eighty trials of 100 ones: no deviation at all, and no spread.
    #[test]
    fn what_never_varies_is_not_calm_but_wrong() {
        let check = calibration_check(&[0x55; 2000], BITS_PER_TRIAL).unwrap();
        assert_eq!((check.deviation.p_value, check.spread.statistic), (1.0, 0.0));
        assert!((check.bits.statistic - 16_000.0).abs() < 1e-9);
        assert_eq!((check.spread.p_value, check.bytes.statistic), (0.0, 510_000.0));
        assert_eq!((check.is_suitable, check.warnings.len()), (false, 3));
    }

    /// By hand: every value equally often, in order: bits, bytes and the sum are perfect, trials of 256 bytes too much so.
    #[test]
    fn each_check_sees_its_own() {
        let counter: Vec<u8> = (0..5120u32).map(|i| i as u8).collect();
        let check = calibration_check(&counter, 2048).unwrap();
        assert_eq!((check.bits.p_value, check.bytes.p_value, check.deviation.p_value), (1.0, 1.0, 1.0));
        assert_eq!((check.spread.statistic, check.warnings.len()), (0.0, 1));
        let good = calibration_check(&Good::Sha256Counter.bytes(1, 5000), BITS_PER_TRIAL).unwrap();
        assert!(good.is_suitable && good.p_value > 0.01);
    }

    #[test]
    fn too_little_is_refused() {
        assert!(calibration_check(&[1; 1279], 200).is_err());
        assert!(calibration_check(&[1; 1280], 19).is_err());
        assert!(calibration_check(&[1; 1280], 1025).is_err());
        assert!(calibration_check(&[1; 1280], 1024).is_ok());
    }
}
