//! Permutation: in what order five words stand.

use crate::battery::distribution::null::goodness_of_fit;
use crate::{Bits, Info, Outcome};

/// Words in a group.
const GROUP: usize = 5;
/// Their orders, 5!.
const ORDERS: usize = 120;
/// Length of a word in bits.
const WORD: usize = 32;

/// What the test computes.
pub static INFO: Info = Info {
    name: "permutation",
    group: "Further",
    minimum_bits: (ORDERS * 10 * GROUP * WORD) as u64,
    statistic: "χ² of the orders of groups of five 32-bit words, in 120 classes",
    null: "groups are independent and their orders equally likely, but for equal words, 10 in 2^32 groups, which count as \
           ascending; χ² is chi-square with 119 degrees of freedom in the limit of many groups",
    sees: "words that rise, fall or swing: slow signals, counters, sampled time stamps, short feedback",
    misses: "the size of the words; order beyond five; anything below their first dozen bits",
    source: "Knuth, TAOCP 2, 3.3.2 F",
};

/// Tests the orders of five words.
///
/// ```
/// use openentropy_tests::{Bits, battery::further::permutation};
///
/// let stamps: Vec<u8> = (0u32..6000).flat_map(|i| i.wrapping_mul(1_000_003).to_be_bytes()).collect();
/// assert!(permutation::test(&Bits::new(&stamps)).p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let mut counts = [0u64; ORDERS];
    for group in 0..bits.len() / (GROUP * WORD) {
        let word = |index| bits.window((group * GROUP + index) * WORD, WORD as u32);
        counts[order(core::array::from_fn(word))] += 1;
    }
    goodness_of_fit(&counts, &[1.0 / ORDERS as f64; ORDERS])
}

/// The number of the words' order, 0 to 119: Knuth's algorithm 3.3.2 P in the factorial number system.
fn order(words: [u64; GROUP]) -> usize {
    (1..GROUP).fold(0, |order, index| {
        let greater = words[..index].iter().filter(|&&word| word > words[index]).count();
        order * (index + 1) + greater
    })
}

#[cfg(test)]
mod tests {
    use super::{ORDERS, order, test};
    use crate::Bits;
    use std::collections::HashSet;

    #[test]
    fn each_order_has_its_number() {
        let mut numbers = HashSet::new();
        for code in 0..5u64.pow(5) {
            let words: [u64; 5] = core::array::from_fn(|index| code / 5u64.pow(index as u32) % 5);
            if words.iter().collect::<HashSet<_>>().len() == 5 {
                numbers.insert(order(words));
            }
        }
        assert_eq!(numbers.len(), ORDERS);
        assert_eq!(numbers.iter().max(), Some(&(ORDERS - 1)));
        assert_eq!((order([1, 2, 3, 4, 5]), order([7; 5])), (0, 0));
    }

    /// 1200 groups in one class of 120: χ² = 1200·119.
    #[test]
    fn ascending_words_by_hand() {
        let bytes: Vec<u8> = (0u32..6000).flat_map(u32::to_be_bytes).collect();
        assert!((test(&Bits::new(&bytes)).statistic().unwrap() - 142_800.0).abs() < 1e-6);
    }
}
