//! Are all patterns of m bits equally frequent?

use super::words::{circular_counts, shorten};
use crate::special::gamma_upper;
use crate::{Bits, Info, Outcome, Reason};

/// What the test computes and what may be concluded.
///
/// The minimum is that for patterns of sixteen bits.
pub static INFO: Info = Info {
    name: "Serial",
    group: super::GROUP,
    minimum_bits: minimum(16),
    statistic: "first and second difference over m of psi-square, the chi-square sum of the overlapping patterns of m bits, read as a circle",
    null: "chi-square with 2^(m-1) and 2^(m-2) degrees of freedom; the limit for large n, with at least 8 patterns to expect of each kind",
    sees: "dependence of a bit on the m - 1 bits before it, of any kind",
    misses: "dependence that reaches further; weak dependence is spread over many degrees of freedom",
    source: "SP 800-22 Rev. 1a, section 2.11",
};

/// Fewest bits: m is below the whole part of log2 n, less 2 (section 2.11.7).
const fn minimum(length: u32) -> u64 {
    1 << (length + 3)
}

/// The serial test with patterns of `length` bits, 2 to 24: by the first difference, by the second.
///
/// Section 2.11.5 of the standard prints .9057 and .8805 for its own example; .808792 and .670320 of section 2.11.4 are right.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::serial};
///
/// let counter: Vec<u8> = (0u32..100_000).map(|i| i as u8).collect();
/// let [first, second] = serial::test(&Bits::new(&counter), 16);
/// assert_eq!((first.p(), second.p()), (Some(0.0), Some(0.0)));
/// ```
pub fn test(bits: &Bits<'_>, length: u32) -> [Outcome; 2] {
    if !(2..=24).contains(&length) {
        return [Outcome::NotApplicable(Reason::Parameter("patterns have 2 to 24 bits")); 2];
    }
    match minimum(length) {
        need if (bits.len() as u64) < need => [Outcome::too_short(need); 2],
        _ => evaluate(bits, length),
    }
}

/// The test without its minimum, of one bit or more.
pub(super) fn evaluate(bits: &Bits<'_>, length: u32) -> [Outcome; 2] {
    let counts = circular_counts(bits, length);
    let shorter = shorten(&counts);
    let [longest, middle, shortest] =
        [psi_square(&counts), psi_square(&shorter), psi_square(&shorten(&shorter))];
    let p_value = |difference: f64, freedom: f64| {
        Outcome::p_value(difference, gamma_upper(freedom / 2.0, difference / 2.0))
    };
    let patterns = f64::from(length).exp2();
    [p_value(longest - middle, patterns / 2.0), p_value(longest - 2.0 * middle + shortest, patterns / 4.0)]
}

/// The chi-square sum of the counts of all patterns of one length; 0 for the empty pattern.
///
/// In whole numbers until the division, which leaves nothing to be lost in the difference.
fn psi_square(counts: &[u64]) -> f64 {
    let n: i128 = counts.iter().map(|&count| i128::from(count)).sum();
    let squares: i128 = counts.iter().map(|&count| i128::from(count).pow(2)).sum();
    (counts.len() as i128 * squares - n * n) as f64 / n as f64
}
