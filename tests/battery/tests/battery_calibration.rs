//! Every test of the battery fails streams without known faults at its nominal rate.
//!
//! The level is set and the seeds are 0, 1, 2, …, both before the first run: a test that fails here has a wrong null
//! distribution. `BATTERY_FILTER=dft,runs` looks at the tests with one of these texts in their names only, and
//! `--nocapture` prints the table.

use core::sync::atomic::{AtomicUsize, Ordering};
use openentropy_tests::battery::{self, Test};
use openentropy_tests::{Bits, Outcome};
use std::thread;

#[path = "../src/test_streams.rs"]
mod test_streams;
use test_streams::Good;

/// Probability that a right test fails here; it has three ways to.
const LEVEL: f64 = 1e-4;
const LEVEL_OF_ONE: f64 = LEVEL / 3.0;

/// Bytes of a stream, and how many of them: short ones for numbers, long ones for the tests that need them.
const STREAMS: [(usize, usize); 4] = [(1 << 12, 900), (1 << 13, 600), (1 << 14, 400), (1 << 17, 300)];

/// Tests whose statistic takes few values: their p-values are at most as small as often as uniform ones.
const DISCRETE: [&str; 8] = [
    "min_entropy",
    "compression_ratio",
    "kolmogorov_complexity",
    "birthday_spacings",
    "monte_carlo_pi",
    "collision",
    "birthday_spacings_3d",
    "matrix_rank_256",
];

#[test]
fn good_streams_fail_at_the_nominal_rate() {
    let filter = std::env::var("BATTERY_FILTER").unwrap_or_default();
    let chosen = |test: &&Test| filter.split(',').any(|text| test.info.name.contains(text));
    let tests: Vec<&Test> = battery::tests().filter(chosen).collect();
    let p_values = p_values(&tests);
    println!("{:28} {:>5} {:>7} {:>7} {:>7} {:>8}", "test", "n", "p<.01", "p<.1", "D", "P(D)");
    let wrong: Vec<_> =
        tests.iter().zip(p_values).filter(|(test, p)| !calibrated(test.info.name, p.clone())).collect();
    let names: Vec<_> = wrong.iter().map(|(test, _)| test.info.name).collect();
    assert!(names.is_empty(), "not uniform: {names:?}");
}

/// The p-values of each test over all streams that it applies to.
fn p_values(tests: &[&Test]) -> Vec<Vec<f64>> {
    let streams: Vec<usize> =
        STREAMS.iter().rev().flat_map(|&(bytes, streams)| core::iter::repeat_n(bytes, streams)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut outcomes = vec![Vec::new(); tests.len()];
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(&len) = streams.get(index) else { return outcomes };
            let bytes = Good::ALL[index % Good::ALL.len()].bytes(index as u64, len);
            for (outcomes, test) in outcomes.iter_mut().zip(tests) {
                match test.apply(&Bits::new(&bytes)) {
                    Outcome::PValue { p, .. } => outcomes.push(p),
                    Outcome::NotApplicable(_) => {}
                    other => panic!("{}: {other:?}", test.info.name),
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<Vec<Vec<f64>>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("no worker panics")).collect()
    });
    (0..tests.len()).map(|test| parts.iter().flat_map(|part| part[test].clone()).collect()).collect()
}

/// Whether the p-values of a test may be uniform; prints its line of the table.
fn calibrated(name: &str, mut p_values: Vec<f64>) -> bool {
    p_values.sort_by(f64::total_cmp);
    let discrete = DISCRETE.contains(&name);
    let number = p_values.len();
    let below = |level: f64| p_values.partition_point(|&p| p < level);
    let rate = |level: f64| below(level) as f64 / number as f64;
    let (distance, chance) = kolmogorov_smirnov(&p_values, discrete);
    let mark = if discrete { " discrete" } else { "" };
    println!("{name:28} {number:5} {:7.4} {:7.4} {distance:7.4} {chance:8.5}{mark}", rate(0.01), rate(0.1));
    let in_band = [0.01, 0.1].iter().all(|&level| rate_is_nominal(below(level), number, level, discrete));
    number > 0 && in_band && chance >= LEVEL_OF_ONE
}

/// Whether `count` of `number` p-values below `level` are neither too many nor, unless discrete, too few.
fn rate_is_nominal(count: usize, number: usize, level: f64, discrete: bool) -> bool {
    let mut exactly = (1.0 - level).powf(number as f64);
    let mut below = 0.0;
    for k in 0..count {
        below += exactly;
        exactly *= (number - k) as f64 / (k + 1) as f64 * level / (1.0 - level);
    }
    let (at_least, at_most) = (1.0 - below, below + exactly);
    match discrete {
        true => at_least >= LEVEL_OF_ONE,
        false => at_least >= LEVEL_OF_ONE / 2.0 && at_most >= LEVEL_OF_ONE / 2.0,
    }
}

/// How far the distribution of sorted p-values is from the uniform one, and the probability of that distance; for
/// discrete ones how far above it only.
fn kolmogorov_smirnov(sorted: &[f64], discrete: bool) -> (f64, f64) {
    let number = sorted.len() as f64;
    let steps = || sorted.iter().enumerate();
    // Equal values are one step of the distribution: the last of them has its height.
    let above = steps().map(|(index, p)| (index + 1) as f64 / number - p).fold(0.0, f64::max);
    let below = steps().map(|(index, p)| p - index as f64 / number).fold(0.0, f64::max);
    if discrete {
        return (above, (-2.0 * number * above * above).exp());
    }
    let distance = above.max(below);
    let scaled = (number.sqrt() + 0.12 + 0.11 / number.sqrt()) * distance;
    let term = |k: i32| 2.0 * (-2.0 * f64::from(k * k) * scaled * scaled).exp();
    let chance = (1..100).map(|k| if k % 2 == 1 { term(k) } else { -term(k) }).sum::<f64>();
    (distance, if scaled < 0.2 { 1.0 } else { chance.clamp(0.0, 1.0) })
}
