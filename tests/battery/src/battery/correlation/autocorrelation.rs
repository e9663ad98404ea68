//! Autocorrelation: each bit against the bits 1 to 50 places later.

use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// Largest distance of two bits that are compared.
const LAGS: usize = 50;

/// What the test computes.
pub static INFO: Info = Info {
    name: "autocorrelation",
    group: "Correlation",
    minimum_bits: 10_000,
    statistic: "Σ z_k² over the lags k = 1..50, z_k the standardised number of places at which a bit equals that k \
                places later",
    null: "each number of agreements is exactly binomial with probability ½, and any two are uncorrelated; their squares \
           have covariance 4/n, so that the sum is chi-square with 50 degrees of freedom but for a variance larger by \
           a factor 1 + 98/n, at most 1.01",
    sees: "periods and echoes of up to 50 bits, sticky or alternating bits, short linear feedback with few taps, \
           a pattern per byte or word; bias, which makes bits agree at every lag",
    misses: "dependence on more than one earlier bit at a time; lags beyond 50: distant_autocorrelation goes there",
    source: "Box and Pierce 1970, Journal of the American Statistical Association 65, for bits of known mean; AIS 31 test T5 \
             for the count of one lag",
};

/// Tests the bits' correlations with the next fifty.
///
/// ```
/// use openentropy_tests::{Bits, battery::correlation::autocorrelation};
///
/// let outcome = autocorrelation::test(&Bits::new(&[0b0011_0011; 2000]));
/// assert!(outcome.p() < Some(1e-9), "every fourth bit is the same");
/// ```
pub fn test(bits: &Bits<'_>) -> Outcome {
    if bits.len() <= LAGS {
        return Outcome::too_short(INFO.minimum_bits);
    }
    let square = |(differing, lag): (u64, usize)| {
        let places = (bits.len() - lag) as f64;
        (places - 2.0 * differing as f64).powi(2) / places
    };
    let sum = differences(bits).into_iter().zip(1..).map(square).sum();
    Outcome::p_value(sum, chi_square_upper(sum, LAGS as f64))
}

/// For each lag from 1 on, at how many places the bit differs from that so much later.
fn differences(bits: &Bits<'_>) -> [u64; LAGS] {
    let mut differing = [0; LAGS];
    for start in (0..bits.len()).step_by(64) {
        let (here, next) = (bits.word(start), bits.word(start + 64));
        for (differing, lag) in differing.iter_mut().zip(1..) {
            let later = here << lag | next >> (64 - lag);
            let places = bits.len().saturating_sub(start + lag).min(64) as u32;
            let inside = u64::MAX.checked_shl(64 - places).unwrap_or(0);
            *differing += u64::from(((here ^ later) & inside).count_ones());
        }
    }
    differing
}

#[cfg(test)]
mod tests {
    use super::{LAGS, differences, test};
    use crate::Bits;
    use crate::test_streams::Good;

    #[test]
    fn differences_are_counted_bit_by_bit() {
        let bytes = Good::ChaCha20.bytes(1, 40);
        for len in [51, 64, 65, 127, 128, 200, 319] {
            let bits = Bits::prefix(&bytes, len).unwrap();
            for (differing, lag) in differences(&bits).into_iter().zip(1..) {
                let counted = (lag..len).filter(|&i| bits.get(i) != bits.get(i - lag)).count();
                assert_eq!(differing, counted as u64, "{len} {lag}");
            }
        }
    }

    /// A constant sequence agrees with itself at n - k places: Σ (n - k) = 50n - 1275.
    #[test]
    fn constant_bits_agree_everywhere() {
        let outcome = test(&Bits::new(&[0xFF; 2000]));
        assert!((outcome.statistic().unwrap() - (50.0 * 16_000.0 - 1275.0)).abs() < 1e-6);
        assert!(outcome.p().unwrap() < 1e-300);
    }

    /// n = 51: the lag k has 51 - k places; one single 1 at the start makes one of them differ.
    #[test]
    fn a_single_one_by_hand() {
        let mut bytes = [0; 7];
        bytes[0] = 0x80;
        let bits = Bits::prefix(&bytes, LAGS + 1).unwrap();
        let by_hand: f64 =
            (1..=50).map(|k| (51.0 - f64::from(k) - 2.0).powi(2) / (51.0 - f64::from(k))).sum();
        assert!((test(&bits).statistic().unwrap() - by_hand).abs() < 1e-9);
    }

    #[test]
    fn a_weak_echo_after_37_bits_is_seen() {
        let mut bits: Vec<u8> = Bits::new(&Good::AesCtr.bytes(3, 25_000)).iter().collect();
        let coin = Good::ChaCha20.bytes(3, 200_000);
        for i in 37..bits.len() {
            if coin[i] < 8 {
                bits[i] = bits[i - 37];
            }
        }
        let text: Vec<u8> = bits.iter().map(|bit| bit + b'0').collect();
        assert!(test(&Bits::from_ascii(&text).unwrap()).p().unwrap() < 1e-6);
    }
}
