//! Birthday spacings: how often the same distance occurs twice between random days of a long year.

use super::spacings;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "birthday_spacings",
    group: "Advanced",
    minimum_bits: spacings::BIRTHDAYS as u64 * 32,
    statistic: "equal spacings between 4096 birthdays in a year of 2^32 days, the birthdays being 32-bit words; the sum \
                over all such groups",
    null: "Poisson with mean m(m-1)²/4d - 8λ²/9m a group, λ = m³/4d = 4: the mean is right up to terms of the order of λ³/m², \
           the variance smaller by about 3λ/m, 0.3 %; the p-value is P(at least as many), and the statistic an integer, so \
           that it is at most as small as nominal",
    sees: "words on a lattice: linear congruential and lagged Fibonacci generators, counters with a step, words of fewer \
           values than they have bits, neighbouring bytes tied by a linear rule",
    misses: "too few equal spacings; bias that does not thin out the year; dependence between groups",
    source: "Marsaglia and Tsang 2002, Journal of Statistical Software 7(3); Knuth, TAOCP 2, 3.3.2 J; L'Ecuyer and Simard \
             2001, Mathematics and Computers in Simulation 55",
};

/// Tests whether spacings between words repeat too often.
///
/// ```
/// use openentropy_tests::{Bits, battery::advanced::birthday_spacings};
///
/// let steps: Vec<u8> = (0u32..4096).flat_map(|i| i.wrapping_mul(1_048_573).to_be_bytes()).collect();
/// assert!(birthday_spacings::test(&Bits::new(&steps)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    match bits.len() / (spacings::BIRTHDAYS * 32) {
        0 => Outcome::too_short(INFO.minimum_bits),
        groups => spacings::test(groups, |birthday| bits.window(birthday * 32, 32) as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::{INFO, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// 65539·x modulo 2^31, its words doubled: numpy's sorting counts 486 equal spacings where 64 are expected.
    #[test]
    fn a_congruential_generator_is_seen() {
        let words = core::iter::successors(Some(65_539u32), |x| Some(x.wrapping_mul(65_539) & 0x7FFF_FFFF));
        let bytes: Vec<u8> = words.take(16 * 4096).flat_map(|x| (x << 1).to_be_bytes()).collect();
        let outcome = test(&Bits::new(&bytes));
        assert_eq!(outcome.statistic(), Some(486.0));
        assert!(outcome.p().unwrap() < 1e-200);
    }

    #[test]
    fn a_good_stream_has_about_four_a_group() {
        let bytes = Good::AesCtr.bytes(1, 100 * INFO.minimum_bits as usize / 8);
        let repeats = test(&Bits::new(&bytes)).statistic().unwrap();
        assert!((repeats - 400.0).abs() < 6.5 * 20.0, "{repeats}");
    }
}
