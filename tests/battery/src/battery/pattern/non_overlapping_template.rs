//! Non-overlapping template: how often each of 148 words of nine bits occurs.

use crate::battery::distribution::null::of_smallest;
use crate::sp800_22;
use crate::{Bits, Info, Outcome};

/// What the test computes.
pub static INFO: Info = Info {
    name: "non_overlapping_template",
    group: "Pattern",
    minimum_bits: 262_144,
    statistic: "the largest χ² of the 148 words of nine bits that cannot overlap themselves, each counted in 8 blocks",
    null: "each χ² is chi-square with 8 degrees of freedom in the limit of long blocks; the p-value of the smallest of 148 is \
           that of independent ones (Šidák), and theirs depend only weakly: right to a few per cent at 0.01, see the \
           calibration",
    sees: "single words that occur too often or too seldom, in all of the sequence or in one eighth",
    misses: "small shifts of very many words at once, which the serial tests add up; words that overlap themselves",
    source: "SP 800-22 Rev. 1a, 2.7; Šidák 1967, Journal of the American Statistical Association 62",
};

/// Tests the word that stands out most.
///
/// ```
/// use openentropy_tests::{Bits, battery::pattern::non_overlapping_template};
///
/// let outcome = non_overlapping_template::test(&Bits::new(&[0b0000_0001; 32_768]));
/// assert!(outcome.p() < Some(1e-9));
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    let templates = sp800_22::non_overlapping_template::test(bits, 9);
    let results = templates.iter().filter_map(|(_, outcome)| Some((outcome.statistic()?, outcome.p()?)));
    let worst = results.reduce(|worst, next| if next.0 > worst.0 { next } else { worst });
    match worst {
        Some((statistic, p)) => Outcome::p_value(statistic, of_smallest(p, templates.len())),
        None => Outcome::too_short(INFO.minimum_bits),
    }
}

#[cfg(test)]
mod tests {
    use super::{INFO, test};
    use crate::Bits;
    use crate::test_streams::Good;

    /// No template occurs among zeros, so that each has 8·μ²/σ² with μ = (M-8)/512, σ² = M·(1/512 - 17/2^18),
    /// M = 32,768.
    #[test]
    fn words_that_never_occur_by_hand() {
        let zeros = vec![0; INFO.minimum_bits as usize / 8];
        let (mean, variance) = (32_760.0 / 512.0, 32_768.0 * (1.0 / 512.0 - 17.0 / 262_144.0));
        let statistic = test(&Bits::new(&zeros)).statistic().unwrap();
        assert!((statistic - 8.0 * mean * mean / variance).abs() < 1e-9, "{statistic}");
    }

    #[test]
    fn a_word_put_in_every_hundredth_byte_is_seen() {
        let mut bytes = Good::AesCtr.bytes(2, 40_000);
        bytes.chunks_exact_mut(100).for_each(|chunk| chunk[..2].copy_from_slice(&[0b0011_0101, 0b1011_1111]));
        assert!(test(&Bits::new(&bytes)).p().unwrap() < 1e-6);
    }
}
