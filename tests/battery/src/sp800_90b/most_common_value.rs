//! Most common value estimate (SP 800-90B §6.3.1).

use super::Sequence;
use super::bound::{min_entropy, upper_bound};

/// How often the most common symbol occurs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MostCommonValue {
    /// Occurrences of the most common symbol.
    pub count: usize,
    /// Its share of all symbols.
    pub p_hat: f64,
    /// Upper 99 % bound of that share.
    pub p_upper: f64,
    /// Bits per symbol.
    pub min_entropy: f64,
}

/// Bounds the probability of the most common symbol.
pub fn estimate(sequence: &Sequence) -> Option<MostCommonValue> {
    let symbols = sequence.symbols();
    let mut counts = [0usize; 256];
    for &symbol in symbols {
        counts[usize::from(symbol)] += 1;
    }
    let count = counts.into_iter().max()?;
    let p_hat = count as f64 / symbols.len() as f64;
    let p_upper = upper_bound(p_hat, symbols.len());
    Some(MostCommonValue { count, p_hat, p_upper, min_entropy: min_entropy(p_upper) })
}
