//! Anderson–Darling: the distance between the words' distribution and the uniform one, weighted towards the ends.

use super::{sorted_words, unit};
use crate::{Bits, Info, Outcome};
use core::f64::consts::PI;

/// What the test computes.
pub static INFO: Info = Info {
    name: "anderson_darling",
    group: "Distribution",
    minimum_bits: 256 * 64,
    statistic: "A² = -n - Σ (2i-1)·(ln u_i + ln(1 - u_{n+1-i}))/n over the n 64-bit words, ascending, as fractions of 2^64",
    null: "limiting distribution of A², computed to ten digits; for finite n the p-value is off by less than 0.05/n, \
           so by less than 2e-4 for every n admitted",
    sees: "values pushed to one side, into the middle or to the ends; better than the largest distance where they thin \
           out near 0 and 1",
    misses: "order of the words; anything below their first dozen bits",
    source: "Anderson and Darling 1952, Annals of Mathematical Statistics 23; Marsaglia and Marsaglia 2004, Journal of \
             Statistical Software 9(2), for the error at finite n",
};

/// Tests whether the 64-bit words of `bits` are uniform.
///
/// ```
/// use openentropy_tests::{Bits, battery::distribution::anderson_darling};
///
/// let low: Vec<u8> = (0u32..8192).map(|i| (i.wrapping_mul(2_654_435_769) >> 25) as u8).collect();
/// assert!(anderson_darling::test(&Bits::new(&low)).p() < Some(1e-9), "no word has its first bit set");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let words = sorted_words(bits);
    if words.is_empty() {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let n = words.len() as f64;
    let pairs = words.iter().zip(words.iter().rev()).enumerate();
    // 1 - u of a word is u of its complement, without loss of digits.
    let sum: f64 = pairs
        .map(|(index, (&word, &mirror))| (2 * index + 1) as f64 * (unit(word).ln() + unit(!mirror).ln()))
        .sum();
    let a_square = -n - sum / n;
    Outcome::p_value(a_square, upper(a_square))
}

/// P(A² > z) in the limit of many values.
///
/// A² is the sum of chi-square variables of one degree of freedom with weights 1/(j(j+1)); its upper tail is
/// Smirnov's alternating sum of integrals between the zeros of their Fredholm determinant
/// D(u) = -cos(π/2·√(1+4u))/(πu). With √(1+4u) = 4k + x the k-th integral runs over -1 < x < 1 and has the
/// singularity (1-x²)^-½, for which Chebyshev's nodes are exact.
fn upper(z: f64) -> f64 {
    const NODES: usize = 24;
    // Below 0.05 the probability differs from 1 by less than 1e-12.
    if z < 0.05 {
        return 1.0;
    }
    let integral = |k: u32| {
        let node = |index: usize| {
            let x = (PI * (index as f64 + 0.5) / NODES as f64).cos();
            let s = 4.0 * f64::from(k) + x;
            let weight = ((1.0 - x * x) / (PI / 2.0 * x).cos()).sqrt();
            (-z * (s * s - 1.0) / 8.0).exp() * s / (s * s - 1.0).sqrt() * weight
        };
        (0..NODES).map(node).sum::<f64>() * PI / NODES as f64
    };
    let signed = |k: u32| if k % 2 == 1 { integral(k) } else { -integral(k) };
    (1..=24).map(signed).sum::<f64>() / PI.sqrt()
}

#[cfg(test)]
mod tests {
    use super::{test, upper};
    use crate::Bits;

    /// Quantiles of Marsaglia and Marsaglia's section 1 and of Lewis's table (1961).
    #[test]
    fn limiting_distribution_has_its_tabled_quantiles() {
        for (z, p, digits) in
            [(1.933, 0.1, 1e-4), (2.492, 0.05, 5e-4), (3.878_1, 0.01, 1e-4), (0.774_2, 0.5, 1e-3)]
        {
            assert!((upper(z) / p - 1.0).abs() < digits, "{z} {}", upper(z));
        }
        assert!((upper(0.05) - 1.0).abs() < 1e-9);
        assert!(upper(300.0) > 0.0 && upper(300.0) < 1e-100, "the tail keeps its digits");
    }

    /// A² of u = (i - ½)/n for n = 4: by the definition with 30 digits (mpmath).
    #[test]
    fn four_even_steps_by_definition() {
        let words = [1u64, 3, 5, 7].map(|eighth| (eighth << 61).to_be_bytes()).concat();
        let outcome = test(&Bits::new(&words));
        assert!((outcome.statistic().unwrap() - 0.153_333_597_657_675_38).abs() < 1e-12, "{outcome:?}");
    }

    #[test]
    fn values_that_stay_away_from_the_ends_are_seen() {
        // A converter that uses the middle nine tenths of its range.
        let word = |i: u64| (0.05 + 0.9 * (i as f64 + 0.5) / 2000.0) * 2f64.powi(64);
        let bytes: Vec<u8> = (0..2000).flat_map(|i| (word(i) as u64).to_be_bytes()).collect();
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-4);
    }
}
