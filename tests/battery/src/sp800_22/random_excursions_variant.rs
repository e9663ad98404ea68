//! How often does the walk visit a state?

use super::walk::Visits;
use crate::{Bits, Info, Outcome};

/// What the test computes and what may be concluded.
pub static INFO: Info = Info {
    name: "RandomExcursionsVariant",
    group: super::GROUP,
    minimum_bits: 1000,
    statistic: "for each state, how often the walk visits it",
    null: "normal given the number J of cycles, with mean J and variance J(4|x| - 2), p two-sided; the limit for many cycles, of which there must be 500; conservative: at 1 % about 5 of 1000 sequences fail",
    sees: "walks that dwell on one side, or away from zero",
    misses: "bias, under which there are too few cycles and it does not apply; its eighteen p-values depend on each other strongly",
    source: "SP 800-22 Rev. 1a, section 2.15",
};

/// The random excursions variant test: every state, -9 to -1 and 1 to 9, and its result.
///
/// It applies from as many cycles on as [`random_excursions`](super::random_excursions::test), for which see the reason.
///
/// ```
/// use openentropy_tests::{Bits, sp800_22::random_excursions_variant};
///
/// let results = random_excursions_variant::test(&Bits::new(&[0b1010_1010; 1000]));
/// let (state, outcome) = results[9];
/// assert_eq!((state, outcome.statistic()), (1, Some(4000.0)), "once in each of 4000 cycles");
/// assert!(results[0].1.p().is_some_and(|p| p < 1e-10), "-9 is never reached");
/// ```
pub fn test(bits: &Bits<'_>) -> Vec<(i32, Outcome)> {
    let states = (-9..=9).filter(|&state| state != 0);
    if let Some(short) = super::shortage(&INFO, bits) {
        return states.map(|state| (state, short)).collect();
    }
    let visits = Visits::of(bits);
    let judge = |state| (state, visits.shortage(bits).unwrap_or_else(|| evaluate(&visits, state)));
    states.map(judge).collect()
}

/// The test of one state without its minimum, of one cycle or more.
pub(super) fn evaluate(visits: &Visits, state: i32) -> Outcome {
    let (count, cycles) = (visits.total_of(state) as f64, visits.cycles as f64);
    let deviation = (2.0 * cycles * (4.0 * f64::from(state.abs()) - 2.0)).sqrt();
    Outcome::p_value(count, libm::erfc((count - cycles).abs() / deviation))
}
