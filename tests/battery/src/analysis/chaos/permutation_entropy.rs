//! Permutation entropy.

use crate::Reason;
use crate::analysis::temporal::summary::entropy_of;
use crate::special::chi_square_upper;

/// Smallest expectation of a cell with which chi-square is used.
const MIN_EXPECTED: f64 = 5.0;

/// What [`permutation_entropy`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PermutationEntropy {
    /// Shannon entropy of the order patterns, in bits.
    pub permutation_entropy: f64,
    /// The same over log₂ of the number of possible patterns: 0 to 1.
    pub normalized_entropy: f64,
    /// Samples to a pattern.
    pub order: usize,
    /// Samples from one of a pattern to the next.
    pub delay: usize,
    /// Number of patterns that occur, of order!.
    pub n_patterns: usize,
    /// How often each pattern occurs, in lexicographic order of the ranks.
    pub pattern_counts: Vec<u64>,
    /// Windows left out because two of their samples are equal.
    pub ties: u64,
    /// Chi-square of the patterns of windows that share no sample; `None` where fewer than 5 of each are expected.
    pub chi_squared: Option<f64>,
    /// Its p-value, with order! − 1 degrees of freedom.
    pub p_value: Option<f64>,
}

/// Entropy of the order patterns of `order` samples, `delay` apart. Exploratory: no evidence for or against entropy.
///
/// Every window of `order` samples is sorted; which of the order! ways it was in is its pattern. Windows in which two
/// samples are equal have no pattern and are left out: breaking ties by place favours some patterns, by chance would
/// not be repeatable.
///
/// Null of the p-value: the samples are exchangeable (independent ones are, whatever their histogram); then each
/// pattern of a window without ties has probability 1/order!. Windows that overlap depend on each other, so only
/// those that share no sample are counted for it.
///
/// Order 3 to 7, delay at least 1. The p-value needs 5 · order! windows without ties that share no sample. Cost O(n ·
/// order²).
///
/// Source: Bandt and Pompe, Phys. Rev. Lett. 88 (2002) 174102.
///
/// # Errors
/// [`Reason::Parameter`] for another order or delay; [`Reason::TooFew`] if there is no window without ties.
///
/// ```
/// use openentropy_tests::analysis::chaos;
///
/// let ramp: Vec<u8> = (0..=255).collect();
/// let found = chaos::permutation_entropy(&ramp, 3, 1)?;
/// assert_eq!((found.permutation_entropy, found.n_patterns), (0.0, 1));
/// # Ok::<(), openentropy_tests::Reason>(())
/// ```
pub fn permutation_entropy(samples: &[u8], order: usize, delay: usize) -> Result<PermutationEntropy, Reason> {
    if !(3..=7).contains(&order) || delay == 0 {
        return Err(Reason::Parameter("an order is 3 to 7, a delay at least 1"));
    }
    let reach = delay.saturating_mul(order - 1).saturating_add(1);
    let starts = (samples.len() + 1).saturating_sub(reach);
    let possible: usize = (1..=order).product();
    let (mut counts, mut apart) = (vec![0u64; possible], vec![0u64; possible]);
    let mut ties = 0;
    for start in 0..starts {
        let window = |place: usize| samples[start + place * delay];
        let Some(pattern) = pattern(order, window) else {
            ties += 1;
            continue;
        };
        counts[pattern] += 1;
        // Starts 0 … delay − 1 of every reach interleave without sharing a sample.
        apart[pattern] += u64::from(start % (order * delay) < delay);
    }
    let total = counts.iter().sum::<u64>();
    if total == 0 {
        return Err(Reason::TooFew { what: "windows without ties", have: 0, need: 1 });
    }
    let entropy = entropy_of(&counts);
    let chi_squared = chi_squared(&apart);
    Ok(PermutationEntropy {
        permutation_entropy: entropy,
        normalized_entropy: entropy / (possible as f64).log2(),
        order,
        delay,
        n_patterns: counts.iter().filter(|&&count| count > 0).count(),
        pattern_counts: counts,
        ties,
        chi_squared,
        p_value: chi_squared.map(|statistic| chi_square_upper(statistic, possible as f64 - 1.0)),
    })
}

/// Which of the ways, in lexicographic order of the ranks, the window is in; `None` where it has ties.
fn pattern(order: usize, window: impl Fn(usize) -> u8) -> Option<usize> {
    let mut number = 0;
    for place in 0..order {
        let mut smaller = 0;
        for later in place + 1..order {
            match window(later).cmp(&window(place)) {
                core::cmp::Ordering::Less => smaller += 1,
                core::cmp::Ordering::Equal => return None,
                core::cmp::Ordering::Greater => {}
            }
        }
        number = number * (order - place) + smaller;
    }
    Some(number)
}

fn chi_squared(counts: &[u64]) -> Option<f64> {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    let term = |&count: &u64| (count as f64 - expected).powi(2) / expected;
    (expected >= MIN_EXPECTED).then(|| counts.iter().map(term).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::temporal::calibration::assert_uniform;
    use crate::test_streams::Good;

    /// The example of Bandt and Pompe: 4, 7, 9, 10, 6, 11, 3 has patterns 012 and 120 twice, 021 (as ranks 1, 0, 2)
    /// once: 1.522 bits.
    #[test]
    fn the_example_of_the_paper() {
        let found = permutation_entropy(&[4, 7, 9, 10, 6, 11, 3], 3, 1).unwrap();
        assert!((found.permutation_entropy - 1.521_928_094_887_362).abs() < 1e-12);
        assert_eq!((found.n_patterns, found.ties, found.p_value), (3, 0, None));
    }

    #[test]
    fn patterns_are_numbered_one_by_one() {
        let mut seen = [false; 24];
        for code in 0..256 {
            let window = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6];
            if let Some(number) = pattern(4, |place| window[place] as u8) {
                assert!(!core::mem::replace(&mut seen[number], true));
            }
        }
        assert!(seen.iter().all(|&seen| seen));
        assert_eq!(pattern(3, |place| [1, 2, 3][place]), Some(0));
        assert_eq!(pattern(3, |place| [3, 2, 1][place]), Some(5));
    }

    #[test]
    fn p_values_of_good_streams_are_uniform() {
        for (order, delay, values) in [(3, 1, 256u16), (4, 3, 256), (3, 1, 5)] {
            let p = |seed| {
                let bytes: Vec<u8> = Good::ALL[seed as usize % 3]
                    .bytes(seed, 3000)
                    .iter()
                    .map(|&byte| (u16::from(byte) % values) as u8)
                    .collect();
                permutation_entropy(&bytes, order, delay).unwrap().p_value.unwrap()
            };
            assert_uniform(&(0..500).map(p).collect::<Vec<_>>());
        }
    }

    #[test]
    fn good_bytes_have_nearly_all_of_it_and_constants_none() {
        let found = permutation_entropy(&Good::ChaCha20.bytes(1, 100_000), 5, 2).unwrap();
        assert!(found.normalized_entropy > 0.999 && found.n_patterns == 120);
        assert!(matches!(permutation_entropy(&[1; 99], 3, 1), Err(Reason::TooFew { .. })));
        assert!(matches!(permutation_entropy(&[], 3, usize::MAX), Err(Reason::TooFew { .. })));
        assert!(matches!(permutation_entropy(&[1, 2, 3], 2, 1), Err(Reason::Parameter(_))));
    }
}
