//! Do patterns that cannot overlap themselves occur as often as they should?

use super::words::count_windows;
use crate::special::gamma_upper;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes and what may be concluded.
///
/// The minimum is that for templates of nine bits.
pub static INFO: Info = Info {
    name: "NonOverlappingTemplate",
    group: super::GROUP,
    minimum_bits: minimum(9),
    statistic: "for each template, chi-square of its occurrences in eight blocks",
    null: "chi-square with eight degrees of freedom; the normal limit of a sum of rare, weakly dependent events, with at least 20 to expect in a block; in the far tail p is too small by up to a half",
    sees: "patterns that occur too often or too seldom, in the whole sequence or in a part",
    misses: "patterns that overlap themselves; its p-values, one for each template, depend on each other",
    source: "SP 800-22 Rev. 1a, section 2.7",
};

/// The standard's number of blocks.
const BLOCKS: usize = 8;

/// Fewest bits for templates of this length: an expectation of twenty in each block.
const fn minimum(length: u32) -> u64 {
    (BLOCKS as u64 * 20) << length
}

/// The non-overlapping template matching test: every aperiodic template of `length` bits, ascending, and its result.
///
/// A template is given as a number of which it is the last `length` bits. `length` is 2 to 16 (the standard has templates of
/// 2 to 10 bits and takes 9); any other is answered by a single result that says so.
///
/// The standard names no shortest sequence (its tool is made for 1,000,000 bits). Asked for here are 160 · 2^`length`
/// bits, so that twenty occurrences are expected in each of the eight blocks: 1.1 % of perfect sequences then fail at 1 %, and 0.02 %
/// at 0.01 %. With five, the usual rule, it would be 1.4 % and 0.05 %: too many for 148 templates together.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::non_overlapping_template};
///
/// let results = non_overlapping_template::test(&Bits::new(&[0b0000_0001; 20_000]), 9);
/// assert_eq!(results.len(), 148);
/// assert!(results[0].1.p().is_some_and(|p| p < 1e-50), "000000001 never occurs");
/// ```
pub fn test(bits: &Bits<'_>, length: u32) -> Vec<(u32, Outcome)> {
    if !(2..=16).contains(&length) {
        return vec![(0, Outcome::NotApplicable(Reason::Parameter("templates have 2 to 16 bits")))];
    }
    let need = minimum(length);
    if (bits.len() as u64) < need {
        return templates(length).map(|template| (template, Outcome::too_short(need))).collect();
    }
    evaluate(bits, length, BLOCKS)
}

/// The test without its minimum, of at least one bit more for each of the `blocks` than a template has.
///
/// What does not overlap itself is found by a scan that jumps over its hits as often as by one that does not, so that
/// one count of all windows serves all templates.
pub(super) fn evaluate(bits: &Bits<'_>, length: u32, blocks: usize) -> Vec<(u32, Outcome)> {
    let block = bits.len() / blocks;
    let positions = block + 1 - length as usize;
    let size = f64::from(length).exp2();
    let mean = positions as f64 / size;
    let variance = block as f64 * (1.0 / size - (2.0 * f64::from(length) - 1.0) / (size * size));
    let mut chi_square = vec![0.0; 1 << length];
    let mut counts = vec![0; 1 << length];
    for index in 0..blocks {
        counts.fill(0);
        count_windows(bits, index * block, positions, length, &mut counts);
        for (sum, &count) in chi_square.iter_mut().zip(&counts) {
            *sum += (count as f64 - mean).powi(2) / variance;
        }
    }
    let judge = |template: u32| {
        let statistic = chi_square[template as usize];
        (template, Outcome::p_value(statistic, gamma_upper(blocks as f64 / 2.0, statistic / 2.0)))
    };
    templates(length).map(judge).collect()
}

/// The templates of `length` bits, 1 to 31, that no shift lays over themselves.
fn templates(length: u32) -> impl Iterator<Item = u32> {
    let overlaps =
        move |template: u32, shift: u32| template >> shift == template & ((1 << (length - shift)) - 1);
    (0..1 << length).filter(move |&template| !(1..length).any(|shift| overlaps(template, shift)))
}

#[cfg(test)]
mod tests {
    use super::{evaluate, templates, test};
    use crate::{Bits, Outcome};

    /// Number of aperiodic templates, as the standard's table of templates has them.
    #[test]
    fn there_are_as_many_templates_as_the_standard_lists() {
        let numbers: Vec<usize> = (2..=10).map(|length| templates(length).count()).collect();
        assert_eq!(numbers, [2, 4, 6, 12, 20, 40, 74, 148, 284]);
    }

    #[test]
    fn counts_are_those_of_a_scan_that_jumps() {
        let bytes: Vec<u8> = (0..500u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let bits = Bits::new(&bytes);
        let length = 3;
        for (template, outcome) in evaluate(&bits, length, 4) {
            let mut expected = 0.0;
            for block in 0..4 {
                let (mut at, mut hits) = (0, 0.0);
                while at + 3 <= 1000 {
                    let hit = bits.window(block * 1000 + at, length) == u64::from(template);
                    hits += f64::from(u8::from(hit));
                    at += if hit { 3 } else { 1 };
                }
                let variance: f64 = 1000.0 * (1.0 / 8.0 - 5.0 / 64.0);
                expected += (hits - 998.0 / 8.0f64).powi(2) / variance;
            }
            assert!((outcome.statistic().unwrap() - expected).abs() < 1e-9, "{template:03b}");
        }
    }

    #[test]
    fn lengths_without_templates_are_said_to_be_so() {
        let bytes = [0x5A; 4000];
        for length in [0, 1, 17, u32::MAX] {
            assert!(matches!(test(&Bits::new(&bytes), length)[..], [(0, Outcome::NotApplicable(_))]));
        }
    }
}
