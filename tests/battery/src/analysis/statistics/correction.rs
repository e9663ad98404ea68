//! A list of p-values corrected together.

use crate::{Correction, Reason};

/// The result of [`correct`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Corrected {
    /// The adjusted p-values, in the order given.
    pub adjusted_p_values: Vec<f64>,
    /// Whether each is at or below `alpha`.
    pub rejected: Vec<bool>,
    /// How they were adjusted.
    pub method: Correction,
    /// The level: family-wise, or of false discoveries.
    pub alpha: f64,
    /// Number of p-values.
    pub n_tests: usize,
    /// Number rejected.
    pub n_rejected: usize,
}

/// Adjusts p-values together and decides at level `alpha`; the methods and their sources are [`Correction`]'s.
///
/// # Errors
/// [`Reason::Parameter`]: a p-value is not between 0 and 1, or alpha is not.
///
/// ```
/// use openentropy_tests::Correction;
/// use openentropy_tests::analysis::statistics::correct;
///
/// let corrected = correct(&[0.01, 0.02, 0.5], Correction::Holm, 0.05)?;
/// assert_eq!((corrected.rejected, corrected.n_rejected), (vec![true, true, false], 2));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn correct(p_values: &[f64], method: Correction, alpha: f64) -> Result<Corrected, Reason> {
    if !p_values.iter().chain([&alpha]).all(|p| (0.0..=1.0).contains(p)) {
        return Err(Reason::Parameter("a p-value or alpha is not between 0 and 1"));
    }
    let adjusted_p_values = method.adjust(p_values);
    let rejected: Vec<bool> = adjusted_p_values.iter().map(|&p| p <= alpha).collect();
    let n_rejected = rejected.iter().filter(|&&rejected| rejected).count();
    Ok(Corrected { n_tests: p_values.len(), n_rejected, adjusted_p_values, rejected, method, alpha })
}

#[cfg(test)]
mod tests {
    use super::correct;
    use crate::Correction;

    /// The fifteen p-values of Benjamini and Hochberg 1995, §3.2: four rejected at 5 % by theirs, three by Bonferroni's.
    #[test]
    fn the_published_example_is_decided_as_published() {
        let p_values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let number = |method| correct(&p_values, method, 0.05).unwrap().n_rejected;
        assert_eq!(number(Correction::BenjaminiHochberg), 4);
        assert_eq!(number(Correction::Bonferroni), 3);
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        assert!(correct(&[f64::NAN], Correction::Holm, 0.05).is_err());
        assert!(correct(&[0.5], Correction::Holm, 1.5).is_err());
        assert_eq!(correct(&[], Correction::Holm, 0.05).unwrap().n_tests, 0);
    }
}
