//! t-tuple estimate (SP 800-90B §6.3.5).

use super::TupleCounts;
use super::bound::{min_entropy, upper_bound};

/// Fewest occurrences that make a tuple's frequency worth estimating.
pub(super) const MIN_OCCURRENCES: usize = 35;

/// How often the most common tuples occur.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct TTuple {
    /// Longest length whose most common tuple occurs at least 35 times.
    pub t: usize,
    /// Largest probability per symbol over the lengths up to `t`.
    pub p_max: f64,
    /// Upper 99 % bound of it.
    pub p_upper: f64,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Bounds the probability of the most common tuples; `None` if no symbol occurs 35 times.
pub fn estimate(counts: &TupleCounts) -> Option<TTuple> {
    let t = (1..).take_while(|&length| counts.largest(length) >= MIN_OCCURRENCES).last()?;
    let p_max = (1..=t)
        .map(|length| {
            let p = counts.largest(length) as f64 / counts.positions(length) as f64;
            p.powf(1.0 / length as f64)
        })
        .fold(0.0, f64::max);
    let p_upper = upper_bound(p_max, counts.symbols());
    Some(TTuple { t, p_max, p_upper, min_entropy: min_entropy(p_upper) })
}
