//! Permutation entropy: the order of four bytes in a row.

use super::likelihood::LikelihoodRatio;
use crate::{Bits, Info, Outcome, Reason};

/// Bytes in a word.
const ORDER: usize = 4;
/// Orders of that many different bytes.
const PATTERNS: usize = 24;
/// Fewest words: the expectation of each pattern is 16.
const MINIMUM_WORDS: u64 = 16 * PATTERNS as u64;

/// What the test computes.
///
/// Of random words 2.3 % hold a byte twice; the minimum leaves eight standard deviations for them.
pub static INFO: Info = Info {
    name: "permutation_entropy",
    group: "Entropy",
    minimum_bits: 420 * ORDER as u64 * 8,
    statistic: "entropy of the orders of four successive bytes over words that do not overlap, over log2 24; words \
                with two equal bytes are left out; judged by the likelihood ratio with Williams' correction",
    null: "chi-square with 23 degrees of freedom, upper tail; asymptotic, while given the number of words left the \
           24 orders are exactly equally likely for any independent bytes, biased ones too",
    sees: "rising and falling: ramps, slow oscillation, drift within words, dependence among four successive bytes",
    misses: "bias of the bytes, and all dependence from word to word",
    source: "Bandt and Pompe, Physical Review Letters 88 (2002); likelihood ratio: Williams 1976",
};

/// Entropy of the orders; see [`INFO`]. Needs 384 words without ties.
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0; PATTERNS];
    for word in bits.bytes().as_chunks::<ORDER>().0 {
        if let Some(pattern) = pattern(*word) {
            counts[pattern] += 1;
        }
    }
    let words = counts.iter().sum();
    if words < MINIMUM_WORDS {
        let what = "words of four different bytes";
        return Outcome::NotApplicable(Reason::TooFew { what, have: words, need: MINIMUM_WORDS });
    }
    let ratio = LikelihoodRatio::of_equal_classes(&counts);
    Outcome::p_value(ratio.entropy / (PATTERNS as f64).log2(), ratio.p_uneven())
}

/// Number of the order of four different bytes, in the factorial system; `None` if two are equal.
fn pattern([a, b, c, d]: [u8; ORDER]) -> Option<usize> {
    if a == b || a == c || a == d || b == c || b == d || c == d {
        return None;
    }
    let below_a = usize::from(b < a) + usize::from(c < a) + usize::from(d < a);
    let below_b = usize::from(c < b) + usize::from(d < b);
    Some(below_a * 6 + below_b * 2 + usize::from(d < c))
}

#[cfg(test)]
mod tests {
    use super::{pattern, test};
    use crate::{Bits, Outcome, Reason};
    use std::collections::HashSet;

    #[test]
    fn every_order_has_its_number_and_ties_have_none() {
        let (mut numbers, mut ties) = (HashSet::new(), 0);
        for word in 0..256u32 {
            let word = [word >> 6, word >> 4 & 3, word >> 2 & 3, word & 3].map(|byte| byte as u8);
            match pattern(word) {
                Some(number) => assert!(numbers.insert(number), "{word:?}"),
                None => ties += 1,
            }
        }
        assert_eq!((numbers.len(), numbers.iter().max(), ties), (24, Some(&23), 256 - 24));
    }

    /// 24 orders, 18 times each, but 6 times one and 30 times another: entropy and tail computed with 30 digits.
    #[test]
    fn counts_by_hand() {
        let orders: Vec<[u8; 4]> = (0..256u32)
            .map(|word| [word >> 6, word >> 4 & 3, word >> 2 & 3, word & 3].map(|byte| byte as u8))
            .filter(|&word| pattern(word).is_some())
            .collect();
        let mut words = orders.repeat(18);
        for word in words.iter_mut().filter(|word| **word == orders[0]).take(12) {
            *word = orders[1];
        }
        let outcome = test(&Bits::new(words.as_flattened()));
        assert!((outcome.statistic().unwrap() - 0.993_639_032_338_566_9).abs() < 1e-14);
        assert!((outcome.p().unwrap() - 0.794_308_679_642_688_5).abs() < 1e-9);
    }

    #[test]
    fn a_ramp_has_but_one_order_and_a_constant_none() {
        let ramp: Vec<u8> = (0..4000u32).map(|i| i as u8).collect();
        assert_eq!(test(&Bits::new(&ramp)).p(), Some(0.0));
        let none = Reason::TooFew { what: "words of four different bytes", have: 0, need: 384 };
        assert_eq!(test(&Bits::new(&[9; 4000])), Outcome::NotApplicable(none));
    }
}
