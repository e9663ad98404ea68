//! How often does a cycle of the walk visit a state?

use super::classes::chi_square;
use super::walk::Visits;
use crate::special::chi_square_upper;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "RandomExcursions",
    group: super::GROUP,
    minimum_bits: 1000,
    statistic: "for each state, chi-square of the number of visits in a cycle of the walk from zero to zero, in the classes 0 to 4, and 5 or more",
    null: "chi-square with five degrees of freedom; exact class probabilities, the limit for many cycles, of which there must be 500",
    sees: "walks that return too soon or too late, bits that depend on where the walk is",
    misses: "bias, under which there are too few cycles and it does not apply; its eight p-values depend on each other",
    source: "SP 800-22 Rev. 1a, section 2.14",
};

/// The states, as the reference suite orders them.
const STATES: [i32; 8] = [-4, -3, -2, -1, 1, 2, 3, 4];

/// The random excursions test: every state and its result.
///
/// It applies from 500 cycles on (or 0.005 · sqrt(n), where that is more), which is what makes five visits to expect in every class. The
/// 1,000,000 bits that the standard recommends serve to have that many: about three in five sequences then do.
///
/// ```
/// use openentropy_tests::{Bits, Reason, Outcome, sp800_22::random_excursions};
///
/// let results = random_excursions::test(&Bits::new(&[0xFF; 1000]));
/// let few = Reason::TooFew { what: "cycles", have: 1, need: 500 };
/// assert_eq!(results[0], (-4, Outcome::NotApplicable(few)));
/// ```
pub fn test(bits: &Bits<'_>) -> Vec<(i32, Outcome)> {
    if let Some(short) = super::shortage(&INFO, bits) {
        return STATES.map(|state| (state, short)).to_vec();
    }
    let visits = Visits::of(bits);
    let judge = |state| (state, visits.shortage(bits).unwrap_or_else(|| evaluate(&visits, state)));
    STATES.map(judge).to_vec()
}

/// The test of one state without its minimum, of one cycle or more.
pub(super) fn evaluate(visits: &Visits, state: i32) -> Outcome {
    let statistic = chi_square(visits.classes_of(state), &probabilities(state));
    Outcome::p_value(statistic, chi_square_upper(statistic, 5.0))
}

/// Probabilities that a cycle visits the state 0, 1, 2, 3, 4 and at least 5 times (section 3.14).
fn probabilities(state: i32) -> [f64; 6] {
    let reach = 1.0 / (2.0 * f64::from(state.abs()));
    core::array::from_fn(|visits| match visits {
        0 => 1.0 - reach,
        5 => reach * (1.0 - reach).powi(4),
        _ => reach * reach * (1.0 - reach).powi(visits as i32 - 1),
    })
}

#[cfg(test)]
mod tests {
    use super::probabilities;

    /// Table of the standard's section 3.14.
    #[test]
    fn class_probabilities_are_the_printed_ones() {
        let printed = [
            (1, [0.5, 0.25, 0.125, 0.0625, 0.0312, 0.0312]),
            (2, [0.75, 0.0625, 0.0469, 0.0352, 0.0264, 0.0791]),
            (3, [0.8333, 0.0278, 0.0231, 0.0193, 0.0161, 0.0804]),
            (-4, [0.875, 0.0156, 0.0137, 0.0120, 0.0105, 0.0733]),
        ];
        for (state, printed) in printed {
            let probabilities = probabilities(state);
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!(probabilities.iter().zip(printed).all(|(exact, printed)| (exact - printed).abs() < 6e-5));
        }
    }
}
