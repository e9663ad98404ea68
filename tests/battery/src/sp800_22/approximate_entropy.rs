//! How well do m bits foretell the next?

use super::words::{circular_counts, shorten};
use crate::special::gamma_upper;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes and what may be concluded.
///
/// The minimum is that for patterns of ten bits.
pub static INFO: Info = Info {
    name: "ApproximateEntropy",
    group: super::GROUP,
    minimum_bits: minimum(10),
    statistic: "chi-square 2n(ln 2 - ApEn), ApEn being the entropy of a bit given the m bits before it, read as a circle",
    null: "chi-square with 2^m degrees of freedom; the limit for large n, with at least 32 patterns of m + 1 bits to expect of each kind, where p is a little too small still: at 1 % about 13 of 1000 sequences fail",
    sees: "dependence of a bit on the m bits before it, of any kind",
    misses: "dependence that reaches further; it nearly repeats the serial test with patterns of m + 1 bits",
    source: "SP 800-22 Rev. 1a, section 2.12",
};

/// Fewest bits: m is below the whole part of log2 n, less 5 (section 2.12.7).
const fn minimum(length: u32) -> u64 {
    1 << (length + 6)
}

/// The approximate entropy test with patterns of `length` and one more bits; `length` is 1 to 24.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::approximate_entropy};
///
/// let counter: Vec<u8> = (0u32..10_000).map(|i| i as u8).collect();
/// assert_eq!(approximate_entropy::test(&Bits::new(&counter), 10).p(), Some(0.0));
/// ```
pub fn test(bits: &Bits<'_>, length: u32) -> Outcome {
    if !(1..=24).contains(&length) {
        return Outcome::NotApplicable(Reason::Parameter("patterns have 1 to 24 bits"));
    }
    match minimum(length) {
        need if (bits.len() as u64) < need => Outcome::too_short(need),
        _ => evaluate(bits, length),
    }
}

/// The test without its minimum, of one bit or more.
///
/// The standard's 2n(ln 2 - ApEn) is twice the sum, over the patterns of m + 1 bits, of count · ln(2 · count / count of
/// the first m bits): the likelihood ratio, without the difference of nearly equal numbers.
pub(super) fn evaluate(bits: &Bits<'_>, length: u32) -> Outcome {
    let counts = circular_counts(bits, length + 1);
    let shorter = shorten(&counts);
    let terms = counts.iter().enumerate().filter(|&(_, &count)| count > 0);
    let term = |(pattern, &count): (usize, &u64)| {
        count as f64 * (2.0 * count as f64 / shorter[pattern >> 1] as f64).ln()
    };
    let statistic = 2.0 * terms.map(term).sum::<f64>();
    Outcome::p_value(statistic, gamma_upper(f64::from(length).exp2() / 2.0, statistic / 2.0))
}

#[cfg(test)]
mod tests {
    use super::evaluate;
    use crate::Bits;

    /// Entropies by their definition, section 2.12.4.
    #[test]
    fn the_likelihood_ratio_is_the_difference_of_entropies() {
        let bytes: Vec<u8> = (0..300u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 14) as u8).collect();
        let bits = Bits::prefix(&bytes, 2399).unwrap();
        let phi = |length: usize| {
            let mut counts = vec![0.0; 1 << length];
            for start in 0..2399 {
                counts[(0..length).fold(0, |p, at| p << 1 | usize::from(bits.get((start + at) % 2399)))] +=
                    1.0;
            }
            counts.iter().filter(|&&c| c > 0.0).map(|c| c / 2399.0 * f64::ln(c / 2399.0)).sum::<f64>()
        };
        for length in 1..6 {
            let expected = 2.0 * 2399.0 * (2f64.ln() - (phi(length) - phi(length + 1)));
            let statistic = evaluate(&bits, length as u32).statistic().unwrap();
            assert!((statistic - expected).abs() < 1e-9, "{length}: {statistic} against {expected}");
        }
    }
}
