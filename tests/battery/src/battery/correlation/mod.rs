//! Correlation: whether what comes later depends on what came before, and one bit on another.

use super::Test;
use crate::Bits;

pub mod autocorrelation;
mod circular;
pub mod cross_correlation;
pub mod lag_n;
pub mod serial_correlation;

pub(super) const TESTS: &[Test] = &[
    Test { info: &autocorrelation::INFO, run: autocorrelation::test },
    Test { info: &serial_correlation::INFO, run: serial_correlation::test },
    Test { info: &lag_n::INFO, run: lag_n::test },
    Test { info: &cross_correlation::INFO, run: cross_correlation::test },
];

/// Standardised excess of agreements between `len` bits of `a` from `a_start` and as many of `b` from `b_start`.
///
/// # Panics
/// If `len` is 0.
fn agreement(a: &Bits<'_>, a_start: usize, b: &Bits<'_>, b_start: usize, len: usize) -> f64 {
    assert!(len > 0);
    let differences = |start: usize| {
        let word = a.word(a_start + start) ^ b.word(b_start + start);
        let word = if len - start < 64 { word >> (64 - (len - start)) } else { word };
        u64::from(word.count_ones())
    };
    let differing: u64 = (0..len).step_by(64).map(differences).sum();
    (len as f64 - 2.0 * differing as f64) / (len as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::agreement;
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn agreements_are_counted_bit_by_bit() {
        let bytes = Good::ChaCha20.bytes(1, 40);
        let bits = Bits::new(&bytes);
        for (lag, len) in [(0, 320), (1, 319), (7, 64), (63, 200), (100, 1), (5, 129)] {
            let equal = (0..len).filter(|&i| bits.get(i) == bits.get(i + lag)).count() as f64;
            let z = (2.0 * equal - len as f64) / (len as f64).sqrt();
            assert_eq!(agreement(&bits, 0, &bits, lag, len), z, "{lag} {len}");
        }
    }
}
