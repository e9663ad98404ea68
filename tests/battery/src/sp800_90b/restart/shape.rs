//! Rows and columns of restart data, and how often a symbol may occur in them.

/// Chance that a sound source exceeds the cutoff in any of the rows and columns.
const ALPHA: f64 = 0.01;

/// How many restarts there were, and how many samples were taken after each.
///
/// ```
/// use openentropy_tests::sp800_90b::restart::Shape;
///
/// assert_eq!(Shape::default(), Shape { rows: 1000, columns: 1000 });
/// assert!(!Shape { rows: 100, columns: 50 }.is_standard());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shape {
    /// Number of restarts.
    pub rows: usize,
    /// Number of samples after each.
    pub columns: usize,
}

impl Default for Shape {
    /// The standard's: 1000 restarts, 1000 samples after each.
    fn default() -> Self {
        Self { rows: 1000, columns: 1000 }
    }
}

impl Shape {
    /// Whether this is the shape that the standard asks for.
    pub fn is_standard(self) -> bool {
        self == Self::default()
    }

    /// The largest count of one symbol that a row may hold, for a claim of `min_entropy` bits per sample.
    ///
    /// The smallest `U` with `P(X > U) <= 0.01/(rows + columns)` for X binomial, as many trials as the row has samples
    /// and probability `2^-min_entropy` (§3.1.4.3). It judges a single symbol, as the standard's text does; newer
    /// releases of the reference tool simulate the worst distribution instead, which allows slightly more.
    ///
    /// ```
    /// use openentropy_tests::sp800_90b::restart::Shape;
    ///
    /// assert_eq!(Shape::default().row_cutoff(1.0), 570);
    /// ```
    pub fn row_cutoff(self, min_entropy: f64) -> usize {
        self.cutoff(self.columns, min_entropy)
    }

    /// Likewise the largest count in a column, which has a sample of each row.
    pub fn column_cutoff(self, min_entropy: f64) -> usize {
        self.cutoff(self.rows, min_entropy)
    }

    fn cutoff(self, samples: usize, min_entropy: f64) -> usize {
        let alpha = ALPHA / (self.rows as f64 + self.columns as f64);
        let trials = samples as f64;
        let p = (-min_entropy).exp2();
        let ln_odds = p.ln() - (-p).ln_1p();
        let mut ln_mass = trials * p.ln();
        let mut tail = 0.0;
        let mut count = samples;
        while count > 0 {
            tail += ln_mass.exp();
            if tail > alpha {
                break;
            }
            ln_mass += (count as f64).ln() - (trials - count as f64 + 1.0).ln() - ln_odds;
            count -= 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn cutoff_is_the_binomial_quantile() {
        // From exact rational arithmetic; for a fair coin P(X >= 570) = 5.35e-6 is still above 5e-6.
        let exact = [(0.0, 1000), (1.0, 570), (2.0, 312), (4.0, 99), (8.0, 15)];
        assert_eq!(
            exact.map(|(min_entropy, _)| Shape::default().row_cutoff(min_entropy)),
            exact.map(|(_, count)| count)
        );
    }

    #[test]
    fn lines_of_another_length_have_their_own_cutoff() {
        let shape = Shape { rows: 4, columns: 20 };
        // Four fair bits are all equal to a given one with probability 1/16, above 0.01/24.
        assert_eq!(shape.column_cutoff(1.0), 4);
        // From exact rational arithmetic: P(X > 17) = 2.0e-4, P(X > 16) = 1.3e-3, and 0.01/24 = 4.2e-4.
        assert_eq!(shape.row_cutoff(1.0), 17);
    }
}
