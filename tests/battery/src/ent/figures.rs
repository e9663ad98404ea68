//! The figures themselves.

/// The five figures, with the two that `ent` prints beside them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Figures {
    /// Shannon entropy of the frequencies, in bits per unit.
    pub entropy: f64,
    /// By how many per cent a code for the frequencies would shorten the file.
    pub compression_percent: f64,
    /// Chi-square of the counts against equal ones.
    pub chi_square: f64,
    /// P(chi-square above this) for equally likely independent units.
    pub chi_square_p: f64,
    /// Arithmetic mean of the units.
    pub mean: f64,
    /// Four times the share of points in the quarter circle; `None` below six bytes.
    pub monte_carlo_pi: Option<f64>,
    /// Correlation of each unit with the next, the last with the first; `None` if all are equal.
    pub serial_correlation: Option<f64>,
}
