//! Kolmogorov–Smirnov: the largest distance between the words' distribution and the uniform one.

use super::{sorted_words, unit};
use crate::special::kolmogorov_upper;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "kolmogorov_smirnov",
    group: "Distribution",
    minimum_bits: 256 * 64,
    statistic: "√n·D: D the largest distance between the empirical distribution function of the n 64-bit words, taken \
                as fractions of 2^64, and the uniform one",
    null: "Kolmogorov's limit at √n·D + 1/(6√n) + (√n·D - 1)/(4n): the p-value lies within 7e-5 of that of the exact \
           distribution for every n admitted, and within 0.3 % of it at 0.01",
    sees: "values pushed to one side or into the middle: offset, scale and clipping of wide samples, leading bits that \
           are biased",
    misses: "order of the words; anything below their first dozen bits, so samples of few bits: those are the \
             byte frequency test's",
    source: "Knuth, TAOCP 2, 3.3.1 B; Vrbik 2018, Pioneer Journal of Theoretical and Applied Statistics 15; Simard and \
             L'Ecuyer 2011, Journal of Statistical Software 39(11)",
};

/// Tests whether the 64-bit words of `bits` are uniform.
///
/// ```
/// use openentropy_tests::{Bits, battery::distribution::kolmogorov_smirnov};
///
/// let low: Vec<u8> = (0u32..8192).map(|i| (i.wrapping_mul(2_654_435_769) >> 25) as u8).collect();
/// assert!(kolmogorov_smirnov::test(&Bits::new(&low)).p() < Some(1e-9), "no word has its first bit set");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let words = sorted_words(bits);
    if words.is_empty() {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let n = words.len() as f64;
    let distance = words.iter().enumerate().fold(0.0f64, |largest, (below, &word)| {
        let (value, below) = (unit(word), below as f64);
        largest.max((below + 1.0) / n - value).max(value - below / n)
    });
    let z = distance * n.sqrt();
    Outcome::p_value(z, kolmogorov_upper(z + 1.0 / (6.0 * n.sqrt()) + (z - 1.0) / (4.0 * n)))
}

#[cfg(test)]
mod tests {
    use super::test;
    use crate::Bits;

    /// `n` words that fill the interval evenly but for an empty stretch of length `gap` at its start.
    fn shifted(n: u64, gap: f64) -> Vec<u8> {
        let word = |i: u64| (gap + (1.0 - gap) * (i as f64 + 0.5) / n as f64) * 2f64.powi(64);
        (0..n).flat_map(|i| (word(i) as u64).to_be_bytes()).collect()
    }

    /// Exact distribution of D for n = 256 and n = 10,000 by scipy.stats.kstwo (Simard and L'Ecuyer's algorithms).
    #[test]
    fn p_values_are_those_of_the_exact_distribution() {
        for (n, z, exact) in [
            (256, 0.8, 0.527_669_328_3),
            (256, 1.2, 0.106_653_816_0),
            (256, 1.6, 0.011_101_564_5),
            (256, 2.0, 6.042_239_5e-4),
            (10_000, 1.2, 0.111_352_574_0),
        ] {
            // The first word stands at gap + (1 - gap)/(2n), which is D.
            let (count, d) = (n as f64, z / f64::from(n as u32).sqrt());
            let gap = (d - 0.5 / count) / (1.0 - 0.5 / count);
            let outcome = test(&Bits::new(&shifted(n, gap)));
            assert!((outcome.statistic().unwrap() - z).abs() < 1e-6, "{n} {z} {outcome:?}");
            assert!((outcome.p().unwrap() - exact).abs() < 7.3e-5, "{n} {z} {outcome:?}");
        }
    }

    #[test]
    fn words_in_even_steps_are_suspiciously_good_and_pass() {
        assert_eq!(test(&Bits::new(&shifted(1000, 0.0))).p(), Some(1.0));
    }
}
