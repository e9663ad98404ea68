//! Further families: what the named tests leave unseen.
//!
//! | fault | seen by |
//! |---|---|
//! | linear feedback of up to 255 bits | [`matrix_rank_256`] |
//! | words that never come again, or too often: short cycles, full-period generators, repeated blocks | [`collision`] |
//! | echoes of up to 65,536 bytes | [`distant_autocorrelation`] |
//! | a faint sine: mains, switching regulators | [`periodic_line`] |
//! | slow change of the mean | [`drift`] |
//! | lattices of three words | [`birthday_spacings_3d`] |
//! | activity that comes in bursts | [`hamming_weights`] |
//! | uneven 16-bit words, orders, hands, gaps, sets | [`words_16`], [`permutation`], [`poker`], [`gap`], [`coupon_collector`] |

use super::Test;

pub mod birthday_spacings_3d;
pub mod collision;
pub mod coupon_collector;
pub mod distant_autocorrelation;
pub mod drift;
pub mod gap;
pub mod hamming_weights;
pub mod matrix_rank_256;
pub mod periodic_line;
pub mod permutation;
pub mod poker;
pub mod words_16;

pub(super) const TESTS: &[Test] = &[
    Test { info: &gap::INFO, run: gap::test },
    Test { info: &coupon_collector::INFO, run: coupon_collector::test },
    Test { info: &permutation::INFO, run: permutation::test },
    Test { info: &poker::INFO, run: poker::test },
    Test { info: &words_16::INFO, run: words_16::test },
    Test { info: &hamming_weights::INFO, run: hamming_weights::test },
    Test { info: &collision::INFO, run: collision::test },
    Test { info: &birthday_spacings_3d::INFO, run: birthday_spacings_3d::test },
    Test { info: &matrix_rank_256::INFO, run: matrix_rank_256::test },
    Test { info: &distant_autocorrelation::INFO, run: distant_autocorrelation::test },
    Test { info: &periodic_line::INFO, run: periodic_line::test },
    Test { info: &drift::INFO, run: drift::test },
];

/// The nibbles of the complete bytes, the upper one first.
fn nibbles(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.iter().flat_map(|&byte| [usize::from(byte >> 4), usize::from(byte & 15)])
}

#[cfg(test)]
mod tests {
    use crate::battery::{Test, advanced, correlation, distribution, further, pattern, practical};
    use crate::test_streams::Good;
    use crate::{Bits, Outcome};

    fn all() -> impl Iterator<Item = &'static Test> {
        [
            correlation::TESTS,
            distribution::TESTS,
            pattern::TESTS,
            advanced::TESTS,
            practical::TESTS,
            further::TESTS,
        ]
        .into_iter()
        .flatten()
    }

    #[test]
    fn any_input_has_an_outcome_minimum_or_not() {
        let noise = Good::ChaCha20.bytes(1, 3000);
        for len in [0, 1, 7, 8, 9, 16, 31, 50, 63, 64, 65, 128, 129, 500, 4097, 24_000] {
            for bytes in [&noise, &vec![0; 3000], &vec![0xFF; 3000], &vec![0x5A; 3000]] {
                let bits = Bits::prefix(bytes, len).unwrap();
                for test in all() {
                    let outcome = (test.run)(&bits);
                    assert!(
                        outcome.p().is_none_or(|p| (0.0..=1.0).contains(&p)),
                        "{} {outcome:?}",
                        test.info.name
                    );
                }
            }
        }
    }

    #[test]
    fn at_its_minimum_a_test_applies_to_good_and_to_stuck_bits() {
        let good = Good::AesCtr.bytes(1, 1 << 18);
        for test in all() {
            let minimum = test.info.minimum_bits as usize;
            let outcome = test.apply(&Bits::prefix(&good, minimum).unwrap());
            assert!(outcome.p().is_some_and(|p| p > 1e-6), "{} {outcome:?}", test.info.name);
            let stuck = vec![0; minimum.div_ceil(8)];
            let outcome = test.apply(&Bits::prefix(&stuck, minimum).unwrap());
            let judged =
                matches!(outcome, Outcome::NotApplicable(_)) || outcome.p().is_some_and(|p| p < 0.01);
            assert!(judged, "{} {outcome:?}", test.info.name);
        }
    }
}
