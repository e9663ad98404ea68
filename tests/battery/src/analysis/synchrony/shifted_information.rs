//! Mutual information against circular shifts, with a tail that reaches below one in the number of shifts.

use super::mutual_information::Table;
use super::pair;
use crate::special::student_two_sided;
use crate::{Reason, threads};

/// Fewest samples in common.
const MIN_SAMPLES: usize = 256;
/// Fewest shifts that a variance can be fitted to.
const MIN_SHIFTS: usize = 20;

/// What [`shifted_information`] finds, in bits per sample.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ShiftedInformation {
    /// Mutual information of the streams as they are, as counted: above 0 for independent streams too.
    pub observed: f64,
    /// Its mean over the shifts: what counting alone brings.
    pub shifted: f64,
    /// p-value of "no more than any other shift has"; `None` where a stream does not vary.
    pub p_value: Option<f64>,
    /// Number of shifts.
    pub shifts: usize,
    /// Number of samples looked at.
    pub samples: usize,
}

/// Whether two aligned streams share more information than they do when one is moved against the other.
///
/// The plug-in mutual information of all samples, of eight bits each, is held against that of `shifts` circular shifts of `b`, at equal
/// distances round the whole stream. Each shift keeps what either stream does by itself, so the null needs no assumption about them but that they
/// do not change in time.
///
/// A rank among n shifts gives no p-value below 1 / (n + 1), too coarse where many pairs are corrected for together. So the null is fitted: the
/// information of independent streams is close to a multiple of a chi-square variable, whose cube root is close to normal, and the observed cube
/// root is judged as one more draw from a normal law of which n draws are known: (x − mean) / (s √(1 + 1/n)) is a Student variable with n − 1
/// degrees of freedom. One-sided: too little information is no evidence of any.
///
/// At least 256 samples and 20 shifts. Cost O(shifts · n) on several cores.
///
/// Sources: Wilson and Hilferty, PNAS 17 (1931) 684 (cube root); Geisser, Predictive Inference, 1993, section 2.2 (one more draw).
///
/// # Errors
/// [`Reason::Parameter`] for fewer shifts; [`Reason::TooFew`] below 256 samples in common, or fewer than a sample per shift.
///
/// ```
/// use openentropy_tests::analysis::synchrony;
///
/// let a: Vec<u8> = (0..4096u32).map(|i| (i.wrapping_mul(i) % 65_521 >> 8) as u8).collect();
/// let found = synchrony::shifted_information(&a, &a, 100)?;
/// assert!(found.p_value < Some(1e-9), "a stream knows all about itself");
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn shifted_information(a: &[u8], b: &[u8], shifts: usize) -> Result<ShiftedInformation, Reason> {
    if shifts < MIN_SHIFTS {
        return Err(Reason::Parameter("at least 20 shifts"));
    }
    let (a, b) = pair(a, b, MIN_SAMPLES.max(shifts + 1), usize::MAX)?;
    let information = |b: &[u8]| Table::of(a, b, 8).information();
    let shifted = |shift: usize| {
        let place = shift * a.len() / (shifts + 1);
        information(&[&b[place..], &b[..place]].concat())
    };
    let observed = information(b);
    let others = threads::map((1..=shifts).collect(), shifted);
    let varies = |stream: &[u8]| stream.iter().any(|sample| *sample != stream[0]);
    Ok(ShiftedInformation {
        observed,
        shifted: others.iter().sum::<f64>() / shifts as f64,
        p_value: (varies(a) && varies(b)).then(|| one_more_draw(observed.cbrt(), &others)),
        shifts,
        samples: a.len(),
    })
}

/// P(one more draw of the law of `others` is at least `value`), each seen through its cube root.
fn one_more_draw(value: f64, others: &[f64]) -> f64 {
    let n = others.len() as f64;
    let roots = || others.iter().map(|other| other.cbrt());
    let mean = roots().sum::<f64>() / n;
    let deviation = (roots().map(|root| (root - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    if deviation == 0.0 {
        return if value > mean { 0.0 } else { 1.0 }; // periodic streams: every shift is the same
    }
    let t = (value - mean) / (deviation * (1.0 + 1.0 / n).sqrt());
    let tail = student_two_sided(t, n - 1.0) / 2.0;
    if t > 0.0 { tail } else { 1.0 - tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::{assert_no_smaller_than_uniform, assert_uniform};
    use crate::test_streams::Good;

    /// p-values of pairs of independent streams.
    fn p_values(stream: impl Fn(Good, u64) -> Vec<u8>) -> Vec<f64> {
        (0..100).map(|seed| p_value(&stream(Good::ChaCha20, seed), &stream(Good::AesCtr, seed))).collect()
    }

    fn p_value(a: &[u8], b: &[u8]) -> f64 {
        shifted_information(a, b, 100).unwrap().p_value.unwrap()
    }

    /// Full bytes, and the few values in which coarse clocks answer: 65,025 and 9 degrees of freedom.
    #[test]
    fn p_values_of_good_streams_are_uniform() {
        let cuts: [fn(u8) -> u8; 2] = [|byte| byte, |byte| byte >> 6];
        for cut in cuts {
            assert_uniform(&p_values(|good, seed| good.bytes(seed, 3000).into_iter().map(cut).collect()));
        }
    }

    /// Where the null is least normal, with one degree of freedom and few counts, p-values are too large rather than too small.
    #[test]
    fn p_values_of_rare_events_are_valid() {
        let rare =
            |good: Good, seed| good.bytes(seed, 3000).iter().map(|byte| u8::from(*byte < 13)).collect();
        assert_no_smaller_than_uniform(&p_values(rare));
    }

    /// Each stream keeps its value for a while, which the shifts know of and a chi-square law does not.
    #[test]
    fn what_a_stream_does_by_itself_is_no_information_about_another() {
        let slow = |good: Good, seed| {
            let mut kept = 0;
            let hold = |byte: u8| {
                if byte < 32 {
                    kept = byte >> 2;
                }
                kept
            };
            good.bytes(seed, 6000).into_iter().map(hold).collect()
        };
        assert_uniform(&p_values(slow));
    }

    /// One sample in fifty of `b` is that of `a`: far below what a rank among 100 shifts could say.
    #[test]
    fn a_small_part_in_common_is_seen_with_a_tiny_p_value() {
        let [a, mut b] = [Good::ChaCha20, Good::AesCtr].map(|good| good.bytes(7, 200_000));
        b.iter_mut().zip(&a).step_by(50).for_each(|(b, a)| *b = *a);
        let found = shifted_information(&a, &b, 100).unwrap();
        assert!(found.observed > found.shifted && found.p_value < Some(1e-9), "{found:?}");
    }

    #[test]
    fn what_cannot_be_computed_is_said() {
        let noise = Good::AesCtr.bytes(1, 1000);
        assert_eq!(shifted_information(&[9; 1000], &noise, 100).unwrap().p_value, None);
        assert!(matches!(shifted_information(&noise, &noise, 19), Err(Reason::Parameter(_))));
        assert!(matches!(
            shifted_information(&noise[..255], &noise, 20),
            Err(Reason::TooFew { need: 256, .. })
        ));
        assert!(matches!(shifted_information(&noise, &noise, 1000), Err(Reason::TooFew { need: 1001, .. })));
        let period: Vec<u8> = (0..1010).map(|i| i as u8 % 2).collect();
        assert_eq!(p_value(&period, &period), 1.0, "as much at every shift as at none");
    }
}
