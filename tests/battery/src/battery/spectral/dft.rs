//! DFT: how many lines of the bits' spectrum are low, by SP 800-22 with the variance that the count has.

use super::LONGEST;
use crate::special::normal_two_sided;
use crate::{Bits, Info, Outcome, sp800_22};

/// What the test computes.
pub static INFO: Info = Info {
    name: "dft",
    group: "Spectral",
    minimum_bits: 1000,
    statistic: "number of lines in the lower half of the bits' spectrum whose squared modulus is below n ln 20, from \
                95 % of them, in standard deviations",
    null: "standard normal, two-sided, asymptotic; the variance is n/3.79 · 0.95 · 0.05 and not the standard's n/4: the \
           lines' squares are independent exponential variables but for their sum, which is n² for any bits",
    sees: "periodic parts that raise many lines, such as hum with its harmonics, and coloured noise",
    misses: "a single weak line, and dependence that leaves the spectrum white",
    source: "SP 800-22 Rev. 1a, section 2.6; Pareschi, Rovatti and Setti 2012; Iwasaki 2020",
};

/// Number of low lines; see [`INFO`]. Of an odd number of bits the last is left out.
///
/// More than 4,194,304 bits are cut into sections of equal length, and their deviations added up.
pub fn test(bits: &Bits<'_>) -> Outcome {
    test_in_sections(bits, LONGEST)
}

fn test_in_sections(bits: &Bits<'_>, longest: usize) -> Outcome {
    let sections = bits.len().div_ceil(longest).max(1);
    // Sections begin at a byte's edge, and none has an odd number of bits.
    let length = (bits.len() / sections) & if sections > 1 { !63 } else { !1 };
    let deviations = |section| sp800_22::dft::test(&bits.section(section * length, length)).statistic();
    match (0..sections).map(deviations).sum::<Option<f64>>() {
        Some(sum) => {
            let variance = sections as f64 * variance() / VARIANCE_OF_THE_STANDARD;
            let deviations = sum / variance.sqrt();
            Outcome::p_value(deviations, normal_two_sided(deviations))
        }
        None => Outcome::too_short(INFO.minimum_bits),
    }
}

/// Variance of the number of low lines for each bit, as section 2.6 has it.
const VARIANCE_OF_THE_STANDARD: f64 = 0.95 * 0.05 / 4.0;

/// Variance of the number of low lines for each bit, of which there is half a line.
///
/// An exponential variable exceeds t = ln 20 with probability q = 0.05; the covariance of that event with the
/// variable is q t, and given the sum of many its square, over the variable's variance 1, is taken off q (1 - q).
fn variance() -> f64 {
    0.5 * (0.95 * 0.05 - (0.05 * 20f64.ln()).powi(2))
}

#[cfg(test)]
mod tests {
    use super::{VARIANCE_OF_THE_STANDARD, test, test_in_sections, variance};
    use crate::test_streams::Good;
    use crate::{Bits, Outcome};

    #[test]
    fn the_divisor_is_the_literatures() {
        assert!((4.0 * VARIANCE_OF_THE_STANDARD / variance() - 3.79).abs() < 0.001);
    }

    /// 40,000 sequences of 1024 bits, one after the other in one stream: the mean square is 1 with a standard error of
    /// 0.007; with the standard's variance it would be 1.055.
    #[test]
    fn the_count_varies_as_much_as_that() {
        let bytes = Good::AesCtr.bytes(22, 40_000 * 128);
        let squares = bytes.chunks(128).map(|part| test(&Bits::new(part)).statistic().unwrap().powi(2));
        let mean = squares.sum::<f64>() / 40_000.0;
        assert!((mean - 1.0).abs() < 0.028, "{mean}");
    }

    #[test]
    fn sections_vary_as_one_and_add_up_what_they_see() {
        let bytes = Good::AesCtr.bytes(23, 4000 * 1000);
        let in_parts = |part: &[u8]| test_in_sections(&Bits::new(part), 1200).statistic().unwrap();
        let mean = bytes.chunks(1000).map(|part| in_parts(part).powi(2)).sum::<f64>() / 4000.0;
        assert!((mean - 1.0).abs() < 0.12, "five standard errors: {mean}");
        let hum: Vec<u8> = (0..2500).map(|i| if i % 5 < 2 { 0xFF } else { 0x00 }).collect();
        assert!(test_in_sections(&Bits::new(&hum), 5000).p().unwrap() < 1e-10);
    }

    #[test]
    fn hum_is_seen_and_odd_lengths_do_no_harm() {
        let hum: Vec<u8> = (0..2500).map(|i| if i % 5 < 2 { 0xFF } else { 0x00 }).collect();
        assert!(test(&Bits::new(&hum)).p().unwrap() < 1e-10);
        assert!(test(&Bits::prefix(&hum, 19_999).unwrap()).p().unwrap() < 1e-10);
        assert_eq!(test(&Bits::new(&[])), Outcome::too_short(1000));
    }
}
