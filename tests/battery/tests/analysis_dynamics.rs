//! Chaos, temporal and synchrony measures from outside: no input makes them panic or report what is no number, good
//! bytes look like noise in every one of them, and reports have the members that users know.

use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit as _, StreamCipher as _};
use openentropy_tests::analysis::{chaos, synchrony, temporal};
use proptest::prelude::*;

/// ChaCha20's key stream.
fn good(seed: u8, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    ChaCha20::new(&[seed; 32].into(), &[0; 12].into()).apply_keystream(&mut bytes);
    bytes
}

/// Fails where a figure of a report is not finite.
fn assert_finite(report: &impl core::fmt::Debug) {
    let text = format!("{report:?}");
    for end in ["NaN", "inf,", "inf)", "inf }", "inf]"] {
        assert!(!text.contains(end), "{text}");
    }
}

/// Short series of the kinds that upset statistics: any bytes, few values, constants with one other, ramps.
fn series() -> impl Strategy<Value = Vec<u8>> {
    let len = 0..700usize;
    prop_oneof![
        prop::collection::vec(any::<u8>(), len.clone()),
        prop::collection::vec(0..2u8, len.clone()),
        prop::collection::vec(prop_oneof![Just(0u8), Just(255)], len.clone()),
        (len.clone(), any::<u8>(), any::<u8>(), any::<prop::sample::Index>()).prop_map(
            |(len, most, other, place)| {
                let mut bytes = vec![most; len];
                if len > 0 {
                    bytes[place.index(len)] = other;
                }
                bytes
            }
        ),
        (len, 1..9usize).prop_map(|(len, step)| (0..len).map(|i| (i / step) as u8).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_series_upsets_a_measure(bytes in series()) {
        assert_finite(&chaos::analyse(&bytes));
        assert_finite(&temporal::analyse(&bytes, 0.01));
    }

    #[test]
    fn no_parameter_upsets_a_measure(bytes in series(), size in 0..300usize, step in 0..40usize, alpha in -0.5..1.5f64) {
        assert_finite(&chaos::rolling_hurst(&bytes, size, step));
        assert_finite(&chaos::permutation_entropy(&bytes, step, size));
        assert_finite(&temporal::anomalies(&bytes, size, alpha));
        assert_finite(&temporal::shifts(&bytes, size, alpha));
        assert_finite(&temporal::change_points(&bytes, alpha));
    }

    #[test]
    fn no_streams_upset_a_measure(streams in prop::collection::vec(series(), 0..5), size in 0..40usize, alpha in -0.5..1.5f64) {
        let views: Vec<&[u8]> = streams.iter().map(Vec::as_slice).collect();
        assert_finite(&synchrony::analyse(&views, alpha));
        assert_finite(&synchrony::global_events(&views, size, alpha));
        assert_finite(&temporal::stability(&views));
        if let [a, b, ..] = views[..] {
            assert_finite(&synchrony::mutual_information(a, b, size as u32));
            assert_finite(&synchrony::cross_correlation(a, b, size));
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    for bytes in [&[][..], &[7], &[7; 3], &[7; 20_000]] {
        let report = chaos::analyse(bytes);
        let present = [report.hurst.is_some(), report.dfa.is_some(), report.rqa.is_some()];
        assert_eq!(present, [false; 3]);
        assert_eq!(
            report.missing.len(),
            if bytes.is_empty() { 12 } else { 11 },
            "all but BiEntropy: {:?}",
            report.missing
        );
        let report = temporal::analyse(bytes, 0.01);
        assert!(
            report.change_points.is_none() && report.missing.iter().any(|missing| missing.measure == "drift")
        );
    }
}

/// Each margin is six standard deviations or more of the figure, as its documentation gives it.
#[test]
fn good_bytes_look_like_noise_in_every_measure() {
    let bytes = good(1, 20_000);
    let report = chaos::analyse(&bytes);
    assert_eq!(report.missing, []);
    let near = |figure: f64, expected: f64, margin: f64| {
        assert!((figure - expected).abs() < margin, "{figure}, {expected}");
    };
    near(report.hurst.unwrap().hurst_exponent, 0.5, 0.04);
    near(report.dfa.unwrap().alpha, 0.5, 0.07);
    near(report.sample_entropy.unwrap().sample_entropy, 2.2066, 0.06);
    near(report.permutation_entropy.unwrap().normalized_entropy, 1.0, 0.002);
    near(report.epiplexity.unwrap().compression_ratio, 1.0, 0.02);
    let bientropy = report.bientropy.unwrap();
    near(bientropy.tbien, bientropy.expected_tbien, 0.005);
    let rqa = report.rqa.unwrap();
    near(rqa.determinism, rqa.expected_determinism, 0.05);
    assert!(report.correlation_dimension.unwrap().dimension > 4.5);
    assert!(report.lyapunov.unwrap().r_squared < 0.9, "neighbours part at once, not by and by");

    // Five measures and as many of streams: chance brings any finding at this level with probability 1e-8.
    let report = temporal::analyse(&bytes, 1e-9);
    assert!(
        report.change_points.unwrap().change_points.is_empty() && report.shifts.unwrap().shifts.is_empty()
    );
    assert!(report.anomalies.unwrap().anomalies.is_empty());
    let report = synchrony::analyse(&[&bytes, &good(2, 20_000), &good(3, 20_000)], 1e-9);
    assert_eq!(report.missing, []);
    assert_eq!(
        (report.cross_correlation.unwrap().flagged_count, report.global_events.unwrap().n_events),
        (0, 0)
    );
    assert!(report.mutual_info.unwrap().mutual_information.abs() < 0.01);
}

#[test]
fn reports_are_the_same_when_computed_again() {
    let (bytes, other) = (good(4, 3000), good(5, 3000));
    assert_eq!(chaos::analyse(&bytes), chaos::analyse(&bytes));
    assert_eq!(synchrony::analyse(&[&bytes, &other], 0.01), synchrony::analyse(&[&bytes, &other], 0.01));
}

/// Only the window counts: what follows it changes nothing.
#[test]
fn long_series_are_looked_at_from_the_beginning_on() {
    let (bytes, mut longer) = (good(6, 5000), good(6, 5000));
    longer.extend([0; 5000]);
    assert_eq!(chaos::lyapunov(&bytes), chaos::lyapunov(&longer));
    assert_eq!(chaos::rqa(&bytes), chaos::rqa(&longer));
    assert_eq!(chaos::sample_entropy(&bytes), chaos::sample_entropy(&longer));
    assert_eq!(chaos::correlation_dimension(&bytes), chaos::correlation_dimension(&longer));
}

#[cfg(feature = "serde")]
#[test]
fn reports_have_the_members_that_users_know() {
    let (a, b) = (good(7, 20_000), good(8, 20_000));
    let has = |report: serde_json::Value, members: &[&str]| {
        for path in members {
            let found = report.pointer(&format!("/{}", path.replace('.', "/")));
            assert!(found.is_some_and(|value| !value.is_null()), "{path} in {report}");
        }
    };
    let chaos = serde_json::to_value(chaos::analyse(&a)).unwrap();
    has(
        chaos,
        &[
            "hurst.hurst_exponent",
            "hurst.r_squared",
            "hurst.rs_values",
            "lyapunov.lyapunov_exponent",
            "lyapunov.divergence_curve",
            "lyapunov.embedding_dim",
            "lyapunov.delay",
            "lyapunov.r_squared",
            "correlation_dimension.dimension",
            "correlation_dimension.r_squared",
            "correlation_dimension.embedding_dim_used",
            "correlation_dimension.num_points_used",
            "bientropy.bien",
            "bientropy.tbien",
            "bientropy.derivative_entropies",
            "bientropy.num_derivatives",
            "epiplexity.compression_ratio",
            "epiplexity.structural_info",
            "epiplexity.remaining_entropy",
            "epiplexity.delta_compression_ratio",
            "sample_entropy.sample_entropy",
            "sample_entropy.count_a",
            "sample_entropy.count_b",
            "sample_entropy.actual_samples",
            "approximate_entropy.apen",
            "approximate_entropy.phi_m",
            "approximate_entropy.phi_m_plus_1",
            "permutation_entropy.normalized_entropy",
            "permutation_entropy.n_patterns",
            "permutation_entropy.pattern_counts",
            "dfa.alpha",
            "dfa.r_squared",
            "dfa.fluctuations",
            "dfa.order",
            "rqa.recurrence_rate",
            "rqa.determinism",
            "rqa.laminarity",
            "rqa.avg_diagonal_length",
            "rqa.max_diagonal_length",
            "rqa.threshold",
            "rqa.num_points_used",
            "bootstrap_hurst.observed_hurst",
            "bootstrap_hurst.mean_surrogate_hurst",
            "bootstrap_hurst.std_surrogate_hurst",
            "bootstrap_hurst.p_value",
            "bootstrap_hurst.ci_lower",
            "bootstrap_hurst.ci_upper",
            "bootstrap_hurst.n_surrogates",
            "rolling_hurst.windows.0.offset",
            "rolling_hurst.windows.0.hurst",
            "rolling_hurst.windows.0.r_squared",
            "rolling_hurst.mean_hurst",
            "rolling_hurst.std_hurst",
            "rolling_hurst.min_hurst",
            "rolling_hurst.max_hurst",
            "rolling_hurst.window_size",
            "rolling_hurst.step",
        ],
    );
    let steps: Vec<u8> =
        a.iter().enumerate().map(|(i, x)| x / 2 + if i < 10_240 { 0 } else { 100 }).collect();
    has(
        serde_json::to_value(temporal::analyse(&steps, 0.01)).unwrap(),
        &[
            "change_points.change_points.0.offset",
            "change_points.change_points.0.mean_before",
            "change_points.change_points.0.mean_after",
            "change_points.change_points.0.magnitude",
            "change_points.change_points.0.significance",
            "change_points.n_segments",
            "anomalies.anomalies",
            "anomalies.total_windows",
            "anomalies.anomaly_rate",
            "bursts.bursts.0.start",
            "bursts.bursts.0.end",
            "bursts.bursts.0.length",
            "bursts.bursts.0.mean_value",
            "bursts.n_bursts",
            "bursts.max_burst_length",
            "bursts.mean_burst_length",
            "bursts.total_burst_fraction",
            "shifts.shifts.0.offset",
            "shifts.shifts.0.mean_before",
            "shifts.shifts.0.mean_after",
            "shifts.shifts.0.delta",
            "shifts.shifts.0.z_score",
            "shifts.n_shifts",
            "drift.segments.0.index",
            "drift.segments.0.mean",
            "drift.segments.0.variance",
            "drift.segments.0.entropy",
            "drift.drift_slope",
            "drift.drift_r_squared",
        ],
    );
    has(
        serde_json::to_value(temporal::stability(&[&a, &b]).unwrap()).unwrap(),
        &["session_stats.0.mean", "cv_mean", "cv_variance", "cv_entropy"],
    );
    has(
        serde_json::to_value(synchrony::analyse(&[&a, &b], 0.01)).unwrap(),
        &[
            "mutual_info.mutual_information",
            "mutual_info.normalized_mi",
            "mutual_info.entropy_a",
            "mutual_info.entropy_b",
            "mutual_info.joint_entropy",
            "phase_coherence.coherence",
            "phase_coherence.mean_phase_diff",
            "phase_coherence.phase_std",
            "cross_sync.correlation",
            "cross_sync.lag_at_max",
            "cross_sync.max_cross_correlation",
            "cross_correlation.pairs.0.source_a",
            "cross_correlation.pairs.0.source_b",
            "cross_correlation.pairs.0.correlation",
            "cross_correlation.pairs.0.flagged",
            "cross_correlation.flagged_count",
            "global_events.events",
            "global_events.n_events",
            "global_events.event_rate",
        ],
    );
}
