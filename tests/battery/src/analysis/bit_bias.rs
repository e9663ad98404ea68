//! Share of ones at each of the eight places of a byte.

use super::ALPHA;
use super::significance::{Significance, at_least};
use crate::special::{binomial_at_least, chi_square_upper};
use crate::{Correction, Reason};

/// How often each bit of a byte is one.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BitBias {
    /// Share of ones of bit i, the bit of value 2^i.
    pub bit_probabilities: [f64; 8],
    /// Each bit alone: z of its number of ones, and the exact two-sided p-value of the binomial law.
    pub bits: [Significance; 8],
    /// The p-values of the eight bits, corrected together (Holm).
    pub adjusted_p_values: [f64; 8],
    /// Mean distance of the eight shares from one half.
    pub overall_bias: f64,
    /// That distance to expect of perfect bytes: about 0.399 / sqrt n.
    pub expected_overall_bias: f64,
    /// Sum of the eight z², chi-square with 8 degrees of freedom.
    pub chi_square: Significance,
    /// Whether that is significant at level [`ALPHA`]; other tests beside it need a correction.
    pub has_significant_bias: bool,
}

/// Counts the ones of each bit of the byte.
///
/// `z = (2 ones - n) / sqrt n`; the eight bits of uniform bytes are independent, so `Σ z²` is chi-square with 8
/// degrees of freedom in the limit. At least 100 bytes. It sees a bit that prefers a value; not order, nor
/// dependence between bits.
///
/// Source: SP 800-22 §2.1 for one bit; Pearson 1900.
///
/// # Errors
/// [`Reason::TooFew`] bytes.
///
/// ```
/// use openentropy_tests::analysis::bit_bias;
///
/// let ascii = b"seven bits of eight are used; the highest is 0 ".repeat(10);
/// let bias = bit_bias(&ascii)?;
/// assert!(bias.bit_probabilities[7] == 0.0 && bias.has_significant_bias);
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn bit_bias(data: &[u8]) -> Result<BitBias, Reason> {
    at_least("bytes", data.len(), 100)?;
    let n = data.len() as f64;
    let counts = super::histogram::counts(data);
    let ones_of = |bit: usize| {
        let with_bit = counts.iter().enumerate().filter(|(value, _)| value >> bit & 1 == 1);
        with_bit.map(|(_, &count)| count).sum::<u64>()
    };
    let ones: [u64; 8] = core::array::from_fn(ones_of);
    let bits = ones.map(|ones| fair_coin(ones, data.len() as u64));
    let adjusted = Correction::Holm.adjust(&bits.map(|bit| bit.p_value));
    let surplus = |&ones: &u64| (ones as f64 * 2.0 - n).powi(2);
    let chi_square = ones.iter().map(surplus).sum::<f64>() / n;
    let chi_square = Significance::new(chi_square, chi_square_upper(chi_square, 8.0));
    let bit_probabilities = ones.map(|ones| ones as f64 / n);
    Ok(BitBias {
        bit_probabilities,
        bits,
        adjusted_p_values: core::array::from_fn(|bit| adjusted[bit]),
        overall_bias: bit_probabilities.iter().map(|p| (p - 0.5).abs()).sum::<f64>() / 8.0,
        expected_overall_bias: (1.0 / (2.0 * core::f64::consts::PI * n)).sqrt(),
        chi_square,
        has_significant_bias: chi_square.p_value < ALPHA,
    })
}

/// z of a number of ones among fair bits, and the two-sided p-value, twice the smaller exact tail.
fn fair_coin(ones: u64, n: u64) -> Significance {
    let far = ones.max(n - ones);
    let z = (ones as f64 * 2.0 - n as f64) / (n as f64).sqrt();
    Significance::new(z, (2.0 * binomial_at_least(far, n, 0.5)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::{bit_bias, fair_coin};

    /// By hand: P(X >= 8 of 10) = 56/1024; P(10 of 10) = 1/1024.
    #[test]
    fn coins_are_exact() {
        assert!((fair_coin(8, 10).p_value - 112.0 / 1024.0).abs() < 1e-13);
        assert!((fair_coin(0, 10).p_value - 2.0 / 1024.0).abs() < 1e-13);
        assert_eq!(fair_coin(5, 10).p_value, 1.0);
    }

    /// By hand: 60 bytes 0x01 of 100: z of bit 0 is 2, that of seven bits -10: chi-square 704.
    #[test]
    fn eight_bits_make_the_statistic() {
        let data: Vec<u8> = (0..100).map(|i| u8::from(i < 60)).collect();
        let bias = bit_bias(&data).unwrap();
        assert_eq!(bias.chi_square.statistic, 704.0);
        assert_eq!((bias.bit_probabilities[0], bias.bit_probabilities[7]), (0.6, 0.0));
        assert!((bias.overall_bias - 0.45).abs() < 1e-15 && bias.has_significant_bias);
        assert!((bias.bits[0].p_value - 0.056_887_933_640_980_8).abs() < 1e-13, "scipy.stats.binomtest");
    }

    #[test]
    fn all_bytes_once_are_unbiased() {
        let data: Vec<u8> = (0..=255).collect();
        let bias = bit_bias(&data).unwrap();
        assert_eq!((bias.chi_square.p_value, bias.overall_bias), (1.0, 0.0));
        assert!(bit_bias(&data[..99]).is_err());
    }
}
