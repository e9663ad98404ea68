//! Longest repeated substring estimate (SP 800-90B §6.3.6).

use super::TupleCounts;
use super::bound::{min_entropy, upper_bound};
use super::t_tuple::MIN_OCCURRENCES;

/// How likely two long tuples are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Lrs {
    /// Smallest length whose most common tuple occurs fewer than 35 times.
    pub u: usize,
    /// Length of the longest repeated tuple.
    pub v: usize,
    /// Largest collision probability per symbol over the lengths `u..=v`.
    pub p_max: f64,
    /// Upper 99 % bound of it.
    pub p_upper: f64,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Bounds the collision probability of tuples too rare for the t-tuple estimate; `None` if none of them repeats.
pub fn estimate(counts: &TupleCounts) -> Option<Lrs> {
    let u = (1..).find(|&length| counts.largest(length) < MIN_OCCURRENCES)?;
    let v = counts.longest_repeated();
    if v < u {
        return None;
    }
    let p_max = (u..=v)
        .map(|length| {
            let positions = counts.positions(length) as f64;
            let p = counts.equal_pairs(length) as f64 / (positions * (positions - 1.0) / 2.0);
            p.powf(1.0 / length as f64)
        })
        .fold(0.0, f64::max);
    let p_upper = upper_bound(p_max, counts.symbols());
    Some(Lrs { u, v, p_max, p_upper, min_entropy: min_entropy(p_upper) })
}

#[cfg(test)]
mod tests {
    use super::super::{Sequence, TupleCounts, t_tuple};
    use super::estimate;

    #[test]
    fn common_and_rare_tuples_are_parted_at_35_occurrences() {
        // 35 pairs "ab" among different separators: length 2 is common, length 3 rare and never repeated.
        let samples: Vec<u8> = (0..35).flat_map(|separator| [200, 201, separator]).collect();
        let counts = TupleCounts::new(&Sequence::literal(&samples, 8).unwrap());
        assert_eq!(t_tuple::estimate(&counts).map(|estimate| estimate.t), Some(2));
        assert_eq!(estimate(&counts), None);

        let counts = TupleCounts::new(&Sequence::literal(&samples[3..], 8).unwrap());
        assert_eq!(t_tuple::estimate(&counts), None);
        let lrs = estimate(&counts).unwrap();
        assert_eq!((lrs.u, lrs.v), (1, 2));
    }
}
