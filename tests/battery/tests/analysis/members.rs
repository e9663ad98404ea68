//! The members that users of other tools look for are there, under their names.

use openentropy_tests::analysis::comparison::compare;
use openentropy_tests::analysis::{
    AnalysisConfig, analyze, calibration_check, full_analysis, min_entropy_report, quick_quality,
    stouffer_combine, trial_analysis,
};
use serde_json::{Value, to_value};

use crate::stream;

fn assert_members(report: &impl serde::Serialize, members: &str) {
    let json = to_value(report).expect("a report is plain data");
    for path in members.split_whitespace() {
        assert!(json.pointer(path).is_some_and(|value| !value.is_null()), "{path} in {json}");
    }
}

#[test]
fn of_one_source() {
    let data = stream(1, 5000);
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
    let (a, b) = (stream(1, 5000), stream(2, 6000));
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
    let config = AnalysisConfig { chaos: true, ..AnalysisConfig::default() };
    let report = analyze(&[("a", &a[..1000]), ("none", &[])], config);
    assert_members(
        &report,
        "/config /sources/0/label /sources/0/size /sources/0/forensic /sources/0/entropy /sources/0/chaos
         /sources/0/trials /sources/1/forensic/spectral/not_applicable /sources/1/trials/not_applicable
         /cross_correlation/not_applicable",
    );
    let pairs =
        analyze(&[("a", &a), ("b", &b)], AnalysisConfig { entropy: false, ..config }).cross_correlation;
    assert_members(
        &pairs.unwrap().unwrap(),
        "/pairs/0/source_a /pairs/0/source_b /pairs/0/correlation /pairs/0/flagged /flagged_count",
    );
    let reason = &to_value(&report).unwrap()["sources"][1]["forensic"]["runs"]["not_applicable"];
    assert_eq!(reason, &Value::from("0 bytes, needs at least 2"));
}
