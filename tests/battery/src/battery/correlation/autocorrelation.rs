//! Autocorrelation: each bit against the bits 1 to 50 places later.

use super::agreement;
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
    let square = |lag| agreement(bits, 0, bits, lag, bits.len() - lag).powi(2);
    let sum: f64 = (1..=LAGS).map(square).sum();
    Outcome::p_value(sum, chi_square_upper(sum, LAGS as f64))
}

#[cfg(test)]
mod tests {
    use super::{LAGS, test};
    use crate::Bits;
    use crate::test_streams::Good;

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
