//! p-values of perfect streams are uniform, and reports over them fail at their level.

use openentropy_tests::analysis::comparison::compare;
use openentropy_tests::analysis::statistics::{
    anderson_darling, anova, cramer_von_mises, gap_test, kruskal_wallis, levene_test, ljung_box,
};
use openentropy_tests::analysis::{
    ALPHA, AnalysisConfig, analyze, autocorrelation_profile, bit_bias, calibration_check, distribution_stats,
    runs_analysis, spectral_analysis, stationarity_test,
};

use crate::stream;

/// The seeds of every test of this file: 0 to 999, none left out.
const SEEDS: u64 = 1000;

/// Bytes of a stream.
const BYTES: usize = 4000;

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
    let (mut differ, mut means_outside, mut entropies_outside) = (0, 0, 0);
    let outside = |(low, high): (f64, f64)| u64::from(!(low..=high).contains(&0.0));
    let row = |seed| {
        let data = stream(seed, 3 * BYTES);
        let comparison = compare(&data[..BYTES], &data[BYTES..]).unwrap();
        differ += u64::from(comparison.differ());
        means_outside += outside(comparison.aggregate.mean_difference.interval);
        entropies_outside += outside(comparison.aggregate.min_entropy_difference.interval);
        let tests = comparison.tests.iter().map(|test| (test.test, test.p_value));
        let of_windows = comparison.temporal.of.b.map(|windows| ("largest window", windows.max_z.p_value));
        tests.chain(of_windows).collect()
    };
    // Ties, and corrections of dependent values, make these too large.
    let conservative = ["kolmogorov-smirnov", "bit transitions", "lags", "run lengths"];
    Table::over((0..SEEDS).map(row)).assert_uniform(&conservative);
    assert_rate("comparison", differ);
    assert_rate("interval of the means", means_outside);
    assert_rate("interval of the min-entropies", entropies_outside);
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
