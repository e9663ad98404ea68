//! Analysis over many streams without faults: p-values are uniform, verdicts fail at the stated rate; and no
//! input at all makes a report panic or hold a figure that is not finite.

use core::fmt::Debug;

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use openentropy_tests::analysis::comparison::compare;
use openentropy_tests::analysis::statistics::{
    anderson_darling, anova, cramer_von_mises, gap_test, kruskal_wallis, levene_test, ljung_box,
    power_analysis,
};
use openentropy_tests::analysis::{
    ALPHA, AnalysisConfig, analyze, autocorrelation_profile, bit_bias, calibration_check, distribution_stats,
    full_analysis, quick_quality, runs_analysis, shannon, spectral_analysis, stationarity_test,
    stouffer_combine, trial_analysis,
};
use proptest::prelude::*;

/// The seeds of every test of this file: 0 to 999, none left out.
const SEEDS: u64 = 1000;

/// Bytes of a stream.
const BYTES: usize = 4000;

/// ChaCha20's key stream under the seed as key.
fn stream(seed: u64, len: usize) -> Vec<u8> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    let mut bytes = vec![0; len];
    ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut bytes);
    bytes
}

/// Upper point of Kolmogorov's law for the level 1e-4 of one test: `sqrt(ln(2 / 1e-4) / 2)`.
const KOLMOGOROV: f64 = 2.2253;

/// How far the p-values are from uniform, as `sqrt n` times the largest distance: on the side of too small ones, and
/// of too large ones.
fn distances(p_values: &mut [f64]) -> (f64, f64) {
    p_values.sort_by(f64::total_cmp);
    let n = p_values.len() as f64;
    let (mut small, mut large) = (0.0f64, 0.0f64);
    for (index, &p) in p_values.iter().enumerate() {
        small = small.max((index + 1) as f64 / n - p);
        large = large.max(p - index as f64 / n);
    }
    (small * n.sqrt(), large * n.sqrt())
}

/// p-values by name, one of each for every stream.
struct Table(Vec<(String, Vec<f64>)>);

impl Table {
    fn over<'a>(streams: impl Iterator<Item = Vec<(&'a str, f64)>>) -> Self {
        let mut table: Vec<(String, Vec<f64>)> = Vec::new();
        for row in streams {
            for (name, p) in row {
                match table.iter_mut().find(|(known, _)| known == name) {
                    Some((_, p_values)) => p_values.push(p),
                    None => table.push((name.to_owned(), vec![p])),
                }
            }
        }
        Self(table)
    }

    /// Each column is uniform at level 1e-4, or for the `discrete` ones no smaller than uniform.
    fn assert_uniform(mut self, discrete: &[&str]) {
        for (name, p_values) in &mut self.0 {
            assert_eq!(p_values.len() as u64, SEEDS, "{name}");
            let (small, large) = distances(p_values);
            println!("{name:35} too small by {small:.3}, too large by {large:.3}");
            assert!(small < KOLMOGOROV, "{name}: p-values are too small by {small}");
            assert!(discrete.contains(&name.as_str()) || large < KOLMOGOROV, "{name}: too large by {large}");
        }
    }
}

#[test]
fn p_values_of_one_stream_are_uniform() {
    let row = |seed| {
        let data = stream(seed, BYTES);
        let profile = autocorrelation_profile(&data, 100).unwrap();
        let spectrum = spectral_analysis(&data).unwrap();
        let distribution = distribution_stats(&data).unwrap();
        let stationarity = stationarity_test(&data).unwrap();
        let runs = runs_analysis(&data).unwrap();
        let bias = bit_bias(&data).unwrap();
        vec![
            ("lag 1", profile.lags[0].p_value),
            ("lag 37", profile.lags[36].p_value),
            ("largest lag", profile.largest.p_value),
            ("all lags", profile.ljung_box.p_value),
            ("peak", spectrum.fisher.p_value),
            ("peak, first of the list", spectrum.peaks[0].p_value),
            ("flatness", spectrum.flatness_test.p_value),
            ("bits", bias.chi_square.p_value),
            ("bit 3", bias.bits[3].p_value),
            ("mean", distribution.mean_test.p_value),
            ("variance", distribution.variance_test.p_value),
            ("skewness", distribution.skewness_test.unwrap().p_value),
            ("kurtosis", distribution.kurtosis_test.unwrap().p_value),
            ("histogram", distribution.chi_square.unwrap().p_value),
            ("kolmogorov-smirnov", distribution.ks_p_value.unwrap()),
            ("window means", stationarity.means.p_value),
            ("window variances", stationarity.variances.p_value),
            ("window shares", stationarity.shares.p_value),
            ("longest run", runs.longest_run_p_value),
            ("number of runs", runs.total_runs_p_value),
        ]
    };
    Table::over((0..SEEDS).map(row)).assert_uniform(&["longest run", "number of runs", "bit 3"]);
}

#[test]
fn p_values_of_the_classical_tests_are_uniform() {
    let row = |seed| {
        let data = stream(seed, BYTES);
        let groups: Vec<&[u8]> = data.chunks(500).collect();
        let short = &data[..300];
        vec![
            ("cramer-von mises", cramer_von_mises(&data).unwrap().p_value),
            ("cramer-von mises, 300 bytes", cramer_von_mises(short).unwrap().p_value),
            ("anderson-darling", anderson_darling(&data).unwrap().p_value),
            ("anderson-darling, 300 bytes", anderson_darling(short).unwrap().p_value),
            ("ljung-box", ljung_box(&data, 20).unwrap().p_value),
            ("gap", gap_test(&data, 100..=155).unwrap().p_value),
            ("anova", anova(&groups).unwrap().p_value),
            ("levene", levene_test(&groups).unwrap().p_value),
            ("kruskal-wallis", kruskal_wallis(&groups).unwrap().p_value),
        ]
    };
    Table::over((0..SEEDS).map(row)).assert_uniform(&[]);
}

#[test]
fn a_perfect_source_is_calibrated_at_the_stated_rate() {
    let mut unsuitable = 0;
    let row = |seed| {
        let check = calibration_check(&stream(seed, 5000), 200).unwrap();
        unsuitable += u64::from(!check.is_suitable);
        vec![
            ("deviation", check.deviation.p_value),
            ("spread", check.spread.p_value),
            ("bits", check.bits.p_value),
            ("bytes", check.bytes.p_value),
        ]
    };
    Table::over((0..SEEDS).map(row)).assert_uniform(&[]);
    assert_rate("calibration", unsuitable);
}

/// The number of failures is below the upper point of the binomial law (1000, 1 %) for 1e-4: 24.
fn assert_rate(what: &str, failures: u64) {
    println!("{what}: {failures} of {SEEDS}");
    assert!(ALPHA == 0.01 && failures < 24, "{what}: {failures} of {SEEDS} at level {ALPHA}");
}

#[test]
fn two_samples_of_one_source_differ_at_the_stated_rate() {
    let mut differ = 0;
    let row = |seed| {
        let data = stream(seed, 3 * BYTES);
        let comparison = compare(&data[..BYTES], &data[BYTES..]).unwrap();
        differ += u64::from(comparison.differ());
        let tests = comparison.tests.iter().map(|test| (test.test, test.p_value));
        let of_windows = comparison.temporal.of.b.map(|windows| ("largest window", windows.max_z.p_value));
        tests.chain(of_windows).collect()
    };
    // Ties, and corrections of dependent values, make these too large.
    let conservative = ["kolmogorov-smirnov", "bit transitions", "lags", "run lengths"];
    Table::over((0..SEEDS).map(row)).assert_uniform(&conservative);
    assert_rate("comparison", differ);
}

#[test]
fn an_analysis_fails_perfect_sources_at_the_stated_rate() {
    let config = AnalysisConfig { entropy: false, ..AnalysisConfig::default() };
    for bytes in [100, 400, 2000, 20_000] {
        let fails = |seed: &u64| {
            let report = analyze(&[("good", &stream(*seed, bytes))], config);
            !report.sources[0].forensic.as_ref().unwrap().verdicts.passes()
        };
        assert_rate(&format!("analysis of {bytes}"), (0..SEEDS).filter(fails).count() as u64);
    }
}

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

/// The members that users of other tools look for are there, under their names.
#[cfg(feature = "serde")]
mod members {
    use openentropy_tests::analysis::comparison::compare;
    use openentropy_tests::analysis::{
        AnalysisConfig, analyze, calibration_check, full_analysis, min_entropy_report, quick_quality,
        stouffer_combine, trial_analysis,
    };
    use serde_json::{Value, to_value};

    fn assert_members(report: &impl serde::Serialize, members: &str) {
        let json = to_value(report).expect("a report is plain data");
        for path in members.split_whitespace() {
            assert!(json.pointer(path).is_some_and(|value| !value.is_null()), "{path} in {json}");
        }
    }

    #[test]
    fn of_one_source() {
        let data = super::stream(1, 5000);
        assert_members(
            &full_analysis(&data, "one"),
            "/source_name /sample_size /shannon_entropy /min_entropy /autocorrelation/lags/99/lag
             /autocorrelation/lags/0/correlation /autocorrelation/max_abs_correlation /autocorrelation/max_abs_lag
             /autocorrelation/threshold /autocorrelation/violations /spectral/peaks/0/frequency
             /spectral/peaks/0/power /spectral/flatness /spectral/dominant_frequency /spectral/total_power
             /bit_bias/bit_probabilities/7 /bit_bias/overall_bias /bit_bias/chi_square/p_value
             /bit_bias/has_significant_bias /distribution/mean /distribution/variance /distribution/std_dev
             /distribution/skewness /distribution/kurtosis /distribution/histogram/255 /distribution/ks_statistic
             /distribution/ks_p_value /stationarity/is_stationary /stationarity/f_statistic
             /stationarity/window_means/9 /stationarity/window_std_devs/9 /stationarity/n_windows
             /runs/longest_run /runs/expected_longest_run /runs/total_runs /runs/expected_runs
             /verdicts/autocorrelation /verdicts/spectral /verdicts/bias /verdicts/distribution
             /verdicts/stationarity /verdicts/runs",
        );
        assert_members(
            &min_entropy_report(&data).unwrap(),
            "/shannon_entropy /min_entropy /heuristic_floor /mcv_estimate /mcv_p_upper /collision_estimate
             /markov_estimate /compression_estimate /t_tuple_estimate /samples",
        );
        assert_members(
            &quick_quality(&data).unwrap(),
            "/samples /unique_values /shannon_entropy /quality_score /grade",
        );
    }

    #[test]
    fn of_several() {
        let (a, b) = (super::stream(1, 5000), super::stream(2, 6000));
        assert_members(
            &compare(&a, &b).unwrap(),
            "/label/a /size/b /aggregate/of/a/shannon /aggregate/of/b/min_entropy /aggregate/of/a/mean
             /aggregate/of/a/variance /aggregate/of/a/bit_bias /aggregate/of/a/per_bit_bias/7
             /aggregate/of/a/chi_squared /aggregate/of/a/ks_statistic /aggregate/cohens_d
             /two_sample/ks_statistic /two_sample/ks_p_value /two_sample/chi2_homogeneity /two_sample/chi2_df
             /two_sample/chi2_p_value /two_sample/chi2_reliable /two_sample/cliffs_delta
             /two_sample/mann_whitney_u /two_sample/mann_whitney_p_value /temporal/window_size
             /temporal/of/a/anomaly_count /temporal/of/a/max_z /temporal/of/a/top_anomalies/0/z_score
             /temporal/of/a/windowed_entropy/3 /digram/sufficient_data/a /digram/min_sample_bytes
             /markov/a/7/1/1 /multi_lag/lags/0 /multi_lag/autocorr/a/0 /run_lengths/a/0/1 /tests/8/adjusted_p_value",
        );
        let trials = trial_analysis(&a, 200).unwrap();
        assert_members(
            &trials,
            "/bytes_consumed /num_trials /bits_per_trial /trials/0/index /trials/0/ones_count /trials/0/z_score
             /trials/0/cumulative_deviation /terminal_cumulative_deviation /terminal_z /effect_size /mean_z
             /std_z /terminal_p_value",
        );
        assert_members(
            &stouffer_combine(&[trials]).unwrap(),
            "/num_sessions /session_z_scores/0 /stouffer_z /p_value /combined_effect_size /total_trials",
        );
        assert_members(
            &calibration_check(&a, 200).unwrap(),
            "/analysis /is_suitable /warnings /shannon_entropy /bit_bias",
        );
        let report = analyze(&[("a", &a), ("none", &[])], AnalysisConfig::default());
        assert_members(
            &report,
            "/config /sources/0/label /sources/0/size /sources/0/forensic /sources/0/entropy
             /sources/0/trials /sources/1/forensic/spectral/not_applicable /sources/1/trials/not_applicable",
        );
        let reason = &to_value(&report).unwrap()["sources"][1]["forensic"]["runs"]["not_applicable"];
        assert_eq!(reason, &Value::from("0 bytes, needs at least 2"));
    }
}
