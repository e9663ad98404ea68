//! Streams without faults fail each test at its nominal rate.
//!
//! Seeds are fixed, so these tests give the same result every time. With other seeds a right test would leave its band with a
//! probability below 1e-9: that of the band is 1e-9 over the number of rows on either side.

use super::second_level::{self, ALPHA, Verdict};
use super::{Options, SecondLevel, run};
use crate::special::binomial_band;
use crate::test_streams::Good;
use crate::{Bits, Finding, threads};

fn findings(streams: u64, bytes: usize, options: &Options) -> Vec<Vec<Finding>> {
    threads::map((0..streams).collect(), |seed| {
        let bytes = Good::ALL[seed as usize % Good::ALL.len()].bytes(seed, bytes);
        run(&Bits::new(&bytes), options)
    })
}

/// By how much the share of failures at 1 % may differ from that, as the tests' documentation says.
fn nominal(name: &str) -> (f64, f64) {
    match name {
        "RandomExcursionsVariant" => (0.4 * ALPHA, ALPHA),
        "FFT" | "ApproximateEntropy" => (ALPHA, 1.3 * ALPHA),
        "NonOverlappingTemplate" => (ALPHA, 1.1 * ALPHA),
        _ => (ALPHA, ALPHA),
    }
}

fn check(rows: &[SecondLevel]) {
    assert_eq!(rows.len(), 188);
    let tail = 1e-9 / rows.len() as f64;
    for row in rows.iter().filter(|row| row.sequences > 0) {
        let label = format!("{} {}: {} of {}", row.info.name, row.variant, row.passed, row.sequences);
        let (low, high) = nominal(row.info.name);
        let failed = row.sequences - row.passed;
        assert!(failed >= binomial_band(row.sequences, low, tail).0, "{label}");
        assert!(failed <= binomial_band(row.sequences, high, tail).1, "{label}");
        assert!(row.judged_uniformity().is_none_or(|p| p > tail), "{label}: {:?}", row.histogram);
    }
}

#[test]
fn medium_streams_fail_at_the_nominal_rate() {
    let options = Options { serial_length: 14, ..Options::default() };
    let rows = second_level::judge(&findings(600, 1 << 14, &options));
    check(&rows);
    let applicable = |name| rows.iter().filter(move |row: &&SecondLevel| row.info.name == name);
    assert!(applicable("Universal").all(|row| row.sequences == 0));
    // |S| decides about the cycles: P(J >= 500) is 0.17.
    assert!(applicable("RandomExcursions").all(|row| (60..150).contains(&row.sequences)));
    assert!(rows.iter().filter(|row| row.sequences == 600).count() >= 161);
    let verdict = Verdict::over(&rows, ALPHA);
    assert!(verdict.passes(), "{verdict:?}");
}

#[test]
fn long_streams_fail_at_the_nominal_rate() {
    let rows = second_level::judge(&findings(100, 1 << 17, &Options::default()));
    check(&rows);
    assert!(rows.iter().all(|row| row.sequences >= 55), "every test applies");
    let verdict = Verdict::over(&rows, ALPHA);
    assert!(verdict.passes(), "{verdict:?}");
}
