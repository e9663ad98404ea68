//! Reports over any input hold finite figures only.

use core::fmt::Debug;

use openentropy_tests::analysis::comparison::compare;
use openentropy_tests::analysis::statistics::{
    anderson_darling, anova, cramer_von_mises, gap_test, kruskal_wallis, levene_test, ljung_box,
    power_analysis,
};
use openentropy_tests::analysis::{
    AnalysisConfig, analyze, autocorrelation_profile, calibration_check, full_analysis, quick_quality,
    shannon, stouffer_combine, trial_analysis,
};
use proptest::prelude::*;

/// Rust writes a float that is not finite as `NaN` or `inf`; no name and no text of a report is one of these words.
fn assert_finite(report: &impl Debug) {
    let text = format!("{report:?}");
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    assert!(!words.any(|word| word == "NaN" || word == "inf"), "{text}");
}

fn assert_one_finite(data: &[u8]) {
    assert_finite(&shannon(data));
    assert_finite(&quick_quality(data));
    assert_finite(&full_analysis(data, "any"));
    assert_finite(&analyze(&[("any", data), ("none", &[])], AnalysisConfig::default()));
    assert_finite(&(cramer_von_mises(data), anderson_darling(data), ljung_box(data, 5)));
    for bits_per_trial in [0, 1, 7, 20, 200] {
        assert_finite(&calibration_check(data, bits_per_trial));
    }
}

fn assert_two_finite(data: &[u8], other: &[u8]) {
    assert_finite(&compare(data, other));
    assert_finite(&autocorrelation_profile(data, other.len()));
    for bits_per_trial in [0, 1, 7, 20, 200] {
        let sessions = [data, other].into_iter().flat_map(|data| trial_analysis(data, bits_per_trial));
        assert_finite(&stouffer_combine(&sessions.collect::<Vec<_>>()));
    }
    let groups = [data, other, &data[..data.len() / 2]];
    assert_finite(&anova(&groups));
    assert_finite(&levene_test(&groups));
    assert_finite(&kruskal_wallis(&groups));
    let ends = other.first().copied().unwrap_or(0)..=other.last().copied().unwrap_or(9);
    assert_finite(&gap_test(data, ends));
}

#[test]
fn extreme_inputs_give_finite_reports() {
    let counter: Vec<u8> = (0..3000u32).map(|i| i as u8).collect();
    let steps: Vec<u8> = (0..3000u32).map(|i| u8::from(i >= 1500) * 255).collect();
    let alternating = [0, 255].repeat(1500);
    let one_off: Vec<u8> = (0..2999u32).map(|i| u8::from(i == 1234)).collect();
    let inputs: [&[u8]; 9] =
        [&[], &[0], &[255; 3], &[0; 2999], &[255; 3000], &counter, &steps, &alternating, &one_off];
    for data in inputs {
        assert_one_finite(data);
        inputs.into_iter().for_each(|other| assert_two_finite(data, other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn short_inputs_give_finite_reports(
        data in prop::collection::vec(any::<u8>(), 0..1500),
        other in prop::collection::vec(0u8..4, 0..500),
    ) {
        assert_one_finite(&data);
        assert_one_finite(&other);
        assert_two_finite(&data, &other);
        assert_two_finite(&other, &data);
    }

    #[test]
    fn numbers_of_any_size_give_finite_results(
        values in prop::collection::vec(any::<f64>(), 0..20),
        effect in any::<f64>(), size in any::<u64>(), alpha in any::<f64>(),
    ) {
        let (head, tail) = values.split_at(values.len() / 2);
        assert_finite(&anova(&[head, tail]));
        assert_finite(&levene_test(&[head, tail]));
        assert_finite(&kruskal_wallis(&[head, tail]));
        assert_finite(&power_analysis(effect, size, alpha));
    }
}
