//! Counts against equal probabilities, by the likelihood ratio.

use crate::special::chi_square_upper;

/// How counts in equally likely classes compare with their expectations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LikelihoodRatio {
    /// Shannon entropy of the observed shares, in bits.
    pub(super) entropy: f64,
    /// 2 Σ O ln(O/E), divided by Williams' correction (1976).
    pub(super) g: f64,
    /// Degrees of freedom.
    pub(super) df: f64,
}

impl LikelihoodRatio {
    /// Of `counts` that are not all zero.
    pub(super) fn of_equal_classes(counts: &[u64]) -> Self {
        let classes = counts.len() as f64;
        let total = counts.iter().sum::<u64>() as f64;
        // Summed about the expectations: near equal counts the entropy's own sum would cancel.
        let divergence = |&count: &u64| {
            let ratio = count as f64 * classes / total;
            if count == 0 { 0.0 } else { ratio * ratio.ln() - (ratio - 1.0) }
        };
        let lost = counts.iter().map(divergence).sum::<f64>();
        let empty = counts.iter().filter(|&&count| count == 0).count() as f64;
        // An empty class has divergence 0 - (0 - 1).
        let nats = (lost + empty) / classes;
        let williams = 1.0 + (classes + 1.0) / (6.0 * total);
        Self {
            entropy: (classes.log2() - nats / core::f64::consts::LN_2).max(0.0),
            g: 2.0 * total * nats / williams,
            df: classes - 1.0,
        }
    }

    /// Probability of counts at least this uneven.
    pub(super) fn p_uneven(&self) -> f64 {
        chi_square_upper(self.g, self.df)
    }

    /// Twice the smaller of the probabilities of counts at least this uneven and at least this even.
    pub(super) fn p_either(&self) -> f64 {
        let uneven = self.p_uneven();
        (2.0 * uneven.min(1.0 - uneven)).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::LikelihoodRatio;

    /// Counts 3, 1, 0, 4: entropy 3/8 log2(8/3) + 1/8 · 3 + 1/2 = 1.405639 bits (mpmath), G by its formula.
    #[test]
    fn small_counts() {
        let ratio = LikelihoodRatio::of_equal_classes(&[3, 1, 0, 4]);
        assert!((ratio.entropy - 1.405_639_062_229_566_3).abs() < 1e-14);
        let g = 16.0 * core::f64::consts::LN_2 * (2.0 - ratio.entropy) / (1.0 + 5.0 / 48.0);
        assert!((ratio.g - g).abs() < 1e-13);
        assert_eq!(ratio.df, 3.0);
    }

    #[test]
    fn even_counts_are_suspect_from_one_side_only() {
        let ratio = LikelihoodRatio::of_equal_classes(&[100; 24]);
        assert_eq!((ratio.g, ratio.p_uneven(), ratio.p_either()), (0.0, 1.0, 0.0));
        assert!((ratio.entropy - 24f64.log2()).abs() < 1e-15);
    }
}
