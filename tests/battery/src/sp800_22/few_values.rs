//! p-values of statistics that take few values: not uniform for perfect data, but at most as small as often.

/// Share of tied pairs, squared and times the number of p-values, from which tenths of 0 to 1 no longer fill evenly.
///
/// An atom of probability a that lies across the edge of a tenth moves a/2 or so from one to the other; over all ten the
/// chi-square of s p-values grows by about 100 s a²/6 then: a quarter of one degree of freedom here.
const TOLERATED: f64 = 0.015;

/// Whether p-values, ascending, tie so often that a chi-square of tenths would find the ties instead of a fault.
///
/// Values that are all the same are no distribution, but the same sequence again and again: those the chi-square shall find.
pub(super) fn are_few(sorted: &[f64]) -> bool {
    let number = sorted.len() as f64;
    let pairs = |count: f64| count * (count - 1.0) / 2.0;
    let ties: f64 = ties(sorted).map(|same| pairs(same.len() as f64)).sum();
    let share = ties / pairs(number).max(1.0);
    share < 1.0 && share * share * number > TOLERATED
}

/// Bounds the probability that p-values which are at most as small as often as uniform ones lie this far too low somewhere.
///
/// With d the most by which the share of p-values below any t, those equal to it counted half, exceeds t, the probability is at
/// most exp(-2 s d²) whatever the values are (Massart 1990, Annals of Probability 18, 1269–1283, which holds up to one half).
/// Half, because the standard's p-values of whole numbers have no correction for continuity: they stand at an atom's middle.
pub(super) fn excess_p(sorted: &[f64]) -> f64 {
    let (mut below, mut excess) = (0.0, 0.0_f64);
    for same in ties(sorted) {
        let number = same.len() as f64;
        excess = excess.max((below + number / 2.0) / sorted.len() as f64 - same[0]);
        below += number;
    }
    let bound = (-2.0 * sorted.len() as f64 * excess * excess).exp();
    if bound <= 0.5 { bound } else { 1.0 }
}

/// The values, equal ones together.
fn ties(sorted: &[f64]) -> impl Iterator<Item = &[f64]> {
    sorted.chunk_by(|a, b| a == b)
}

#[cfg(test)]
mod tests {
    use super::{are_few, excess_p};

    /// `number` p-values evenly over 0 to 1, rounded up to multiples of `step`.
    fn rounded(number: u32, step: f64) -> Vec<f64> {
        (0..number)
            .map(|i| (((f64::from(i) + 0.5) / f64::from(number)) / step).ceil() * step)
            .map(|p| p.min(1.0))
            .collect()
    }

    #[test]
    fn what_the_tenths_do_not_show_does_not_count() {
        assert!(are_few(&rounded(60, 0.07)) && are_few(&rounded(1000, 0.01)));
        // A million bits have some 900 distances of the sum from 0 that matter.
        assert!(!are_few(&rounded(1000, 0.001)) && !are_few(&rounded(60, 0.01)));
        assert!(!are_few(&[]) && !are_few(&[0.3]) && !are_few(&[0.3; 60]));
    }

    #[test]
    fn ties_are_no_fault_but_a_heap_too_low_is() {
        assert_eq!(excess_p(&rounded(1000, 0.07)), 1.0);
        let middles: Vec<f64> = (0..1200).map(|i| (f64::from(i / 100) + 0.5) / 12.0).collect();
        assert_eq!(excess_p(&middles), 1.0, "as without a correction for continuity");
        // Of the first fifty the last is 0.245 too low: exp(-2 · 100 · 0.245²).
        let low: Vec<f64> =
            (0..100).map(|i| f64::from(i + 1) / 100.0 * if i < 50 { 0.5 } else { 1.0 }).collect();
        assert!((excess_p(&low) - (-12.005f64).exp()).abs() < 1e-12, "{}", excess_p(&low));
        assert_eq!(excess_p(&[1.0; 50]), 1.0, "too high is no fault of few values");
        assert_eq!(excess_p(&[]), 1.0);
    }
}
